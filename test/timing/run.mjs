// Whether a comparison of secrets takes as long for a value that is nearly right as for any other:
// npm run test:timing [-- --measurements 100000 --write]
//
// The method of dudect: two classes of values in random order, Welch's t over their times, also over those below twenty
// percentiles. |t| below 4.5: nothing found. Above 10: it leaks. A comparison that stops at the first difference is measured
// first and has to be found, or the run has measured nothing. It needs a machine that does little else, and is no part of npm test.
import { cpus } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { writeSection } from '../../tools/lib/assurance.mjs'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { bundleSource } from '../../tools/lib/source-bundle.mjs'

const BUILT = fileURLToPath(new URL('./.build/measure.mjs', import.meta.url))

const { values } = parseArgs({
  options: { measurements: { type: 'string', default: '100000' }, write: { type: 'boolean', default: false } },
})
const measurements = Number(values.measurements)
if (!(measurements >= 5_000)) throw new Error('usage: npm run test:timing [-- --measurements 100000 --write]')

process.chdir(ROOT)
await bundleSource('test/timing/measure.ts', BUILT)
/** @type {typeof import('./measure.js')} */
const { LEAKS, SUSPECT, timings } = await import(pathToFileURL(BUILT).href)

/** @param {number} t */
const verdictOf = (t) => (Math.abs(t) < SUSPECT ? 'nothing found' : Math.abs(t) < LEAKS ? 'suspect' : 'leaks')

const rows = []
let found = false
let failed = 0
for (const { timed, isControl } of timings(measurements)) {
  const { name, file, t, runs, median } = timed
  const verdict = verdictOf(t)
  if (isControl) found = Math.abs(t) >= LEAKS
  else if (Math.abs(t) >= LEAKS) failed++
  rows.push(`| ${name} | \`${file}\` | ${median.toFixed(0)} | ${runs} | ${t.toFixed(2)} | ${verdict} |`)
  console.log(`${t.toFixed(2).padStart(9)}  ${verdict.padEnd(13)}  ${name}, ${median.toFixed(0)} ns, ${runs} run(s)`)
}
if (!found) {
  console.error('the comparison that stops early was not found: this run has measured nothing')
  failed++
}
const passed = rows.length - failed
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
if (values.write && failed === 0)
  writeSection(
    'timing',
    `${measurements} measurements of 24 calls each a run; ${cpus()[0]?.model}, Node ${process.versions.node}.

| comparison | file | ns a call | runs | t | |
| --- | --- | ---: | ---: | ---: | --- |
${rows.join('\n')}`,
  )
