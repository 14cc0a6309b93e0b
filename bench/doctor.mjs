// How many hypotheses the doctor tests in a second with a shared secret, against a signature that none of them fits.
// node bench/doctor.mjs [--budget 2000] [--json file]
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { library } from './lib/library.mjs'

const { values: given } = parseArgs({
  options: { budget: { type: 'string', default: '2000' }, json: { type: 'string' } },
})
const budgetMs = Number(given.budget)
const LEAST = 50_000
const ROUNDS = 6
const { diagnose } = await library('countersign/doctor')
const folder = new URL('../test/doctor/corpus/', import.meta.url)
const corpus = readdirSync(folder).filter((name) => name.endsWith('.json'))
const caseOf = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

/** CPU time in milliseconds: a busy machine makes it no longer. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
// A secret that no case was signed with: the search goes on until its budget is used up.
const secret = createHmac('sha256', 'doctor').update('bench').digest('base64')

const rows = []
for (const name of [
  'okx-json-spaces',
  'binance-sorted',
  'bybit-spaces',
  'gate-body-hash',
  'kraken-path',
  'rfc9421-host',
  'stripe-body-parser',
  'twilio-tls-ends',
  'sigv4-plus',
  'azure-untrimmed',
  'oauth1-form',
  'hawk-tls-ends',
]) {
  const { input, options } = caseOf(`${name}.json`)
  const search = () => diagnose(input, { ...options, secret, nowMs: undefined, budgetMs })
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    const from = cpuMs()
    const { tried } = await search()
    const ms = cpuMs() - from
    rounds.push({ tried, ms: Math.round(ms), perSecond: Math.round((tried / ms) * 1_000) })
  }
  // The first round is compiled while it runs.
  const [cold, ...warm] = rounds
  const median = warm.sort((a, b) => a.perSecond - b.perSecond)[warm.length >> 1]
  rows.push({ name, ...median, coldPerSecond: cold.perSecond })
}

/** What the slowest case of the corpus takes, alone. */
const times = []
for (const name of corpus) {
  const { input, options } = caseOf(name)
  const from = cpuMs()
  const { tried } = await diagnose(input, { budgetMs: 60_000, ...options })
  times.push({ name, tried, ms: Math.round(cpuMs() - from) })
}
times.sort((a, b) => b.ms - a.ms)

console.table(rows)
console.log('The slowest of the corpus, in milliseconds of CPU time:')
console.table(times.slice(0, 5))
if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify({ rows, times }, null, 2)}\n`)
const slow = rows.filter(({ perSecond }) => perSecond < LEAST)
for (const { name, perSecond } of slow) console.log(`MISS ${name}: ${perSecond} a second, at least ${LEAST} are meant`)
process.exitCode = slow.length > 0 ? 1 : 0
