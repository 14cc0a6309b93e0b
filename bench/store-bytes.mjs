// How many bytes a nonce takes in each store, and how long a claim takes on the loopback: the figures of docs/replay-stores.md.
// Needs a build, redis-server, PostgreSQL, MariaDB, and what `npm ci --prefix test/stores` installs; a part that is missing is
// named, and not measured.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg } from 'node:os'
import pg from 'pg'
import { createClient } from 'redis'
import { hasMariadb, startMariadb } from '../test/servers/start-mariadb.mjs'
import { hasPostgres, startPostgres } from '../test/servers/start-postgres.mjs'
import { hasRedis, startRedis } from '../test/servers/start-redis.mjs'
import { library } from './lib/library.mjs'
import { hasMysqlDriver, mysqlPool } from './lib/mysql.mjs'
import { median } from './lib/rounds.mjs'

const STORES = new URL('../test/stores/package.json', import.meta.url)
const text = () => randomBytes(16).toString('base64url')

/** Of `used_memory`, before and after. */
async function redisBytes(count) {
  const server = await startRedis()
  const client = await createClient({ url: server.url }).connect()
  const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))[1])
  const before = await used()
  for (let done = 0; done < count; done += 1_000)
    await Promise.all(
      Array.from({ length: 1_000 }, () =>
        client.sendCommand(['SET', `rp:${text()}`, text(), 'NX', 'GET', 'PX', '311000']),
      ),
    )
  const bytes = ((await used()) - before) / count
  const version = /redis_version:(\S+)/.exec(await client.info('server'))[1]
  await client.close()
  await server.stop()
  return `Redis ${version}: ${bytes.toFixed(0)} bytes a nonce (${count} nonces, used_memory)`
}

const WORKER = `export default { async fetch(request, env) {
  const { rows } = await request.json()
  await env.DB.batch([
    env.DB.prepare('CREATE TABLE IF NOT EXISTS nonces (key TEXT PRIMARY KEY, token TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID'),
    env.DB.prepare('CREATE INDEX IF NOT EXISTS nonces_expires ON nonces (expires)'),
  ])
  const out = await env.DB.batch(rows.map((row) => env.DB.prepare('INSERT INTO nonces VALUES (?, ?, ?)').bind(...row)))
  return new Response(String(out.at(-1).meta.size_after))
} }`

/** Of the file that holds the rows and their index. */
async function sqliteBytes(count) {
  const { Miniflare } = createRequire(STORES)('miniflare')
  const worker = new Miniflare({ modules: true, script: WORKER, compatibilityDate: '2026-01-01', d1Databases: ['DB'] })
  let size = 0
  for (let done = 0; done < count; done += 500) {
    const rows = Array.from({ length: 500 }, (_, at) => [`rp:${text()}`, text(), 1_800_000_000_000 + done + at])
    const answer = await worker.dispatchFetch('https://bench.invalid/', {
      method: 'POST',
      body: JSON.stringify({ rows }),
    })
    size = Number(await answer.text())
  }
  await worker.dispose()
  return `SQLite in workerd: ${(size / count).toFixed(0)} bytes a nonce (${count} rows with their index, size of the file)`
}

const AT_ONCE = 64

/** Claims as a verifier makes them: one at a time, and many in flight. */
async function claimTimes(store, { one, many }) {
  const claim = async () => {
    const nowMs = Date.now()
    const asked = { keyId: 'bot-1', nonce: text(), createdMs: nowMs, expiresAtMs: nowMs + 300_001, nowMs }
    const outcome = await store.claim(asked)
    if (outcome !== 'claimed') throw new Error(`a claim that must be granted is ${outcome}`)
  }
  await store.ready()
  const times = []
  for (let at = 0; at < one; at++) {
    const from = performance.now()
    await claim()
    times.push(performance.now() - from)
  }
  const from = performance.now()
  const worker = async () => {
    for (let at = 0; at < many / AT_ONCE; at++) await claim()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const perSecond = (many / (performance.now() - from)) * 1_000
  return `a claim takes ${median(times).toFixed(2)} ms, ${AT_ONCE} in flight are ${Math.round(perSecond / 100) * 100} a second`
}

async function redisTimes() {
  const { redisReplayStore } = await library('countersign/replay/redis')
  const server = await startRedis()
  const client = await createClient({ url: server.url }).connect()
  const store = redisReplayStore({ client, deadlineMs: 10_000 })
  const times = await claimTimes(store, { one: 2_000, many: 64_000 })
  await client.close()
  await server.stop()
  return `Redis: ${times}`
}

async function postgresFigures() {
  const { postgresReplayStore } = await library('countersign/replay/postgres')
  const server = await startPostgres()
  const pool = new pg.Pool({ connectionString: server.connectionString, max: 16 })
  const store = postgresReplayStore({ query: (statement, values) => pool.query(statement, values), deadlineMs: 10_000 })
  await store.migrate()
  await store.ready()
  const size = async () =>
    Number(
      (
        await pool.query(
          "SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class WHERE relkind = 'r' AND relname LIKE 'countersign_replay%'",
        )
      ).rows[0].bytes,
    )
  const before = await size()
  const counts = { one: 2_000, many: 32_000 }
  const times = await claimTimes(store, counts)
  const bytes = ((await size()) - before) / (counts.one + counts.many)
  const version = (await pool.query('SHOW server_version')).rows[0].server_version
  await pool.end()
  await server.stop()
  return `PostgreSQL ${version}: ${bytes.toFixed(0)} bytes a nonce; ${times}`
}

async function mariadbFigures() {
  const { mysqlReplayStore } = await library('countersign/replay/mysql')
  const server = await startMariadb()
  const pool = mysqlPool(server.address, 16)
  const query = async (statement, values) => (await pool.query(statement, values))[0]
  const store = mysqlReplayStore({ query, deadlineMs: 10_000 })
  await store.migrate()
  await store.ready()
  const size = async () => {
    await query('ANALYZE TABLE countersign_replay', [])
    const [row] = await query(
      "SELECT data_length + index_length AS bytes FROM information_schema.tables WHERE table_name = 'countersign_replay'",
      [],
    )
    return Number(row.bytes)
  }
  const before = await size()
  const counts = { one: 500, many: 16_000 }
  const times = await claimTimes(store, counts)
  const bytes = ((await size()) - before) / (counts.one + counts.many)
  const [{ version }] = await query('SELECT VERSION() AS version', [])
  await pool.end()
  await server.stop()
  return `MariaDB ${version}: ${bytes.toFixed(0)} bytes a nonce; ${times}`
}

console.log(
  `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}`,
)
console.log(hasRedis ? await redisBytes(500_000) : '!!! no redis-server: not measured')
console.log(
  existsSync(new URL('node_modules/miniflare', STORES))
    ? await sqliteBytes(50_000)
    : '!!! miniflare is not installed (npm ci --prefix test/stores): not measured',
)
if (hasRedis) console.log(await redisTimes())
console.log(hasPostgres ? await postgresFigures() : '!!! no PostgreSQL: not measured')
console.log(
  hasMariadb && hasMysqlDriver
    ? await mariadbFigures()
    : '!!! no MariaDB, or mysql2 is not installed (npm ci --prefix test/stores): not measured',
)
