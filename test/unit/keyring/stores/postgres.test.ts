import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { PGlite } from '@electric-sql/pglite'
import { build } from 'esbuild'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { StoredKey } from '../../../../src/keyring/record/key-record.js'
import { type PostgresQuery, postgresKeyStore, postgresMigrations } from '../../../../src/keyring/stores/postgres.js'
import { keyStoreContract, nextRecord, sampleRecord } from '../../../contract/key-store.js'
import { codeOf, errorOf } from '../../../expect-code.js'
import { describePostgres, openPglite, type PostgresServer, startPostgres } from '../../../servers/postgres.js'
import { THOROUGH } from '../../../thorough.js'

/** Of every store whose deadline is not the question: a busy machine may keep an answer for longer than the default. */
const PATIENT = { timeoutMs: 20_000 } as const
/** What a refusal after a short deadline may take at most on such a machine: clearly less than without a deadline. */
const LATE_MS = 5_000

let schemas = 0
/** An unused schema: one server serves all the tests of this file. */
const fresh = (): string => `test_${++schemas}`

const insert = (...records: readonly StoredKey[]) => records.map((record) => ({ record, expectedRev: 0 }))

describe('on PGlite', () => {
  let db: PGlite
  // One connection serves strictly in turn, and writers in step with each other would lose against the same one each time.
  const query: PostgresQuery = async (text, values) => {
    if (Math.random() < 0.5) await new Promise((resolve) => setImmediate(resolve))
    return db.query(text, values)
  }
  beforeAll(async () => {
    db = await openPglite()
  }, 60_000)
  afterAll(() => db.close())
  const open = async (schema = fresh()) => {
    const store = postgresKeyStore({ query, schema, ...PATIENT })
    await store.migrate()
    return { store, schema }
  }

  keyStoreContract(
    'PostgreSQL in WebAssembly',
    async () => {
      const { store, schema } = await open()
      return { store, another: () => postgresKeyStore({ query, schema, ...PATIENT }) }
    },
    { persistent: true, many: 300, writers: 12 },
  )

  it('migrates again without a change, also with its statements run by hand', async () => {
    const { store, schema } = await open()
    const record = sampleRecord()
    await store.write(insert(record))
    await Promise.all([store.migrate(), store.migrate()])
    for (const migration of postgresMigrations(schema)) await db.exec(migration)
    expect(await store.get(record.id)).toStrictEqual(record)
    const { rows } = await db.query(`SELECT version FROM ${schema}.migrations`)
    expect(rows).toEqual([{ version: 1 }])
    const byHand = fresh()
    await db.exec(postgresMigrations(byHand).join('\n'))
    await postgresKeyStore({ query, schema: byHand, ...PATIENT }).write(insert(record))
  })

  it('takes words of SQL as schemas', async () => {
    const { store } = await open('user')
    const record = sampleRecord()
    await store.write(insert(record))
    expect(await store.list({ limit: 1, owner: record.owner })).toEqual([record])
    expect((await store.changes('', 10)).changed).toHaveLength(1)
  })

  it('works under every isolation level a database may have as its default', async () => {
    for (const level of ['repeatable read', 'serializable']) {
      await db.exec(`SET default_transaction_isolation = '${level}'`)
      try {
        const { store } = await open()
        const record = sampleRecord()
        await store.write(insert(record))
        expect(await codeOf(() => store.write(insert(record)))).toBe('STORE_CONFLICT')
        await store.addUsage([{ id: record.id, count: 1, failures: 0 }])
        expect((await store.usage([record.id])).get(record.id)).toEqual({ count: 1, failures: 0 })
      } finally {
        await db.exec('RESET default_transaction_isolation')
      }
    }
  })

  it('names the missing migration', async () => {
    const store = postgresKeyStore({ query, schema: fresh(), ...PATIENT })
    const failed = await errorOf(() => store.get('a'))
    expect(failed.code).toBe('STORE_UNAVAILABLE')
    expect(failed.message).toContain('migrate()')
    expect((await errorOf(() => store.write(insert(sampleRecord())))).message).toContain('migrate()')
  })

  it('refuses a row that is not what was written, by its id, and leaves it', async () => {
    const swapped = `UPDATE %.keys AS k SET record = (SELECT o.record FROM %.keys AS o WHERE o.id <> k.id)`
    const attacks = [
      swapped,
      `UPDATE %.keys SET record = left(record, -1)`,
      `UPDATE %.keys SET record = ''`,
      `UPDATE %.keys SET record = replace(record, '"rev":1', '"rev":2')`,
      `UPDATE %.keys SET record = replace(record, '"owner"', '"more":1,"owner"')`,
      `UPDATE %.keys SET rev = 7`,
      `UPDATE %.keys SET status = 'active'`,
    ]
    for (const attack of attacks) {
      const { store, schema } = await open()
      const record = sampleRecord({ status: 'revoked' })
      await store.write(insert(record, sampleRecord({ status: 'revoked' })))
      await db.query(attack.replaceAll('%', schema))
      const before = (await db.query(`SELECT * FROM ${schema}.keys ORDER BY id`)).rows
      const failed = await errorOf(() => store.get(record.id))
      expect([attack, failed.code]).toEqual([attack, 'STORE_CORRUPTED'])
      expect(failed.message).toContain(record.id)
      expect(await codeOf(() => store.list({ limit: 5 }))).toBe('STORE_CORRUPTED')
      expect((await db.query(`SELECT * FROM ${schema}.keys ORDER BY id`)).rows).toEqual(before)
    }
    const { store, schema } = await open()
    const record = sampleRecord({ owner: 'a' })
    await store.write(insert(record))
    await db.query(`UPDATE ${schema}.keys SET owner = 'b'`)
    expect(await codeOf(() => store.list({ owner: 'b', limit: 1 }))).toBe('STORE_CORRUPTED')
    await store.addUsage([{ id: record.id, count: 1, failures: 0 }])
    await db.query(`UPDATE ${schema}.key_usage SET count = -1, failures = 1`)
    expect(await codeOf(() => store.usage([record.id]))).toBe('STORE_CORRUPTED')
    await db.query(`DELETE FROM ${schema}.change_counter`)
    expect(await codeOf(() => store.changes(undefined, 1))).toBe('STORE_CORRUPTED')
    expect(await codeOf(() => store.write(insert(sampleRecord())))).toBe('STORE_UNAVAILABLE')
  })

  it('reports everything to a cursor that is ahead of a restored backup', async () => {
    const { store, schema } = await open()
    const records = [sampleRecord(), sampleRecord()]
    await store.write(insert(...records))
    const { cursor } = await store.changes(undefined, 1)
    await db.query(`UPDATE ${schema}.change_counter SET number = 1`)
    expect((await store.changes(cursor, 10)).changed).toHaveLength(2)
  })
})

