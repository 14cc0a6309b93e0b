import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { entryPoints, PACKAGE } from '../../tools/lib/package-map.mjs'
import { install } from '../../tools/lib/tarball.mjs'
import { PAGE, SERVER } from './programs.mjs'
import { versionOf } from './tools.mjs'

const MODULES = fileURLToPath(new URL('./node_modules/', import.meta.url))

/** Every version of TypeScript from the oldest that is supported. */
const VERSIONS = ['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6.0', '7.0']

/** @type {Record<string, object>} */
const RESOLUTIONS = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
}

/**
 * The types from the packed package under every compiler and every way of resolving: all subpaths, and the two programs.
 * @param {string} folder
 * @param {string} tarball
 */
export function compilers(folder, tarball) {
  mkdirSync(folder)
  install(folder, tarball, ['@noble', '@types', ...Object.keys(PACKAGE.peerDependencies)])
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const all = entryPoints().map(({ specifier }, at) => `export * as e${at} from '${specifier}'`)
  writeFileSync(join(folder, 'all.ts'), all.join('\n'))
  // The programs are JavaScript: what they leave untyped is no fault of the package.
  const loose = (/** @type {string} */ text) =>
    text
      .replaceAll('globalThis.', '(globalThis as any).')
      .replace('let sent', 'let sent: any')
      .replace('({ url, body, ...init })', '({ url, body, ...init }: any)')
      .replace('const answers = []', 'const answers: unknown[] = []')
  writeFileSync(join(folder, 'page.ts'), loose(PAGE))
  writeFileSync(join(folder, 'server.ts'), loose(SERVER))
  for (const [name, options] of Object.entries(RESOLUTIONS)) {
    const common = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
      types: ['node'],
      skipLibCheck: true,
    }
    writeFileSync(
      join(folder, `tsconfig.${name}.json`),
      JSON.stringify({ compilerOptions: { ...common, ...options }, files: ['all.ts', 'page.ts', 'server.ts'] }),
    )
  }
  return VERSIONS.map((version) => {
    const wrong = Object.keys(RESOLUTIONS).flatMap((name) => {
      try {
        execFileSync(
          process.execPath,
          [join(MODULES, `typescript-${version}/bin/tsc`), '-p', `tsconfig.${name}.json`],
          {
            cwd: folder,
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'pipe'],
          },
        )
        return []
      } catch (error) {
        return [`${name}: ${/** @type {{ stdout: string }} */ (error).stdout.slice(0, 600)}`]
      }
    })
    const verdict = wrong.length === 0 ? 'ok' : wrong.join('; ')
    return {
      tool: 'TypeScript (`node16`, `nodenext`, `bundler`)',
      version: versionOf(`typescript-${version}`),
      browser: verdict,
      server: verdict,
    }
  })
}
