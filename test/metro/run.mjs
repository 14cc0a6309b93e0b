// Signing and verifying, bundled by Metro as React Native sets it up, from the packed package, and run: npm run test:metro. Needs a
// build. The bundles for iOS and Android hold React Native itself, which sets up its globals; they run in V8 without anything of
// Node's, and in Hermes. The one for the web runs in Chromium.
import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { install, pack } from '../../tools/lib/tarball.mjs'
import { inBrowser } from '../runtimes/hosts/browser.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const MODULES = join(HERE, 'node_modules')
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const HOST = ['hermes-host.js', 'host.js'].map((name) => readFileSync(join(HERE, name), 'utf8')).join('\n')

/** Refused with another body and another path, accepted, refused when it comes again. */
const VERDICTS = ['DIGEST_MISMATCH', 'SIGNATURE_INVALID', 'alice', 'REPLAY']

/** @typedef {Record<string, unknown> & { binance: string }} Answers */

/** @returns {string} `ok`, or what is wrong */
function judged(/** @type {Answers} */ { binance, ...verdicts }) {
  const wanted = { 'hmac-sha256': VERDICTS, ed25519: VERDICTS }
  if (JSON.stringify(verdicts) !== JSON.stringify(wanted)) return `answered ${JSON.stringify(verdicts)}`
  const [, query = '', signature] = /^(.*)&signature=([0-9a-f]{64})$/.exec(binance) ?? []
  return createHmac('sha256', 'secret').update(query).digest('hex') === signature ? 'ok' : `signed ${binance}`
}

/** In V8, in a realm that has what ECMAScript has, timers, and the host's part. @returns {Promise<Answers>} */
async function inVm(/** @type {string} */ bundle) {
  const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = globalThis
  const timers = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate }
  const context = createContext({ ...timers, print: console.error, HermesInternal: { hasPromise: () => true } })
  runInContext(`${HOST}\n${bundle}`, context, { filename: 'bundle.js' })
  return JSON.parse(await runInContext('program().then(JSON.stringify)', context))
}

/** @returns {Answers} */
function inHermes(/** @type {string} */ bundle, /** @type {string} */ folder) {
  const file = join(folder, 'hermes.js')
  writeFileSync(
    file,
    `${HOST}\n${bundle}\nprogram().then((all) => print(JSON.stringify(all)), (error) => print(error, error.stack))\n`,
  )
  const hermes = join(MODULES, 'hermes-engine-cli/linux64-bin/hermes')
  return JSON.parse(execFileSync(hermes, ['-w', '-Xmicrotask-queue', file], { encoding: 'utf8' }))
}

function bundled(/** @type {string} */ entry, /** @type {string} */ platform, /** @type {string} */ file) {
  const args = [join(HERE, 'bundle.mjs'), entry, platform, file, scratch]
  execFileSync(join(MODULES, 'node/bin/node'), args, { encoding: 'utf8', stdio: 'pipe' })
}

/** Whether the compiler of today's Hermes takes it: what an application ships is its bytecode. */
function compiled(/** @type {string} */ file) {
  const hermesc = join(MODULES, 'hermes-compiler/hermesc/linux64-bin/hermesc')
  execFileSync(hermesc, ['-w', '-O', '-emit-binary', '-out', `${file}.hbc`, file], { encoding: 'utf8', stdio: 'pipe' })
}

const chromium = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, name)))
  .find(existsSync)

/** @returns {Promise<Answers>} */
const inChromium = async (/** @type {string} */ bundle, /** @type {string} */ program) =>
  JSON.parse(
    await inBrowser({
      kind: 'chromium',
      program,
      text: `${bundle}\n;globalThis.conformance = () => globalThis.program()`,
    }),
  )

const versionOf = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')).version
const messageOf = (/** @type {unknown} */ error) =>
  [/** @type {Error} */ (error).message, /** @type {{ stderr?: string }} */ (error).stderr ?? '']
    .join('\n')
    .slice(0, 1500)

/** @returns {Promise<string>} `ok`, `missing`, or what is wrong */
async function outcome(/** @type {() => unknown} */ work) {
  try {
    return String((await work()) ?? 'ok')
  } catch (error) {
    return messageOf(error)
  }
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('!!! Hermes and the Node of Metro are installed for Linux on x64: not run here, which is not a pass.')
  process.exit(0)
}
const { dependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'))
if (!Object.keys(dependencies).every((name) => existsSync(join(MODULES, name))))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HERE,
    stdio: ['ignore', 'ignore', 'inherit'],
  })

const scratch = mkdtempSync(join(tmpdir(), 'countersign-metro-'))
/** @type {{ tool: string, version: string, browser: string, server: string }[]} */
const rows = []
try {
  rmSync(join(MODULES, 'countersign'), { recursive: true, force: true })
  install(HERE, pack(scratch).tarball, [])
  for (const [platform, entry] of [
    ['ios', 'app/index.js'],
    ['android', 'app/index.js'],
    ['web', 'app/program.js'],
  ]) {
    const file = join(scratch, `${platform}.js`)
    /** @type {[string, () => unknown][]} */
    const steps = [['bundled', () => bundled(entry, platform, file)]]
    const text = () => readFileSync(file, 'utf8')
    if (platform === 'web')
      steps.push([
        'in Chromium',
        async () => (chromium === undefined ? 'missing' : judged(await inChromium(text(), chromium))),
      ])
    else
      steps.push(
        ['compiled by hermesc', () => compiled(file)],
        ['in V8 without Node', async () => judged(await inVm(text()))],
        ['in Hermes', () => judged(inHermes(text(), scratch))],
      )
    /** @type {string[]} */
    const wrong = []
    for (const [what, work] of steps) {
      const start = Date.now()
      const found = await outcome(work)
      console.log(`Metro, ${platform}, ${what}: ${found} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
      if (found !== 'ok') wrong.push(found === 'missing' ? found : `${what}: ${found}`)
      if (what === 'bundled' && found !== 'ok') break
    }
    const verdict = wrong.length === 0 ? 'ok' : wrong.join('; ')
    const system = platform === 'ios' ? 'iOS' : 'Android'
    const tool =
      platform === 'web'
        ? 'Metro (for the web, in Chromium)'
        : `Metro (React Native ${versionOf('react-native')} for ${system}, in V8 and Hermes)`
    rows.push({ tool, version: versionOf('metro'), browser: verdict, server: verdict })
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10 })
}
const missing = rows.filter(({ server }) => server === 'missing')
const failed = rows.filter(({ server }) => !['ok', 'missing'].includes(server))
for (const { tool } of missing)
  console.error(`!!! ${tool}: no browser is here: its bundle did not run, which is not a pass.`)
console.log(
  `${rows.length - failed.length - missing.length} of ${rows.length} bundles pass, ${failed.length} fail, ${missing.length} missing`,
)
if (values.write) {
  writeFileSync(join(HERE, 'results.json'), `${JSON.stringify(rows, null, 2)}\n`)
  execFileSync(process.execPath, [join(HERE, '../../tools/runtimes-table.mjs')], { stdio: 'inherit' })
}
process.exitCode = failed.length === 0 ? 0 : 1
