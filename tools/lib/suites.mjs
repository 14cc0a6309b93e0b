import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { startVitest } from 'vitest/node'
import { ROOT, sourceAliases } from './package-map.mjs'

const windows = process.platform === 'win32'

/**
 * Runs the suites of a folder with a package of its own, after installing what its lockfile names. None of that is a dependency
 * of the library.
 *
 * @param {string} folder under the root, such as `test/peers`
 */
export async function runSuites(folder) {
  install(ROOT + folder)
  await startSuites(folder)
}

/**
 * Runs the suites of a folder, with what they need in place.
 *
 * @param {string} folder under the root
 */
export async function startSuites(folder) {
  process.chdir(ROOT)
  const vitest = await startVitest(
    'test',
    process.argv.slice(2),
    { config: false, root: ROOT, watch: false, include: [`${folder}/*.suite.ts`], testTimeout: 120_000 },
    { resolve: { alias: sourceAliases(['node']) } },
  )
  await vitest?.close()
}

/**
 * Installs what the lockfile of a folder names, unless it is there.
 * @param {string} folder
 */
export function install(folder) {
  const { dependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const installed = Object.entries(dependencies).every(([name, wanted]) => {
    const file = `${folder}/node_modules/${name}/package.json`
    // Under another name it is `npm:react@18.3.1`.
    return existsSync(file) && `@${wanted}`.endsWith(`@${JSON.parse(readFileSync(file, 'utf8')).version}`)
  })
  if (installed) return
  execFileSync(windows ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
  })
}