describe('whatever "query" does', () => {
  const CANARY = 'canary-5f3a'
  const calls = (query: unknown) => {
    const store = postgresKeyStore({ query: query as PostgresQuery, timeoutMs: 50 })
    return [
      () => store.migrate(),
      () => store.get('a'),
      () => store.write(insert(sampleRecord({ owner: CANARY }))),
      () => store.list({ limit: 1 }),
      () => store.changes(undefined, 1),
      () => store.changes('x', 1),
      () => store.addUsage([{ id: 'a', count: 1, failures: 0 }]),
      () => store.usage(['a']),
    ]
  }

  it('ends in time where it hangs', async () => {
    // A migration may wait for another node; its time is its own.
    for (const call of calls(() => new Promise(() => {})).slice(1)) {
      const from = performance.now()
      expect(await codeOf(call)).toBe('STORE_UNAVAILABLE')
      expect(performance.now() - from).toBeLessThan(LATE_MS)
    }
  })

  it('passes on nothing of an error, in which PostgreSQL quotes rows', async () => {
    const error = (code: unknown) =>
      Object.assign(new Error(`bad ${CANARY}`), { code, detail: `Failing row contains (${CANARY})`, where: CANARY })
    for (const code of ['23505', 'ECONNREFUSED', undefined, CANARY, { CANARY }, `AB${CANARY}`]) {
      const rejects = (): Promise<never> => Promise.reject(error(code))
      const throws = (): never => {
        throw error(code)
      }
      for (const query of [rejects, throws]) {
        for (const call of calls(query)) {
          const failed = await errorOf(call)
          expect(failed.code).toBe('STORE_UNAVAILABLE')
          expect(inspect(failed, { depth: 9, showHidden: true })).not.toContain(CANARY)
          expect(failed.cause).toBeUndefined()
        }
      }
    }
    expect((await errorOf(calls(() => Promise.reject(error('53300')))[1] as () => unknown)).message).toContain('53300')
  })

  it('takes nonsense for no answer', async () => {
    const answers = [undefined, null, 5, 'rows', {}, { rows: 'x' }, { rows: [1] }, { rows: [null] }]
    for (const answer of answers)
      for (const call of calls(async () => answer)) expect(await codeOf(call)).toBe('STORE_UNAVAILABLE')
    for (const row of [{}, { id: 'b' }, { id: 'a', rev: 1, status: 'active', record: {} }, { id: 5, record: '{}' }])
      for (const i of [1, 3, 4, 5, 7])
        expect(await codeOf(calls(async () => ({ rows: [row] }))[i] as () => unknown)).toBe('STORE_CORRUPTED')
  })

  it('asks again after a deadlock or a serialization failure, and not for ever', async () => {
    let asked = 0
    const flaky =
      (times: number): PostgresQuery =>
      async () => {
        if (asked++ < times) throw Object.assign(new Error('again'), { code: asked % 2 ? '40001' : '40P01' })
        return { rows: [] }
      }
    expect(await postgresKeyStore({ query: flaky(3), ...PATIENT }).get('a')).toBeUndefined()
    expect(asked).toBe(4)
    asked = 0
    vi.useFakeTimers()
    try {
      const code = codeOf(() => postgresKeyStore({ query: flaky(1e9), timeoutMs: 60 }).get('a'))
      await vi.advanceTimersByTimeAsync(60 + 50)
      expect(await code).toBe('STORE_UNAVAILABLE')
    } finally {
      vi.useRealTimers()
    }
    expect(asked).toBeGreaterThan(1)
    expect(asked).toBeLessThanOrEqual(30)
  })

  it('asks nothing for ids that are none', async () => {
    const store = postgresKeyStore({ query: async () => expect.fail('asked') })
    for (const id of ["a' OR 1=1--", 'a\0', '', 'x'.repeat(257), '*', 5 as never]) {
      expect(await store.get(id)).toBeUndefined()
      expect((await store.usage([id])).size).toBe(0)
    }
    expect(await store.list({ owner: 'nul\0', limit: 1 })).toEqual([])
    expect(await store.list({ owner: 'half \ud800', limit: 1 })).toEqual([])
  })

  it('refuses options that cannot be right', async () => {
    const query: PostgresQuery = async () => ({ rows: [] })
    for (const schema of ['', 'A', 'a-b', 'a"b', 'a b', '1a', 'pg_x', 'a'.repeat(49), "a';--", 5 as never]) {
      expect(await codeOf(() => postgresKeyStore({ query, schema }))).toBe('CONFIG_INVALID')
      expect(await codeOf(() => postgresMigrations(schema))).toBe('CONFIG_INVALID')
    }
    for (const timeoutMs of [0, -1, 1.5, Number.NaN, 1e9])
      expect(await codeOf(() => postgresKeyStore({ query, timeoutMs }))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => postgresKeyStore({ query: undefined as never }))).toBe('CONFIG_INVALID')
  })
})

