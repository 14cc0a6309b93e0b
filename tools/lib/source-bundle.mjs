import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, transformSync } from 'esbuild'
import { ROOT, sourceAliases } from './package-map.mjs'

/**
 * A TypeScript file of the tests as one module for Node, made from the sources: nothing has to be built before.
 *
 * @param {string} entry from the root
 * @param {string} outfile
 * @param {(code: string, path: string) => string} [change] of each file of the package, as JavaScript
 */
export async function bundleSource(entry, outfile, change) {
  const aliases = sourceAliases(['node'])
  rmSync(outfile, { force: true })
  mkdirSync(dirname(outfile), { recursive: true })
  await build({
    entryPoints: [ROOT + entry],
    ...{ outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external' },
    logLevel: 'error',
    // The keys page is made by the build.
    external: ['./page/keys.js'],
    plugins: [
      {
        name: 'from-sources',
        setup: ({ onLoad, onResolve }) => {
          onResolve({ filter: /^(#|countersign(\/|$))/ }, ({ path }) => {
            const alias = aliases.find(({ find }) => find.test(path))
            return alias && { path: path.replace(alias.find, alias.replacement) }
          })
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            // Where a file stands is asked for what lies beside it.
            const text = readFileSync(path, 'utf8').replaceAll(
              'import.meta.url',
              JSON.stringify(pathToFileURL(path).href),
            )
            if (change === undefined || !path.startsWith(`${ROOT}src/`)) return { contents: text, loader: 'ts' }
            return { contents: change(transformSync(text, { loader: 'ts' }).code, path), loader: 'js' }
          })
        },
      },
    ],
  })
}
