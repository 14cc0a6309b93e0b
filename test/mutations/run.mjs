// Changes one thing of signed requests of every algorithm and scheme, and counts what is accepted all the same:
// npm run test:mutations [-- --count 1000000 --seconds 600 --seed 1 --workers 2 --write] [name …]
//
// Without options it is bounded: two thousand changes of each or one second, whatever comes first. The same seed makes the same
// changes in the same order. `--write` keeps what was measured in results.json, for each
// subject the run with the most changes, and puts the table into docs/assurance.md: after each subject, so that a run of hours
// can be ended. `--missing` leaves out what has as many changes there, and ends the work of such a run.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { writeSection } from '../../tools/lib/assurance.mjs'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { bundleSource } from '../../tools/lib/source-bundle.mjs'
import { keep, mutationsTable } from './table.mjs'

const RESULTS = fileURLToPath(new URL('./results.json', import.meta.url))
const BUILT = fileURLToPath(new URL('./.build/worker.mjs', import.meta.url))

const { values, positionals } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const [count, seconds, seed, workers] = [values.count, values.seconds, values.seed, values.workers].map(Number)
if (![count, seconds, seed, workers].every((one) => one > 0))
  throw new Error('usage: npm run test:mutations [-- --count 2000 --seconds 1 --seed 1 --workers 1 --write] [name …]')

process.chdir(ROOT)
await bundleSource('test/mutations/worker.ts', BUILT)

/** @typedef {import('./measure.js').Measured} Measured */
/** @type {Measured[]} */
const rows = []
/** @type {string[]} */
const errors = []
let next = 0
/** @type {Measured[]} */
let kept = JSON.parse(existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : '{}').rows ?? []
const enough = new Set(
  kept.filter(({ changes, accepted }) => values.missing && accepted === 0 && changes >= count).map(({ name }) => name),
)
console.log(
  `seed ${seed}: ${count} changes of each, or as many as fit into ${seconds} s; ${workers} of ${availableParallelism()} cores`,
)
await Promise.all(
  Array.from(
    { length: workers },
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker(BUILT, { workerData: { count, seed, seconds } })
        /** @type {ReadonlyArray<{ name: string, algorithm: string, group: string }>} */
        let names = []
        const isAsked = ({ name, algorithm, group } = names[next]) =>
          !enough.has(name) &&
          (positionals.length === 0 ||
            positionals.some((asked) => [name, algorithm, group].some((one) => one.includes(asked))))
        worker.on('message', (answer) => {
          if (answer.names) names = answer.names
          if (answer.measured) {
            rows.push(answer.measured)
            report(answer.measured)
            if (values.write) write(answer.measured)
          }
          if (answer.error) {
            errors.push(answer.error)
            console.error(`FAIL ${answer.error}`)
          }
          while (next < names.length && !isAsked()) next++
          worker.postMessage(next++)
        })
        worker.on('error', reject)
        worker.on('exit', resolve)
      }),
  ),
)

/** @param {Measured} measured */
function report({ name, changes, refused, same, uncovered, accepted, examples }) {
  const counts = `${changes} changes, ${refused} refused, ${same} the same message, ${uncovered} not covered`
  console.log(`${accepted === 0 ? 'ok  ' : 'FAIL'} ${name}: ${counts}, ${accepted} accepted`)
  for (const example of examples) console.log(`  ${example}`)
}

/**
 * Also what was accepted: a table without it would show nothing but success.
 * @param {Measured} measured
 */
function write(measured) {
  kept = keep(kept, [measured])
  const machine = `${cpus()[0]?.model}, Node ${process.versions.node}`
  writeFileSync(RESULTS, `${JSON.stringify({ seed, machine, rows: kept }, null, 2)}\n`)
  writeSection('mutations', mutationsTable(kept, { seed, machine }))
}

const failed = rows.filter(({ accepted }) => accepted > 0).length + errors.length
const sum = rows.reduce((total, { changes }) => total + changes, 0)
console.log(`${sum} changes of ${rows.length} subjects`)
console.log(`${rows.length - failed + errors.length} passed, ${failed} failed`)
process.exitCode = failed === 0 && (rows.length > 0 || values.missing) ? 0 : 1
