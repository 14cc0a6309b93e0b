// The library against hand-written code and against its peers: see docs/performance.md.
// npm run bench [-- --quick] [--only rfc9421/hmac/verify,exchange] [--rounds 60] [--markdown] [--json file] [--no-build] [--write [--beyond-noise]]

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { merged, problemsOfPage, readFigures, writeFigures } from './lib/figures.mjs'
import { buildLibrary, installPeers } from './lib/install.mjs'
import { isAbsurd, judge } from './lib/judge.mjs'
import { beyondNoise } from './lib/noise.mjs'
import { quantile } from './lib/rounds.mjs'
import { isAsked, mayHold, unknownNames } from './lib/select.mjs'
import { SUITES } from './lib/suites.mjs'
import { tableMarkdown, tableText } from './lib/table.mjs'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    'beyond-noise': { type: 'boolean', default: false },
  },
})
const asked = options.only?.split(',') ?? []
const rounds = Number(options.rounds ?? (options.quick ? 5 : 60))
const known = SUITES.flatMap(({ names }) => names)

/** @param {readonly string[]} messages */
function refuse(messages) {
  for (const message of messages) console.error(message)
  process.exit(2)
}

if (!(Number.isInteger(rounds) && rounds > 0))
  refuse([
    `usage: bench [--quick] [--only ${known[0]},…] [--rounds n] [--markdown] [--json file] [--no-build] [--write [--beyond-noise]]`,
  ])
if (options.write && options.quick) refuse(['--write needs full rounds, without --quick'])
if (options['beyond-noise'] && !options.write) refuse(['--beyond-noise says which rows --write replaces'])
// A name below a known one is looked for among its rows, which are known when the suite is loaded.
refuseUnknown(
  asked.filter((one) => !known.some((name) => mayHold(name, [one]))),
  known,
)

function refuseUnknown(names, among) {
  const messages = unknownNames(names, among)
  if (messages.length > 0) refuse(messages)
}

/** One group, measured. */
async function runGroup(group) {
  const samples = await group.measure({
    rounds,
    batchMs: options.quick ? 1 : 3,
    quick: options.quick,
    ...group.options,
  })
  return { samples, results: group.rows.map((row) => judge(row, samples)) }
}

const missed = ({ verdict }) => verdict === 'MISS'

/** One group, and once more where it misses a bar: then the second time counts. */
async function settle(group) {
  if (group.check !== undefined && !(await group.check()))
    throw new Error(`${group.title}: the contestants do not agree on a result, so their times mean nothing`)
  const first = await runGroup(group)
  if (options.quick || !first.results.some(missed)) return first
  const second = await runGroup(group)
  return { ...second, first: first.results.map(({ measured }) => measured) }
}

/** The 20th percentile: what a contestant costs while the machine is quiet. For people; nothing is gated on it. */
const quiet = (samples) =>
  Object.fromEntries(
    Object.keys(samples[0]).map((name) => [
      name,
      quantile(
        samples.map((one) => one[name]),
        0.2,
      ),
    ]),
  )

installPeers()
if (!options['no-build']) buildLibrary()

const started = performance.now()
const results = []
const groups = []
const suites = []
for (const { names, file } of SUITES)
  if (names.some((name) => mayHold(name, asked))) suites.push(...(await import(`./suites/${file}.mjs`)).groups)
// A suite that is skipped has no rows to look among.
const rowNames = suites.flatMap(({ rows }) => rows.map(({ name }) => name))
if (rowNames.length > 0) refuseUnknown(asked, [...rowNames, ...known])
for (const whole of suites) {
  const group = { ...whole, rows: whole.rows.filter(({ name }) => isAsked(name, asked)) }
  if (group.rows.length === 0) continue
  process.stderr.write(`${group.title} …\n`)
  const { samples, results: own, first } = await settle(group)
  results.push(...own)
  groups.push({ title: group.title, quiet: quiet(samples), ...(first === undefined ? {} : { first }) })
}

const machine = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim()}`
console.log(options.markdown ? tableMarkdown(results) : tableText(results))
const misses = results.filter(missed)
const seconds = Math.round((performance.now() - started) / 1000)
const outcome = options.quick
  ? 'too few rounds for a verdict'
  : misses.length === 0
    ? 'every bar is met'
    : `${misses.length} bars missed`
console.log(`${machine}; ${rounds} rounds, ${seconds} s; ${outcome}`)
if (options.json !== undefined) {
  writeFileSync(
    options.json,
    `${JSON.stringify({ machine, rounds, quick: options.quick, results, groups }, null, 2)}\n`,
  )
}
const allNames = asked.length === 0 ? rowNames : undefined
if (options.write) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const run = { machine, commit, date: new Date().toISOString().slice(0, 10), rounds }
  const exists = (name) => allNames === undefined || allNames.includes(name)
  const before = readFigures()
  await writeFigures(
    merged(before, run, options['beyond-noise'] ? beyondNoise(before.results, results) : results, exists),
  )
}
// The page has every row that there is: asked where all suites were loaded.
for (const problem of allNames === undefined || options.write ? [] : problemsOfPage(allNames)) {
  console.error(problem)
  process.exitCode = 1
}
// A short run is a smoke test: only what cannot be noise fails it.
const failed = options.quick ? results.filter(isAbsurd) : misses
for (const { name, what } of failed) console.error(`${name}: ${what}: ${options.quick ? 'absurd' : 'bar missed'}`)
if (failed.length > 0) process.exitCode = 1
