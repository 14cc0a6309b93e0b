// Two small programs through every bundler, from the packed package, and the types through every compiler: npm run test:bundlers.
// Needs a build. What a bundler made of the page's program signs in Chromium; what it made of the server's verifies that on Node.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { install, pack } from '../../tools/lib/tarball.mjs'
import { inBrowser } from '../runtimes/hosts/browser.mjs'
import { EXPECTED, PAGE, SERVER } from './programs.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, write: { type: 'boolean', default: false } },
})

/** @typedef {{ tool: string, version: string, browser: string, server: string }} Row */

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('!!! The bundlers are pinned for Linux on x64: not run here, which is not a pass.')
  process.exit(0)
}
const { dependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'))
if (!Object.keys(dependencies).every((name) => existsSync(join(HERE, 'node_modules', name))))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HERE,
    stdio: ['ignore', 'ignore', 'inherit'],
  })

const { TOOLS } = await import('./tools.mjs')
const { compilers } = await import('./compilers.mjs')
const { wrangler } = await import('./wrangler.mjs')

const chosen = TOOLS.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()))
const scratch = mkdtempSync(join(tmpdir(), 'countersign-bundlers-'))
const { tarball } = pack(scratch)

/** What came of one side of one tool: a path of a file, or why there is none. @type {Map<string, { file?: string, error?: string }>} */
const made = new Map()
const messageOf = (/** @type {unknown} */ error) =>
  [/** @type {Error} */ (error).message, /** @type {{ stderr?: string }} */ (error).stderr ?? '']
    .join('\n')
    .slice(0, 1500)

async function bundleAll() {
  for (const tool of chosen)
    for (const side of /** @type {const} */ (['page', 'server'])) {
      const folder = join(scratch, `${tool.name.replace(/\W/g, '')}-${side}`)
      mkdirSync(join(folder, 'out'), { recursive: true })
      install(folder, tarball, ['@noble'])
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
      const entry = join(folder, `${side}.mjs`)
      writeFileSync(entry, side === 'page' ? PAGE : SERVER)
      // What a bundler writes for Node may be of either kind of module: each has its own folder without a "type".
      writeFileSync(join(folder, 'out/package.json'), '{}\n')
      const outfile = join(
        folder,
        'out',
        `${side}.${['webpack', 'Rspack'].includes(tool.name) && side === 'server' ? 'cjs' : 'mjs'}`,
      )
      const start = Date.now()
      try {
        await tool.build({ entry, outfile, folder, side })
        made.set(`${tool.name} ${side}`, { file: existsSync(outfile) ? outfile : outfile.replace(/\.mjs$/, '.js') })
        console.log(`${tool.name}, ${side}: ${((Date.now() - start) / 1000).toFixed(1)} s`)
      } catch (error) {
        made.set(`${tool.name} ${side}`, { error: messageOf(error) })
        console.error(`${tool.name}, ${side}: FAILED: ${messageOf(error)}`)
      }
    }
}

const program = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, name)))
  .find(existsSync)

/** What each page signed, by its tool: one page runs them one after the other. @returns {Promise<Record<string, any>>} */
async function pages() {
  const files = new Map(
    chosen.flatMap(({ name }, at) => {
      const { file } = made.get(`${name} page`) ?? {}
      return file === undefined
        ? []
        : [[`/${at}.js`, /** @type {const} */ (['text/javascript', readFileSync(file, 'utf8')])]]
    }),
  )
  if (program === undefined) return {}
  const text = `globalThis.conformance = async () => {
    const results = {}
    for (const name of ${JSON.stringify([...files.keys()])})
      try {
        globalThis.program = undefined
        await import(name)
        results[name] = await globalThis.program()
      } catch (error) { results[name] = { error: String(error) } }
    return results
  }`
  return JSON.parse(await inBrowser({ kind: 'chromium', program, text, files }))
}

/** @returns {string} `ok`, or what went wrong */
function serve(/** @type {string} */ file, /** @type {object} */ sent) {
  const main = join(file, '../main.mjs')
  writeFileSync(
    main,
    `await import(${JSON.stringify(file)})\nconsole.log(JSON.stringify(await globalThis.verify(${JSON.stringify(sent)})))\n`,
  )
  const answer = execFileSync(process.execPath, [main], { encoding: 'utf8' }).trim()
  return answer === EXPECTED ? 'ok' : `answered ${answer}`
}

/** @type {Row[]} */
const rows = []
try {
  await bundleAll()
  const signed = await pages()
  const [any] = Object.values(signed).filter((one) => one.error === undefined)
  for (const [at, { name, version }] of chosen.entries()) {
    const sent = signed[`/${at}.js`]
    const page = made.get(`${name} page`)
    const server = made.get(`${name} server`)
    const browser = page?.error ?? (program === undefined ? 'missing' : (sent?.error ?? 'ok'))
    /** @type {string} */
    let served
    try {
      served =
        server?.error ??
        (any === undefined ? 'missing' : serve(server?.file ?? '', sent?.error === undefined ? sent : any))
    } catch (error) {
      served = messageOf(error)
    }
    rows.push({ tool: name, version, browser, server: served })
  }
  const wanted = (/** @type {string} */ name) => name.toLowerCase().includes(values.only.toLowerCase())
  if (wanted('wrangler')) rows.push(await wrangler(join(scratch, 'wrangler'), tarball, any))
  if (wanted('typescript')) rows.push(...compilers(join(scratch, 'types'), tarball))
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10 })
}
for (const { tool, version, browser, server } of rows)
  console.log([tool.padEnd(18), version.padEnd(16), browser, '|', server].join(' '))
const failed = rows.filter((row) => [row.browser, row.server].some((text) => !['ok', 'missing', '–'].includes(text)))
const missing = rows.filter((row) => [row.browser, row.server].includes('missing'))
console.log(
  `\n${rows.length - failed.length - missing.length} of ${rows.length} tools pass, ${failed.length} fail, ${missing.length} missing`,
)
if (values.write && values.only === '') {
  writeFileSync(join(HERE, 'results.json'), `${JSON.stringify(rows, null, 2)}\n`)
  execFileSync(process.execPath, [join(HERE, '../../tools/runtimes-table.mjs')], { stdio: 'inherit' })
}
process.exitCode = failed.length === 0 ? 0 : 1
