// Searches every parser by coverage for input that it does not refuse properly: npm run fuzz [-- --seconds 10] [--seed 1] [target …]
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { bundleSource } from '../../tools/lib/source-bundle.mjs'
import { install } from '../../tools/lib/suites.mjs'
import { shareInput, watch } from './watch.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const BUILT = `${HERE}.build/`
/** As many inputs of each target are kept in the repository, the shortest of those that reach something of their own. */
const KEPT = 12
/** A search that is slow is found by its time; what takes this long has no end. */
const STUCK_MS = 10_000

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const seconds = Number(values.seconds)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!(seconds > 0 && Number.isInteger(seed)))
  throw new Error('usage: npm run fuzz [-- --seconds 10] [--seed 1] [--keep] [target …]')

install(`${ROOT}test/fuzz`)
const { createInstrumenter } = (await import('istanbul-lib-instrument')).default

/** The targets of a room in one file, counted: what is of this package, and nothing of others. @param {string} room */
async function built(room) {
  const outfile = `${BUILT}${room}.mjs`
  await bundleSource(`test/fuzz/targets/${room}.ts`, outfile, (code, path) =>
    createInstrumenter({ esModules: true, compact: true }).instrumentSync(code, path),
  )
  return pathToFileURL(outfile).href
}

/**
 * Searches the targets of a room in a thread, from one of them on, and says what it found. A parser that does not come back from an
 * input is stopped: the answer is then at which target, and the next thread goes on behind it.
 *
 * @param {string} bundle
 * @param {number} done
 * @returns {Promise<number | undefined>}
 */
function searched(bundle, done) {
  const shared = shareInput()
  const { promise, resolve, reject } = withResolvers()
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { bundle, asked: positionals, done, milliseconds: seconds * 1_000, seed, shared },
  })
  let current = { started: '', at: done }
  const unwatch = watch(shared, STUCK_MS, async (input) => {
    await worker.terminate()
    const problem = `has not come back after ${STUCK_MS / 1_000} s`
    report({
      name: current.started,
      inputs: 0,
      reached: 0,
      corpus: [],
      finding: { problem, input: input.toString('base64') },
    })
    resolve(current.at + 1)
  })
  worker.on('message', (message) => {
    if (message.result === undefined) current = message
    else report(message.result)
  })
  worker.on('error', reject)
  worker.on('exit', (code) => {
    unwatch()
    if (code === 0) resolve(undefined)
  })
  return promise
}

/** @returns {{ promise: Promise<any>, resolve: (value: unknown) => void, reject: (error: unknown) => void }} */
function withResolvers() {
  /** @type {any} */
  const out = {}
  out.promise = new Promise((resolve, reject) => Object.assign(out, { resolve, reject }))
  return out
}

let passed = 0
let failed = 0

/** @param {import('./worker.mjs').Result} result */
function report({ name, inputs, reached, corpus, finding }) {
  console.log(`${finding === undefined ? 'ok  ' : 'FAIL'} ${name}: ${inputs} inputs, ${reached} places reached`)
  if (finding === undefined) passed++
  else {
    failed++
    console.log(`  ${finding.problem}\n  input, base64: ${finding.input}`)
  }
  if (!values.keep) return
  const shortest = [...corpus].sort((a, b) => a.length - b.length).slice(0, KEPT)
  if (shortest.length > 0) writeFileSync(`${HERE}corpus/${name}.json`, `${JSON.stringify(shortest)}\n`)
}

rmSync(BUILT, { recursive: true, force: true })
mkdirSync(BUILT, { recursive: true })
process.chdir(ROOT)
console.log(`seed ${seed}, ${seconds} s for each target`)
for (const room of readdirSync(`${HERE}targets`).map((file) => file.replace(/\.ts$/, ''))) {
  const bundle = await built(room)
  for (let done = await searched(bundle, 0); done !== undefined; ) done = await searched(bundle, done)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