describePostgres('on a PostgreSQL server, with pg', () => {
  let server: PostgresServer
  const pools: pg.Pool[] = []
  const newPool = (options: pg.PoolConfig = {}): pg.Pool => {
    const pool = new pg.Pool({ connectionString: server.connectionString, max: 10, ...options })
    // Otherwise the end of an idle connection, which is part of some tests, ends the process.
    pool.on('error', () => {})
    pools.push(pool)
    return pool
  }
  const open = (): PostgresQuery => {
    const pool = newPool()
    return (text, values) => pool.query(text, values)
  }
  let two: readonly [PostgresQuery, PostgresQuery]
  beforeAll(async () => {
    server = (await startPostgres()) as PostgresServer
    two = [open(), open()]
  }, 60_000)
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await server.stop()
  })
  const openBoth = async () => {
    const schema = fresh()
    const stores = two.map((query) => postgresKeyStore({ query, schema, ...PATIENT }))
    const [store, other] = stores as [(typeof stores)[0], (typeof stores)[0]]
    await store.migrate()
    return { store, other, schema }
  }

  // The same contract runs on PGlite, and what only several connections can break has tests of its own below.
  const contract = THOROUGH ? keyStoreContract : () => {}
  contract(
    'two pools',
    async () => {
      const { store, other } = await openBoth()
      return { store, another: () => other }
    },
    { persistent: true, writers: Number(process.env['KEY_STORE_WRITERS'] ?? 30) },
  )

  it('migrates once for ten nodes that start at the same time', async () => {
    const schema = fresh()
    const query: PostgresQuery = two[0]
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        postgresKeyStore({ query: two[i % 2] ?? query, schema, ...PATIENT }).migrate(),
      ),
    )
    expect((await query(`SELECT version FROM ${schema}.migrations`)).rows).toEqual([{ version: 1 }])
  })

  it('shows no change before one with a lower number, however long a transaction takes', async () => {
    const { store, schema } = await openBoth()
    const [early, late] = [sampleRecord(), sampleRecord()]
    const { cursor } = await store.changes(undefined, 1)
    const client = new pg.Client({ connectionString: server.connectionString })
    await client.connect()
    const rows = (record: StoredKey): string =>
      JSON.stringify([{ ...record, expectedRev: 0, record: JSON.stringify(record) }])
    await client.query('BEGIN')
    await client.query(`SELECT ${schema}.write_keys($1::text::jsonb, 'nobody')`, [rows(early)])
    // With a sequence the second would commit first, and a poll would jump over the first one's number.
    const second = store.write(insert(late))
    const seen: string[] = []
    let at = cursor
    const poll = async (): Promise<void> => {
      const step = await store.changes(at, 10)
      at = step.cursor
      seen.push(...step.changed.map(({ id }) => id))
    }
    for (let i = 0; i < 5; i++) await poll()
    expect(seen).toEqual([])
    await client.query('COMMIT')
    await client.end()
    await second
    await poll()
    expect(seen).toEqual([early.id, late.id])
  })

  it('loses no write and no change between processes', async () => {
    const { store, schema } = await openBoth()
    const writes = Number(process.env['KEY_STORE_WRITES'] ?? 60)
    // Beside the packages it uses.
    const script = join(process.cwd(), 'node_modules/.cache/countersign', `writer-${process.pid}.mjs`)
    try {
      await build({
        stdin: {
          contents: `
            import pg from 'pg'
            import { postgresKeyStore } from './src/keyring/stores/postgres.js'
            const [connectionString, schema, id, writes] = process.argv.slice(2)
            const pool = new pg.Pool({ connectionString, max: 5 })
            const store = postgresKeyStore({ query: (text, values) => pool.query(text, values), schema, timeoutMs: ${PATIENT.timeoutMs} })
            const one = async () => {
              for (;;) {
                const held = await store.get(id)
                const record = { ...held, rev: held.rev + 1 }
                try { return await store.write([{ record, expectedRev: held.rev }]) }
                catch (error) { if (error.code !== 'STORE_CONFLICT') throw error }
              }
            }
            await Promise.all(Array.from({ length: 5 }, async () => { for (let i = 0; i < writes / 5; i++) await one() }))
            await pool.end()
          `,
          resolveDir: process.cwd(),
          loader: 'ts',
        },
        bundle: true,
        platform: 'node',
        format: 'esm',
        packages: 'external',
        outfile: script,
      })
      const record = sampleRecord()
      await store.write(insert(record))
      let cursor = (await store.changes(undefined, 1)).cursor
      const ended = [1, 2].map(
        () =>
          new Promise<number | null>((resolve) => {
            const args = [script, server.connectionString, schema, record.id, String(writes)]
            spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] }).once('exit', resolve)
          }),
      )
      let running = true
      const all = Promise.all(ended).finally(() => {
        running = false
      })
      let last = 1
      for (let more = true; more; ) {
        more = running
        const step = await store.changes(cursor, 10)
        for (const { rev } of step.changed) {
          expect(rev).toBeGreaterThan(last)
          last = rev
        }
        cursor = step.cursor
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      expect(await all).toEqual([0, 0])
      expect((await store.get(record.id))?.rev).toBe(1 + 2 * writes)
      expect(last).toBe(1 + 2 * writes)
    } finally {
      rmSync(script, { force: true })
    }
  })

  it('loses nothing where the database serializes, which refuses writers instead of making them wait', async () => {
    const { schema } = await openBoth()
    const pool = newPool({ options: '-c default_transaction_isolation=serializable' })
    let refused = 0
    const query: PostgresQuery = (text, values) =>
      pool.query(text, values).catch((error) => {
        if (error.code === '40001') refused++
        throw error
      })
    const store = postgresKeyStore({ query, schema, ...PATIENT })
    // As many as the pool has connections.
    const records = Array.from({ length: 10 }, () => sampleRecord())
    const [first, ...others] = records as [StoredKey, ...StoredKey[]]
    const { cursor } = await store.changes(undefined, 1)
    // The conflict is forced: the first write is done and not committed, until all the others have taken their snapshots and
    // wait for its lock.
    const holder = await pool.connect()
    try {
      await holder.query('BEGIN')
      const held: PostgresQuery = (text, values) => holder.query(text, values)
      await postgresKeyStore({ query: held, schema, ...PATIENT }).write(insert(first))
      const writing = Promise.all(others.map((record) => store.write(insert(record))))
      const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE '%"${schema}".write_keys%'`
      const look: PostgresQuery = two[0]
      await vi.waitFor(async () => expect((await look(waiting)).rows).toEqual([{ n: others.length }]), 15_000)
      await holder.query('COMMIT')
      await writing
    } finally {
      holder.release()
    }
    expect((await store.changes(cursor, 100)).changed.map(({ id }) => id).sort()).toEqual(records.map(({ id }) => id))
    expect(refused).toBeGreaterThanOrEqual(others.length)
  })

  it('is enough with the rights to read, insert and update', async () => {
    const { store, schema } = await openBoth()
    const query: PostgresQuery = two[0]
    const role = `service_${schema}`
    await query(`CREATE ROLE ${role} LOGIN`)
    await query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`)
    await query(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`)
    const pool = newPool({ connectionString: server.connectionString.replace('countersign@', `${role}@`), max: 1 })
    const service = postgresKeyStore({ query: (text, values) => pool.query(text, values), schema, ...PATIENT })
    const record = sampleRecord()
    await service.write(insert(record))
    await service.write([{ record: nextRecord(record, { name: 'other' }), expectedRev: 1 }])
    await service.addUsage([{ id: record.id, count: 1, failures: 0 }])
    await service.migrate()
    expect((await service.usage([record.id])).size).toBe(1)
    expect((await store.get(record.id))?.name).toBe('other')
    await expect(pool.query(`DELETE FROM ${schema}.keys`)).rejects.toThrow('permission denied')
  })

  it('fails in time while the server stands still, and goes on after it', async () => {
    const { store, schema } = await openBoth()
    const hasty = postgresKeyStore({ query: two[0], schema, timeoutMs: 200 })
    const record = sampleRecord()
    await store.write(insert(record))
    server.pause()
    try {
      const from = performance.now()
      expect(await codeOf(() => hasty.get(record.id))).toBe('STORE_UNAVAILABLE')
      expect(performance.now() - from).toBeLessThan(LATE_MS)
    } finally {
      server.resume()
    }
    expect(await store.get(record.id)).toEqual(record)
  })

  it('keeps what it wrote when the server is killed', async () => {
    const { store, schema } = await openBoth()
    const record = sampleRecord()
    await store.write(insert(record))
    const { cursor } = await store.changes(undefined, 1)
    await server.kill()
    expect(await codeOf(() => store.get(record.id))).toBe('STORE_UNAVAILABLE')
    await server.restart()
    const again = postgresKeyStore({ query: open(), schema, ...PATIENT })
    expect(await again.get(record.id)).toEqual(record)
    const later = sampleRecord()
    await again.write(insert(later))
    expect((await again.changes(cursor, 10)).changed.map(({ id }) => id)).toEqual([later.id])
  })
})
