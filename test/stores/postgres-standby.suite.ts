import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { postgresReplayStore } from '../../src/server/replay/postgres.js'
import type { ReplayClaim } from '../../src/server/replay/replay-store.js'
import { hasPostgres, type PostgresServer, startPostgres, startStandby } from '../servers/start-postgres.mjs'
import { underLoad } from './failover.js'

/** PostgreSQL with a streaming standby that is promoted. */

let count = 0
const fresh = (): ReplayClaim => {
  const nowMs = Date.now()
  return { keyId: 'k', nonce: `nonce-${count++}`, createdMs: nowMs, expiresAtMs: nowMs + 300_001, nowMs }
}

const name = hasPostgres ? 'a standby' : 'a standby [SKIPPED: no PostgreSQL on this machine]'
describe.skipIf(!hasPostgres)(name, () => {
  const servers: PostgresServer[] = []
  let pool: pg.Pool
  beforeAll(async () => {
    const primary = await startPostgres()
    servers.push(primary)
    const standby = await startStandby(primary)
    servers.push(standby)
    pool = new pg.Pool({ connectionString: primary.connectionString, max: 8 })
    pool.on('error', () => {})
  }, 120_000)
  afterAll(async () => {
    await pool?.end()
    await Promise.all(servers.map((server) => server.stop()))
  })

  it('refuses, once promoted, what the dead primary may have granted, and then works', async () => {
    const [primary, standby] = servers as [PostgresServer, PostgresServer]
    const options = { deadlineMs: 20_000, maxFutureMs: 200, clockSkewMs: 100 } as const
    const store = postgresReplayStore({ query: (text, values) => pool.query(text, values), ...options })
    await store.migrate()
    await store.ready()
    const claims = Array.from({ length: 50 }, fresh)
    for (const one of claims) expect(await store.claim({ ...one, nowMs: Date.now() })).toBe('claimed')
    // What makes the tables is written ahead, and what is in them is not.
    const onStandby = new pg.Pool({ connectionString: standby.connectionString, max: 8 })
    onStandby.on('error', () => {})
    const made = "SELECT to_regprocedure('countersign_replay_claim(uuid,uuid,bigint,bigint,text)') AS found"
    await vi.waitFor(async () => expect((await onStandby.query(made)).rows[0].found).not.toBeNull(), 60_000)
    await primary.kill()
    const dead = pool
    pool = onStandby
    // A standby takes no claims.
    await expect(store.claim(fresh())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await onStandby.query('SELECT pg_promote()')
    for (const one of claims) expect(await store.claim({ ...one, nowMs: Date.now() })).not.toBe('claimed')
    await vi.waitFor(async () => expect(await store.claim(fresh())).toBe('claimed'), 60_000)
    for (const one of claims) expect(await store.claim({ ...one, nowMs: Date.now() })).not.toBe('claimed')
    await dead.end()
  })

  it('grants nothing twice while the primary is killed under load and its standby promoted', async () => {
    const primary = servers.at(-1) as PostgresServer
    const standby = await startStandby(primary)
    servers.push(standby)
    const options = { deadlineMs: 1_000, maxFutureMs: 200, clockSkewMs: 100 } as const
    const store = () => postgresReplayStore({ query: (text, values) => pool.query(text, values), ...options })
    const stores = [store(), store()]
    await Promise.all(stores.map((one) => one.ready()))
    const dead = pool
    const { before, failures, twice } = await underLoad(stores, async (unanswered) => {
      await primary.kill()
      await unanswered()
      pool = new pg.Pool({ connectionString: standby.connectionString, max: 8 })
      pool.on('error', () => {})
      await pool.query('SELECT pg_promote()')
    })
    await dead.end()
    expect(before).toBeGreaterThan(100)
    expect(failures).toBeGreaterThan(0)
    expect(twice).toEqual([])
    await expect(stores[0]?.claim(fresh())).resolves.toBe('claimed')
  })
})
