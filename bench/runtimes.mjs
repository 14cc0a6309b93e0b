// The main rows on every runtime that people sign and verify on: node bench/runtimes.mjs [--quick] [--rounds 60] [--only deno] [--write]
// Node 24, Bun and Deno come from the packages of test/runtimes, Chromium from the system; what is missing is shown as missing.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { install, pack } from '../tools/lib/tarball.mjs'
import { buildLibrary } from './lib/install.mjs'
import { BENCH, ROOT } from './lib/paths.mjs'
import { median } from './lib/rounds.mjs'
import { coldPage, coldProcesses, writePrograms } from './runtimes/cold.mjs'
import { tables, writePage } from './runtimes/page.mjs'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds ?? (values.quick ? 5 : 60))
if (!(Number.isInteger(rounds) && rounds > 0))
  throw new Error('usage: runtimes [--quick] [--rounds n] [--only name] [--write]')
const coldRounds = Math.max(3, Math.ceil(rounds / 3))

if (values.write && (values.quick || values.only !== ''))
  throw new Error('--write needs full rounds and every runtime, without --quick and --only')

const HOSTS = join(ROOT, 'test/runtimes')
const { dependencies } = JSON.parse(readFileSync(join(HOSTS, 'package.json'), 'utf8'))
if (!Object.keys(dependencies).every((name) => existsSync(join(HOSTS, 'node_modules', name))))
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HOSTS, stdio: ['ignore', 'inherit', 'inherit'] })
const { RUNTIMES } = await import('../test/runtimes/hosts/runtimes.mjs')

/** How each starts a program of several modules. Deno may read what it imports, and nothing else. */
const ARGS = {
  'Node 24': (file) => [file],
  Bun: (file) => ['run', file],
  Deno: (file) => ['run', '--no-config', '--node-modules-dir=manual', '--allow-read', file],
}
const NAMES = [...Object.keys(ARGS), 'Chromium']

/** The package and what it needs, as they are installed there, wherever the program lies. */
const packed = (resolveDir) => ({
  name: 'packed',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^(?:countersign|jose|@noble)(?:$|\/)/ }, ({ path, kind, pluginData }) =>
      pluginData === 'packed' ? undefined : resolve(path, { kind, resolveDir, pluginData: 'packed' }),
    ),
})

/** The program with all that it needs, over the backend that the runtime would take. */
async function bundle(folder, backend) {
  const { outputFiles } = await build({
    entryPoints: [join(BENCH, 'runtimes/program.mjs')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: backend === 'native' ? ['node', 'import'] : ['browser', 'import'],
    external: ['node:*'],
    define: { ROUNDS: String(rounds), BATCH_MS: values.quick ? '2' : '4' },
    logLevel: 'error',
    plugins: [packed(folder)],
  })
  return outputFiles[0].text
}

/** The median of the ratios inside a round, and of the times. */
const judgedAs = (samples, one, others) => {
  const ratios = others.map((name) => [name, median(samples.map((round) => round[one] / round[name]))])
  return { ratios: Object.fromEntries(ratios), time: median(samples.map((round) => round[one])) }
}

/** Rows by their titles. A key that the platform holds is a row of its own. */
function judged(all) {
  const rows = Object.entries(all).flatMap(([title, samples]) => {
    const others = Object.keys(samples[0]).filter((name) => name !== 'ours' && name !== 'held')
    const held = 'held' in samples[0] ? [[`${title} with a CryptoKey`, judgedAs(samples, 'held', ['WebCrypto'])]] : []
    return [[title, judgedAs(samples, 'ours', others)], ...held]
  })
  return Object.fromEntries(rows)
}

async function runOn(runtime, setup) {
  const { name, program } = runtime
  if (program === undefined) {
    console.error(`!!! ${name} is missing: nothing was measured there.`)
    return { name, version: '', missing: true }
  }
  process.stderr.write(`${name} …\n`)
  const results = JSON.parse(await runtime.run(setup))
  if (results.error !== undefined) throw new Error(`${name}: ${results.error}`)
  const { folder } = setup
  const cold =
    name === 'Chromium'
      ? await coldPage({ program, folder, rounds: coldRounds })
      : await coldProcesses({ program, args: ARGS[name], folder, rounds: coldRounds })
  return { name, version: runtime.version(), rows: judged(results), cold }
}

if (!values['no-build']) buildLibrary()
// What else ran: figures of a busy machine are to be known as such.
const load = loadavg()[0].toFixed(1)
const scratch = mkdtempSync(join(tmpdir(), 'countersign-bench-runtimes-'))
const runs = []
try {
  install(scratch, pack(scratch).tarball, ['@noble'])
  await writePrograms(scratch, join(ROOT, 'node_modules'))
  const texts = { native: await bundle(scratch, 'native'), portable: await bundle(scratch, 'portable') }
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(scratch, `${name}.mjs`), text)
  const chosen = NAMES.filter((name) => name.toLowerCase().includes(values.only.toLowerCase()))
  for (const name of chosen)
    runs.push(
      await runOn(
        RUNTIMES.find((one) => one.name === name),
        { folder: scratch, texts },
      ),
    )
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10 })
}

const machine = `${process.platform} ${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim()}`
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
const run = { machine, load, commit, date: new Date().toISOString().slice(0, 10), rounds, coldRounds }
console.log(tables({ ...run, runs }))
if (values.write) writePage({ ...run, runs })
if (runs.every(({ missing }) => missing)) process.exitCode = 1
