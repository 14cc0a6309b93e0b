import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { ROOT, sourceAliases } from './lib/package-map.mjs'

/**
 * What each exchange does not sign, found out by changing signed requests: the samples of test/exchange, which its tests use.
 *
 * @typedef {{ id: string, kinds: readonly string[], fields: readonly string[], wrong: readonly string[] }} Unsigned
 */

const SAMPLES = 'test/exchange/samples'

/** @returns {import('esbuild').Plugin} */
function fromSource() {
  const aliases = sourceAliases(['node'])
  return {
    name: 'from-source',
    setup: ({ onLoad, onResolve }) => {
      onResolve({ filter: /^(#|countersign(\/|$))/ }, ({ path }) => {
        const alias = aliases.find(({ find }) => find.test(path))
        return alias === undefined ? undefined : { path: path.replace(alias.find, alias.replacement) }
      })
      // A sample reads a key from beside itself, and inside the bundle it is elsewhere.
      onLoad({ filter: /test\/exchange\/samples\/[^/]+\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
        loader: 'ts',
        resolveDir: `${ROOT}${SAMPLES}`,
      }))
    },
  }
}

/** @returns {Promise<ReadonlyMap<string, Unsigned>>} by id, as the file is called */
export async function unsignedParts() {
  const ids = readdirSync(`${ROOT}${SAMPLES}`)
    .map((file) => file.slice(0, -3))
    .sort()
  const contents = `
    import { unsignedBy } from './test/exchange/unsigned.ts'
    ${ids.map((id, at) => `import { samples as s${at} } from './${SAMPLES}/${id}.ts'`).join('\n')}
    export const found = [${ids.map((id, at) => `unsignedBy(${JSON.stringify(id)}, s${at})`).join(', ')}]`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['node'],
    target: 'node20',
    logLevel: 'silent',
    plugins: [fromSource()],
  })
  const text = outputFiles?.[0]?.text ?? ''
  const module = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  return new Map(/** @type {Unsigned[]} */ (module.found).map((one) => [one.id, one]))
}
