// How many bytes a nonce takes in Redis, and in SQLite as D1 and Durable Objects have it: the figures of docs/replay-stores.md.
// Needs redis-server and what `npm ci --prefix test/stores` installs; a part that is missing is named, and not measured.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createClient } from 'redis'
import { hasRedis, startRedis } from '../test/servers/start-redis.mjs'

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

console.log(hasRedis ? await redisBytes(500_000) : '!!! no redis-server: not measured')
console.log(
  existsSync(new URL('node_modules/miniflare', STORES))
    ? await sqliteBytes(50_000)
    : '!!! miniflare is not installed (npm ci --prefix test/stores): not measured',
)
