import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PACKAGE, ROOT } from './package-map.mjs'

/**
 * @typedef {{ filename: string, files: ReadonlyArray<{ path: string, size: number }>, entryCount: number, size: number,
 *   unpackedSize: number }} Packed
 */

/**
 * Packs what is built, as `npm publish` would.
 * @param {string} folder where the tarball goes
 * @returns {Packed & { tarball: string }}
 */
export function pack(folder) {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  return { ...packed, tarball: join(folder, packed.filename) }
}

/**
 * Makes of a folder one in which the tarball is installed, with nothing else in reach but what is named.
 * @param {string} folder
 * @param {string} tarball
 * @param {readonly string[]} dependencies packages or scopes of this project's node_modules
 */
export function install(folder, tarball, dependencies) {
  const modules = join(folder, 'node_modules')
  const installed = join(modules, PACKAGE.name)
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  for (const name of dependencies) {
    // It is there with its scope.
    if (dependencies.includes(name.split('/', 1)[0] ?? '') && name.includes('/')) continue
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'dir')
  }
}
