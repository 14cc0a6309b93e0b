import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MysqlQuery, mysqlReplayStore } from '../../src/server/replay/mysql.js'
import type { ReplayClaim } from '../../src/server/replay/replay-store.js'
import { replayStoreContract } from '../contract/replay-store.js'
import { hasMariadb, type MariadbServer, startMariadb } from '../servers/start-mariadb.mjs'
import { underLoad } from './failover.js'

/** The replay store for MySQL, on a separate MariaDB, in a separate folder. */

const PATIENT = { deadlineMs: 20_000 } as const
let count = 0
const fresh = (part: Partial<ReplayClaim> = {}): ReplayClaim => {
  const nowMs = Date.now()
  return { keyId: 'k', nonce: `nonce-${count++}`, createdMs: nowMs, expiresAtMs: nowMs + 300_001, nowMs, ...part }
}

describe.skipIf(!hasMariadb)(hasMariadb ? 'mariadb' : 'mariadb [SKIPPED: no mariadbd on this machine]', () => {
  let server: MariadbServer
  let pool: { query(text: string, values?: unknown[]): Promise<[unknown]>; end(): Promise<void> }
  const query: MysqlQuery = async (text, values) => (await pool.query(text, values))[0]
  beforeAll(async () => {
    server = await startMariadb()
    // Of this folder's lockfile.
    const mysql = createRequire(import.meta.url)('mysql2/promise')
    pool = mysql.createPool({ ...server.address, connectionLimit: 8 })
    await mysqlReplayStore({ query, ...PATIENT }).migrate()
    await mysqlReplayStore({ query, ...PATIENT }).migrate()
  }, 120_000)
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })
  const setMark = (prefix: string, mark: string): Promise<unknown> =>
    query('REPLACE INTO countersign_replay_marks VALUES (?, ?)', [prefix, mark])

  replayStoreContract(
    'MariaDB',
    async ({ maxAgeMs, maxFutureMs, restartBarrier }) => {
      const prefix = `t${count++}`
      const age = async (byMs: number): Promise<void> => {
        await setMark(prefix, `${maxAgeMs + 1_000} ${maxFutureMs + 1_000} ${Date.now() - byMs}`)
      }
      if (restartBarrier === false) await age(10 * maxAgeMs)
      return { store: mysqlReplayStore({ query, prefix, maxAgeMs, maxFutureMs, ...PATIENT }), age }
    },
    { bounded: false, startsEmpty: true, claimsTellTime: false },
  )

  it('reads the clock in the hour that autumn has twice', async () => {
    const connection = await (
      pool as unknown as { getConnection(): Promise<typeof pool & { destroy(): void }> }
    ).getConnection()
    const zone = 'Europe/Berlin'
    const { stdout: input } = spawnSync('mariadb-tzinfo-to-sql', [`/usr/share/zoneinfo/${zone}`, zone])
    const { socketPath } = server.address
    spawnSync('mariadb', ['--no-defaults', `--socket=${socketPath}`, '--user=root', 'mysql'], { input })
    await connection.query(`SET time_zone = '${zone}'`)
    const ofZone: MysqlQuery = async (text, values) => (await connection.query(text, values))[0]
    // 02:30 on 2026-10-25, in summer time and an hour later.
    for (const [at, nowMs] of [1_792_888_200_250, 1_792_891_800_250].entries()) {
      await connection.query(`SET timestamp = ${nowMs / 1000}`)
      const prefix = `t${count++}`
      await setMark(prefix, '301000 6000 1')
      const store = mysqlReplayStore({ query: ofZone, prefix, ...PATIENT })
      const claim = { keyId: 'k', nonce: `autumn-${at}`, createdMs: nowMs, expiresAtMs: nowMs + 300_001, nowMs }
      expect(await store.claim(claim)).toBe('claimed')
    }
    connection.destroy()
  })

  it('refuses what was signed before its tables were emptied', async () => {
    const prefix = `t${count++}`
    await setMark(prefix, '301000 6000 1')
    const store = mysqlReplayStore({ query, prefix, ...PATIENT })
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    await query('DELETE FROM countersign_replay_marks', [])
    await query('DELETE FROM countersign_replay', [])
    expect(await store.claim(one)).toBe('barrier')
  })

  it('remembers what it granted when the server is killed and comes back', async () => {
    const prefix = `t${count++}`
    await setMark(prefix, '301000 6000 1')
    const store = mysqlReplayStore({ query, prefix, ...PATIENT })
    const claims = Array.from({ length: 50 }, () => fresh())
    for (const one of claims) expect(await store.claim(one)).toBe('claimed')
    await server.restart()
    for (const one of claims) expect(await store.claim({ ...one, nowMs: Date.now() })).toBe('replay')
  })

  it('grants nothing twice while the server is killed under load and comes back', async () => {
    const prefix = `t${count++}`
    await setMark(prefix, '301000 6000 1')
    const store = () => mysqlReplayStore({ query, prefix, deadlineMs: 1_000 })
    const { before, failures, twice } = await underLoad([store(), store()], async (unanswered) => {
      await server.kill()
      await unanswered()
      await server.restart()
    })
    expect(before).toBeGreaterThan(100)
    expect(failures).toBeGreaterThan(0)
    expect(twice).toEqual([])
  })

  it('names what the server refused, and shows nothing of it', async () => {
    const store = mysqlReplayStore({
      query: (text, values) => query(text.replaceAll('countersign_replay', 'absent'), values),
      ...PATIENT,
    })
    await expect(store.claim(fresh())).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'replay store: the server refused (1146: was migrate() run?)',
    })
  })
})
