import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import { page } from './exchanges-page.mjs'
import { unsignedParts } from './exchanges-unsigned.mjs'
import { bundleForBrowser } from './lib/bundle.mjs'
import { ROOT } from './lib/package-map.mjs'

/**
 * @typedef {import('../src/exchange/spec/spec.js').ExchangeSpec} ExchangeSpec
 * @typedef {{ id: string, exported: string, spec: ExchangeSpec, variants: Readonly<Record<string, ExchangeSpec>>, gzip: number }} Row
 * @typedef {((options?: { variant?: string }) => { spec: ExchangeSpec }) & { variants: readonly string[] }} Factory
 */

const FOLDER = 'src/exchange/catalogue'
/** Where the code of exchanges stands beside their data. */
const BESIDE = /^import (?!type )[^']*from '\.{1,2}\/(?:(families|special)\/)?([\w-]+)\.js'/gm
const PAGE = 'docs/exchanges.md'

const compressed = (/** @type {string} */ text) => gzipSync(text, { level: 9 }).length

/** The exchanges' files, by name. */
const exchangeFiles = () =>
  readdirSync(`${ROOT}${FOLDER}`)
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.slice(0, -3))
    .sort()

/**
 * The factories of one file, from source: its bundle is a module.
 * @param {string} id
 * @returns {Promise<Array<[name: string, factory: Factory]>>}
 */
async function factoriesOf(id) {
  const { text } = await bundleForBrowser({ contents: `export * from 'countersign/exchange/${id}'` })
  const module = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  // A file may export more than its exchange.
  return Object.entries(module).filter(([, one]) => typeof one === 'function' && Array.isArray(one.variants))
}

/**
 * A file with those of families and of special rules that it takes, each once, those it needs first.
 * @param {string} folder
 * @param {string} name
 * @param {Map<string, string>} [found] path to text
 */
function withCode(folder, name, found = new Map()) {
  const path = `src/exchange/${folder}/${name}.ts`
  if (found.has(path)) return found
  const source = readFileSync(`${ROOT}${path}`, 'utf8')
  for (const [, room = folder, other] of source.matchAll(BESIDE)) withCode(room, /** @type {string} */ (other), found)
  return found.set(path, source)
}

/**
 * What an exchange's own file adds to a page that has the engine, with what it takes from its family and of its special rules.
 * @param {string} id
 * @param {string} engine the engine's bundle, as text
 */
async function ownBytes(id, engine) {
  const texts = await Promise.all(
    [...withCode('catalogue', id).values()].map(async (text) => {
      const { code } = await transform(text, { loader: 'ts', minify: true, target: 'es2022' })
      // What is imported is in the engine already.
      return code.replace(/^(?:import[^;]+;)+/, '')
    }),
  )
  return compressed(engine + texts.join('')) - compressed(engine)
}

/**
 * Every exchange as it is in the source.
 * @returns {Promise<{ rows: Row[], engine: number }>}
 */
export async function exchangeRows() {
  const contents =
    "export { exchangeFactory } from './src/exchange/signer/exchange-factory.ts'; export { checkedSha256Key } from './src/crypto/hmac-key.ts'"
  const { text } = await bundleForBrowser({ contents }, { external: ['@noble/*'] })
  const rows = []
  for (const id of exchangeFiles()) {
    const gzip = await ownBytes(id, text)
    for (const [exported, factory] of await factoriesOf(id)) {
      const variants = Object.fromEntries(factory.variants.map((variant) => [variant, factory({ variant }).spec]))
      rows.push({ id, exported, spec: factory().spec, variants, gzip })
    }
  }
  return { rows, engine: compressed(text) }
}

const SIZE = /\d+\.\d\d kB/g
const TOLERANCE_KB = 0.1

/**
 * Whether two pages say the same. Another version of zlib compresses a little differently.
 * @param {string} a
 * @param {string} b
 */
export function samePage(a, b) {
  const sizes = (/** @type {string} */ text) => (text.match(SIZE) ?? []).map(Number.parseFloat)
  const [left, right] = [sizes(a), sizes(b)]
  return (
    a.replace(SIZE, '') === b.replace(SIZE, '') &&
    left.every((size, at) => Math.abs(size - Number(right[at])) <= TOLERANCE_KB)
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { rows, engine } = await exchangeRows()
  const { text, problems } = page(rows, engine, await unsignedParts())
  for (const problem of problems) console.error(`exchanges: ${problem}`)
  if (process.argv.includes('--check')) {
    const same = samePage(readFileSync(ROOT + PAGE, 'utf8'), text)
    console.log(same ? `exchanges: ${PAGE} is up to date` : `exchanges: ${PAGE} differs; run "npm run docs:exchanges"`)
    process.exitCode = same && problems.length === 0 ? 0 : 1
  } else {
    writeFileSync(ROOT + PAGE, text)
    console.log(`exchanges: ${rows.length} in ${PAGE}`)
  }
}
