// Verifier processes on one Redis and one PostgreSQL, which are killed all the time: see docs/reliability.md.
// node bench/reliability.mjs [--requests 200000] [--processes 4] [--kill-every 3000] [--rate 1500] [--replay redis|postgres|mysql]
//   [--quick] [--markdown] [--write] [--json file]

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { hasMariadb, startMariadb } from '../test/servers/start-mariadb.mjs'
import { hasPostgres, startPostgres } from '../test/servers/start-postgres.mjs'
import { hasRedis, startRedis } from '../test/servers/start-redis.mjs'
import { writeSection } from '../tools/lib/assurance.mjs'
import { openPool, queryOf, redisClient } from './lib/keyring-node.mjs'
import { library } from './lib/library.mjs'
import { hasMysqlDriver, mysqlQuery } from './lib/mysql.mjs'
import { startRemote } from './lib/remote.mjs'
import { createFaults } from './reliability/faults.mjs'
import { judgeRun } from './reliability/judgement.mjs'
import { createLedger, enterSeen } from './reliability/ledger.mjs'
import { createOperator } from './reliability/operator.mjs'
import { createTraffic } from './reliability/traffic.mjs'

const { values: given } = parseArgs({
  options: {
    requests: { type: 'string' },
    processes: { type: 'string', default: '4' },
    'kill-every': { type: 'string' },
    rate: { type: 'string' },
    replay: { type: 'string', default: 'redis' },
    quick: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const { quick, replay } = given
if (!['redis', 'postgres', 'mysql'].includes(replay))
  throw new Error(`--replay must be redis, postgres or mysql, got ${replay}`)
if (!hasRedis || !hasPostgres) {
  console.error('*** NOT RUN: redis-server and the programs of PostgreSQL have to be on this machine ***')
  process.exit(3)
}
if (replay === 'mysql' && !(hasMariadb && hasMysqlDriver)) {
  console.error(
    '*** NOT RUN: the programs of MariaDB have to be on this machine, and npm ci --prefix test/stores run ***',
  )
  process.exit(3)
}
const total = Number(given.requests ?? (quick ? 5_000 : 200_000))
const everyMs = Number(given['kill-every'] ?? (quick ? 1_200 : 3_000))
const rate = Number(given.rate ?? (quick ? 500 : 1_500))
/** The window. After a loss whatever was signed up to `maxFutureMs + clockSkewMs` after it is refused, in whole seconds. */
const window = { maxAgeMs: 60_000, maxFutureMs: 1_000, clockSkewMs: 100 }
// The defaults; a short run cannot wait for them.
const cache = quick ? { ttlMs: 3_000, disconnectedTtlMs: 1_000, negativeTtlMs: 1_000, pollMs: 1_000 } : undefined
const boundMs = cache?.ttlMs ?? 30_000
// A second because times are signed in whole ones, and one for the clients' way back to the store.
const options = { boundMs, recoveryMs: window.maxFutureMs + window.clockSkewMs + 2_000, rssMb: 300 }
const REDIS_CAP_MB = 128
const CLIENTS = ['redis', 'ioredis']

const redis = await startRedis(['--maxmemory', `${REDIS_CAP_MB}mb`, '--maxmemory-policy', 'noeviction'])
const postgres = await startPostgres()
const mariadb = replay === 'mysql' ? await startMariadb() : undefined
const ledger = createLedger(total + 20_000)
const { connectionString } = postgres
const setup = {
  connectionString,
  redisUrl: redis.url,
  kek: randomBytes(32).toString('hex'),
  bus: 'redis',
  replay,
  mariadb: mariadb?.address,
}
const nodes = Array.from({ length: Number(given.processes) }, (_, i) =>
  startRemote(
    'reliability-verifier.mjs',
    { ...setup, ...window, client: CLIENTS[i % CLIENTS.length], usage: { flushMs: 2_000 }, ...(cache && { cache }) },
    ({ seen }) => enterSeen(ledger, seen),
  ),
)
const ports = await Promise.all(nodes.map(({ ready }) => ready))
const own = await redisClient(redis.url)
const ofMariadb = mariadb && mysqlQuery(mariadb.address, 1)
const { postgresKeyStore } = await library('countersign/keyring/postgres')
const store = postgresKeyStore({ query: queryOf(openPool(connectionString, 2)), timeoutMs: 5_000 })

/** Whether every key is there that was acknowledged before, as new as it was then, and as revoked. */
const keys = { checks: 0, lost: [] }
async function lookForKeys() {
  const expected = [...operator.acknowledged]
  const found = new Map()
  for (let after; ; ) {
    const page = await store.list({ limit: 1_000, ...(after && { after }) })
    for (const { id, rev, status } of page) found.set(id, { rev, status })
    if (page.length < 1_000) break
    after = page.at(-1).id
  }
  keys.checks++
  for (const [id, { rev, status }] of expected) {
    const now = found.get(id)
    if (now === undefined || now.rev < rev || (status !== undefined && now.status !== status))
      keys.lost.push({ id, rev, status, now })
  }
}

const operator = createOperator(nodes, { everyMs: 120, boundMs })
await operator.begin()
const traffic = createTraffic({ ports, ledger, operator, rate, total })
const faults = createFaults(
  {
    ...{ redis, postgres, mariadb, replay },
    empty: {
      redis: () => own.sendCommand(['FLUSHALL']).catch(() => {}),
      // The marks first: what is claimed in between counts on one that is gone.
      mysql: async () => {
        for (const table of ['countersign_replay_marks', 'countersign_replay']) {
          const emptied = () => ofMariadb(`DELETE FROM ${table}`)
          // The pool may hold a connection that the last kill has ended.
          await emptied().catch(emptied)
        }
      },
    },
    afterEach: async ({ name, loses }) => {
      // A process that accepts it would do so now, and once the loss has been got over.
      const waits = loses ? [0, 200, 1_500, 4_000] : []
      for (const waitMs of waits) setTimeout(() => traffic.replayNewest(quick ? 2 : 4), waitMs).unref()
      if (name.startsWith('PostgreSQL killed')) await lookForKeys()
    },
  },
  everyMs,
)

const memory = { most: 0, capMb: replay === 'redis' ? REDIS_CAP_MB : undefined }
const most = nodes.map(() => 0)
const watching = setInterval(async () => {
  const text = await own.sendCommand(['INFO', 'memory']).catch(() => '')
  memory.most = Math.max(memory.most, Number(/^used_memory:(\d+)/m.exec(text)?.[1] ?? 0))
  for (const [i, node] of nodes.entries()) {
    const { rss } = await node.ask('state').catch(() => ({ rss: 0 }))
    most[i] = Math.max(most[i], rss)
  }
  process.stderr.write(`\r${traffic.sends} requests, ${faults.log.length} faults, ${operator.acknowledged.size} keys  `)
}, 1_000)

const started = performance.now()
const startedMs = Date.now()
const breaking = faults.run()
const operating = operator.run()
await traffic.run(() => faults.end())
const seconds = (performance.now() - started) / 1000
operator.end()
await breaking
await operating
clearInterval(watching)
for (const node of nodes) await node.ask('flush').catch(() => {})
const states = await Promise.all(
  nodes.map(({ ask }) => ask('state').catch(() => ({ faults: ['no answer'], background: {} }))),
)
await sleep(100)
await lookForKeys()

const rows = judgeRun({
  ...{
    ledger,
    operator,
    traffic,
    keys,
    nodes,
    seconds,
    options: { ...options, startedMs },
    redis: memory,
    faults: faults.log,
  },
  states: states.map((state, i) => ({ ...state, most: most[i] })),
})
process.stderr.write('\n')
const failed = rows.filter(({ ok }) => ok === false)
const verdictOf = (ok) => (ok === undefined ? '' : ok ? 'ok' : 'FAILED')
const table = rows.map(({ what, value, must = '', ok }) => `| ${what} | ${value} | ${must} | ${verdictOf(ok)} |`)
if (given.markdown) console.log(table.join('\n'))
else
  for (const { what, value, must = '', ok, detail } of rows)
    console.log(
      `${verdictOf(ok).padEnd(6)} ${what}: ${value}${must && ` (must be ${must})`}${ok === false ? ` ${detail ?? ''}` : ''}`,
    )
console.log(
  `Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model.trim()}; ${failed.length === 0 ? 'everything held' : `${failed.length} FAILED`}`,
)
if (given.write) {
  const head = ['| | measured | must be | |', '| --- | --- | --- | --- |']
  writeSection(`reliability ${replay}`, [...head, ...table].join('\n'), 'docs/reliability.md')
}
if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify({ rows, faults: faults.log }, null, 2)}\n`)

traffic.close()
await Promise.all(nodes.map((node) => node.stop()))
own.destroy()
await redis.stop()
await postgres.stop()
await mariadb?.stop()
process.exit(failed.length === 0 ? 0 : 1)
