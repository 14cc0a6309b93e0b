// The library against hand-written code and against its peers: see docs/performance.md.
// npm run bench [-- --quick] [--only G9,G10] [--rounds 60] [--markdown] [--json file] [--no-build]

import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { buildLibrary, installPeers } from './lib/install.mjs'
import { isAbsurd, judge } from './lib/judge.mjs'
import { quantile } from './lib/rounds.mjs'
import { tableMarkdown, tableText } from './lib/table.mjs'

const SUITES = [
  { ids: ['G1', 'G2'], file: 'hmac' },
  { ids: ['G3', 'G4', 'G5', 'G7'], file: 'exchange' },
  { ids: ['G9', 'G10'], file: 'rfc9421-hmac' },
  { ids: ['G6', 'G11'], file: 'asymmetric' },
  { ids: ['G13'], file: 'query' },
  { ids: ['G14'], file: 'server' },
  { ids: ['G15'], file: 'client' },
  { ids: ['G16'], file: 'allocation' },
  { ids: ['G18'], file: 'keyring' },
  { ids: ['G19'], file: 'address-rules' },
  { ids: ['G20'], file: 'shared-replay' },
  { ids: ['G21', 'G22'], file: 'keyring-costs' },
]

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
  },
})
const known = SUITES.flatMap(({ ids }) => ids)
const wanted = options.only === undefined ? known : options.only.split(',')
const rounds = Number(options.rounds ?? (options.quick ? 5 : 60))
const unknown = wanted.filter((id) => !known.includes(id))
if (unknown.length > 0 || !(Number.isInteger(rounds) && rounds > 0)) {
  console.error(
    `usage: bench [--quick] [--only ${known.join(',')}] [--rounds n] [--markdown] [--json file] [--no-build]`,
  )
  process.exit(2)
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
for (const { ids, file } of SUITES) {
  if (!ids.some((id) => wanted.includes(id))) continue
  const suite = await import(`./suites/${file}.mjs`)
  for (const group of suite.groups.filter(({ ids }) => ids.some((id) => wanted.includes(id)))) {
    process.stderr.write(`${group.title} …\n`)
    const { samples, results: own, first } = await settle(group)
    results.push(...own)
    groups.push({ title: group.title, quiet: quiet(samples), ...(first === undefined ? {} : { first }) })
  }
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
// A short run is a smoke test: only what cannot be noise fails it.
const failed = options.quick ? results.filter(isAbsurd) : misses
for (const { id, what } of failed) console.error(`${id}: ${what}: ${options.quick ? 'absurd' : 'bar missed'}`)
process.exitCode = failed.length === 0 ? 0 : 1
