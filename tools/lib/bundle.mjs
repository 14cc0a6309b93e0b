import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build, version } from 'esbuild'

export const VERSION = version

import { ROOT, sourceAliases } from './package-map.mjs'

/**
 * @typedef {{
 *   text: string, bytes: number, gzipBytes: number,
 *   files: Array<{ path: string, bytes: number }>,
 *   externals: string[],
 * }} Bundle
 *   `files` are those whose code survived; `externals` are the imports left in the text.
 */

/**
 * Resolves the package's own names to its sources as a browser's conditions would resolve them to the build.
 * @returns {import('esbuild').Plugin}
 */
export function fromSource() {
  const aliases = sourceAliases(['browser'])
  return {
    name: 'from-source',
    setup: ({ initialOptions, onLoad, onResolve }) => {
      onResolve({ filter: /^(#|countersign(\/|$))/ }, ({ path }) => {
        const alias = aliases.find(({ find }) => find.test(path))
        if (alias === undefined) return { errors: [{ text: `"${path}" is not in package.json` }] }
        const file = path.replace(alias.find, alias.replacement)
        return existsSync(file)
          ? { path: file }
          : { errors: [{ text: `"${path}" leads to ${file}, which does not exist` }] }
      })
      // The keys page is a build of its own, with a size of its own (test/console/page).
      onResolve({ filter: /^\.\/page\/keys\.js$/ }, () => ({ path: 'keys', namespace: 'built' }))
      onLoad({ filter: /.*/, namespace: 'built' }, () => ({ contents: 'export const mount = () => () => {}' }))
      // Said here, because esbuild finds it out or not, by which file it reads first: then an import stays that nothing needs.
      if (initialOptions.external?.includes('@noble/*'))
        onResolve({ filter: /^@noble\// }, ({ path }) => ({ path, external: true, sideEffects: false }))
      // Left in the text, so that the caller can name them all instead of stopping at the first.
      onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true }))
    },
  }
}

/**
 * Bundle for a browser, minified, straight from source.
 * @param {{ entry: string } | { contents: string }} input a file relative to the root, or a module's text
 * @param {{ external?: string[], format?: 'esm' | 'iife', globalName?: string }} [options]
 * @returns {Promise<Bundle>}
 */
export async function bundleForBrowser(input, options = {}) {
  const { outputFiles, metafile } = await build({
    ...('entry' in input ? { entryPoints: [input.entry] } : { stdin: { contents: input.contents, resolveDir: ROOT } }),
    ...options,
    format: options.format ?? 'esm',
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: 'dist',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [fromSource()],
  })
  const text = outputFiles[0]?.text ?? ''
  const [output] = Object.values(metafile.outputs)
  return {
    text,
    bytes: Buffer.byteLength(text),
    gzipBytes: gzipSync(text, { level: 9 }).length,
    files: Object.entries(output?.inputs ?? {})
      .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
      .filter(({ bytes }) => bytes > 0),
    externals: [...new Set(output?.imports.filter(({ external }) => external).map(({ path }) => path))],
  }
}
