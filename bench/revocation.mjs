// How long a revoked key still works on another node, with the bus and with the bus cut: see docs/reliability.md.
// node bench/revocation.mjs [--trials 1000] [--keys 50] [--quick] [--markdown] [--json file]

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { hasPostgres, startPostgres } from '../test/servers/start-postgres.mjs'
import { hasRedis, startRedis } from '../test/servers/start-redis.mjs'
import { startRemote } from './lib/remote.mjs'
import { quantile } from './lib/rounds.mjs'

const { values: given } = parseArgs({
  options: {
    trials: { type: 'string' },
    keys: { type: 'string' },
    quick: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
if (!hasRedis || !hasPostgres) {
  console.error('*** NOT RUN: redis-server and the programs of PostgreSQL have to be on this machine ***')
  process.exit(3)
}
const { quick } = given
const trials = Number(given.trials ?? (quick ? 50 : 1_000))
const keysAtOnce = Number(given.keys ?? (quick ? 10 : 50))
const WITH_BUS_MS = 1_000
const CUT_MS = 30_000
const CHAINS = 2

const redis = await startRedis()
const postgres = await startPostgres()
const setup = { connectionString: postgres.connectionString, redisUrl: redis.url, kek: randomBytes(32).toString('hex') }
const pairOf = async (bus) => {
  const pair = ['redis', 'ioredis'].map((client) => startRemote('revocation-node.mjs', { ...setup, bus, client }))
  await Promise.all(pair.map(({ ready }) => ready))
  return pair
}

const rows = []
function enter(what, values, { most, at, unit = 'ms' }) {
  const [p50, p99, max] = [0.5, 0.99, 1].map((q) => quantile(values, q))
  const judged = { p99, max }[at]
  rows.push({
    what,
    n: values.length,
    p50,
    p99,
    max,
    unit,
    must: most === undefined ? '' : `${at} <= ${most} ${unit}`,
    ok: most === undefined || judged <= most,
  })
}
const never = (what, n, value) => rows.push({ what, n, max: value, unit: '', must: '0', ok: value === 0 })

/** `n` times, a few at a time. */
async function repeat(n, once) {
  const out = []
  let left = n
  const chain = async () => {
    while (left-- > 0) out.push(await once())
  }
  await Promise.all(Array.from({ length: CHAINS }, chain))
  return out
}

async function inUse([a, b]) {
  const issued = await a.ask('issue')
  await b.ask('watch', issued)
  return issued.id
}

/** Milliseconds from the resolved `revoke` on one node until the other refuses; 0 where it was the first to know. */
async function latency(pair, id) {
  const [resolvedMs, seen] = await Promise.all([pair[0].ask('revoke', id), pair[1].ask('refused', id)])
  if (seen.code !== 'KEY_REVOKED') throw new Error(`refused with ${seen.code}`)
  return Math.max(0, seen.refusedMs - resolvedMs)
}

/** Many keys in use, the bus cut, all of them revoked. */
async function withCut(pair, cut, mend) {
  const ids = await Promise.all(Array.from({ length: keysAtOnce }, () => inUse(pair)))
  await cut()
  const out = await Promise.all(ids.map((id) => latency(pair, id)))
  await mend()
  // Until both have found it again.
  await sleep(quick ? 500 : 6_000)
  return out
}
const severalCuts = async (pair, cut, mend) => {
  const out = []
  for (let i = 0; i < (quick ? 1 : 3); i++) out.push(...(await withCut(pair, cut, mend)))
  return out
}

async function waited(pair, n) {
  return repeat(n, async () => {
    const id = await inUse(pair)
    const [done, seen] = await Promise.all([pair[0].ask('revokeAndWait', id), pair[1].ask('refused', id)])
    return { ...done, late: seen.acceptedMs > done.resolvedMs }
  })
}

async function measure(name, bus, cuts) {
  const pair = await pairOf(bus)
  await sleep(600)
  process.stderr.write(`${name}: revoke …\n`)
  enter(
    `${name}: revoke until the other node refuses`,
    await repeat(trials, async () => latency(pair, await inUse(pair))),
    {
      most: WITH_BUS_MS,
      at: 'p99',
    },
  )
  process.stderr.write(`${name}: revokeAndWait …\n`)
  const all = await waited(pair, Math.max(20, trials / 5))
  enter(
    `${name}: revokeAndWait, acknowledged by the other node`,
    all.map(({ tookMs }) => tookMs),
    { most: WITH_BUS_MS, at: 'p99' },
  )
  never(
    `${name}: revokeAndWait not acknowledged`,
    all.length,
    all.filter(({ how, nodes }) => how !== 'acknowledged' || nodes !== 1).length,
  )
  never(`${name}: accepted after revokeAndWait resolved`, all.length, all.filter(({ late }) => late).length)
  for (const { what, cut, mend } of cuts(pair)) {
    process.stderr.write(`${name}: ${what} …\n`)
    enter(`${name} cut, ${what}: revoke until the other node refuses`, await severalCuts(pair, cut, mend), {
      most: CUT_MS,
      at: 'max',
    })
  }
  if (!quick && bus === 'redis') {
    process.stderr.write(`${name}: revokeAndWait without it …\n`)
    await redis.kill()
    const alone = await waited(pair, 2 * CHAINS)
    await redis.restart()
    enter(
      `${name} cut: revokeAndWait, which waits out the bound`,
      alone.map(({ tookMs }) => tookMs),
      {},
    )
    never(`${name} cut: accepted after revokeAndWait resolved`, alone.length, alone.filter(({ late }) => late).length)
  }
  await Promise.all(pair.map((node) => node.stop()))
}

await measure('Redis bus', 'redis', () => [
  { what: 'server killed', cut: () => redis.kill(), mend: () => redis.restart() },
  { what: 'server frozen', cut: () => redis.pause(), mend: () => redis.resume() },
])
await measure('PostgreSQL bus', 'postgres', ([, b]) => [
  { what: 'connection lost', cut: () => b.ask('cutNotify', 'end'), mend: () => b.ask('cutNotify', 'mend') },
  { what: 'deaf without knowing', cut: () => b.ask('cutNotify', 'deafen'), mend: () => b.ask('cutNotify', 'mend') },
])
await redis.stop()
await postgres.stop()

const ms = (value, unit) =>
  value === undefined ? '' : unit === '' ? String(value) : value < 10 ? value.toFixed(1) : String(Math.round(value))
for (const { what, n, p50, p99, max, unit, must, ok } of rows) {
  const cells = [what, n, ms(p50, unit), ms(p99, unit), ms(max, unit), must, must === '' ? '' : ok ? 'ok' : 'FAILED']
  console.log(given.markdown ? `| ${cells.join(' | ')} |` : cells.join('\t'))
}
const failed = rows.filter(({ ok }) => !ok)
console.log(
  `Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model.trim()}; ${failed.length === 0 ? 'everything held' : `${failed.length} FAILED`}`,
)
if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(rows, null, 2)}\n`)
process.exit(failed.length === 0 ? 0 : 1)
