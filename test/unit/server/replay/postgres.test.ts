import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isCountersignError } from '../../../../src/errors.js'
import {
  type PostgresReplayOptions,
  type PostgresReplayStore,
  postgresReplayStore,
  type ReplayQuery,
} from '../../../../src/server/replay/postgres.js'
import { bucketsFor } from '../../../../src/server/replay/postgres-schema.js'
import type { ReplayClaim, ReplayStore } from '../../../../src/server/replay/replay-store.js'
import { replayStoreContract } from '../../../contract/replay-store.js'
import { outcomeOf } from '../../../expect-code.js'
import {
  describePostgres,
  hasPostgres,
  openPglite,
  type PostgresServer,
  startPostgres,
} from '../../../servers/postgres.js'
import { THOROUGH } from '../../../thorough.js'

const AGE = 300_000
const MINUTE = 60_000
/** The deadline of every store whose deadline is not the question: a busy machine may keep an answer for longer than 250 ms. */
const PATIENT = { deadlineMs: 10_000 } as const
/** What a refusal after a short deadline may take at most on such a machine: clearly less than without a deadline. */
const LATE_MS = 5_000
let count = 0
const fresh = (part: Partial<ReplayClaim> = {}): ReplayClaim => {
  const nowMs = part.nowMs ?? Date.now()
  const createdMs = part.createdMs ?? nowMs
  return {
    keyId: 'k',
    nonce: `nonce-${count++}-abcdefghij`,
    createdMs,
    expiresAtMs: createdMs + AGE + 1,
    nowMs,
    ...part,
  }
}
const messageOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(String, (error) => String(error.message))
/** Makes the mark so much older, as in a service that has run for a while. */
const age = async (query: ReplayQuery, table: string, byMs = 2 * AGE): Promise<void> => {
  await query(`UPDATE ${table}_state SET value = value - ${byMs} WHERE bucket = -1`, [])
}
const soon = async (store: ReplayStore): Promise<string> => {
  const until = performance.now() + 20_000
  while (performance.now() < until) {
    const outcome = String(await outcomeOf(store.claim(fresh())))
    if (outcome === 'claimed') return outcome
    await sleep(20)
  }
  return 'never'
}

const closers: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

let pglite: PGlite
let server: PostgresServer | undefined
let pool: pg.Pool
beforeAll(async () => {
  ;[pglite, server] = await Promise.all([openPglite(), startPostgres()])
  if (server !== undefined) pool = new pg.Pool({ connectionString: server.connectionString, max: 8 })
  pool?.on('error', () => {})
  // A machine with much else to do takes its time to start a server.
}, 60_000)
afterAll(async () => {
  await pglite?.close()
  await pool?.end()
  await server?.stop()
})
const onPglite: ReplayQuery = (text, values) => pglite.query(text, values)
const onPool: ReplayQuery = (text, values) => pool.query(text, values)

const open = async (query: ReplayQuery, options: Partial<PostgresReplayOptions> = {}): Promise<PostgresReplayStore> => {
  const { table = `t${count++}` } = options
  const store = postgresReplayStore({ query, ...PATIENT, ...options, table })
  await store.migrate()
  await age(query, table)
  return store
}

const contract = (name: string, query: ReplayQuery): void =>
  replayStoreContract(
    `postgres, ${name}`,
    async ({ maxAgeMs, maxFutureMs, restartBarrier }) => {
      const table = `c${count++}`
      const store = postgresReplayStore({
        query,
        table,
        maxAgeMs,
        maxFutureMs,
        clockSkewMs: 0,
        ...PATIENT,
      })
      await store.migrate()
      if (restartBarrier === false) await age(query, table)
      return { store, age: (byMs) => age(query, table, byMs) }
    },
    { bounded: false, startsEmpty: true, claimsTellTime: true },
  )

// PGlite is PostgreSQL itself, and many times slower: where there is a server, it runs in `npm run test:long`.
const TRIES_PGLITE = THOROUGH || !hasPostgres
if (TRIES_PGLITE) contract('PGlite', onPglite)
describePostgres('on a server', () => contract('pg', onPool))

const both = (name: string, test: (query: ReplayQuery) => Promise<void>): void => {
  if (TRIES_PGLITE) it(`${name}, PGlite`, () => test(onPglite))
  describePostgres('pg', () => it(name, () => test(onPool)))
}

describe('postgresReplayStore', () => {
  both('gives one of 100 equal claims of two processes', async (query) => {
    const first = await open(query, { table: 'race' })
    const second = postgresReplayStore({ query, table: 'race', ...PATIENT })
    const one = fresh()
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, i) => (i & 1 ? first : second).claim(one)))
    expect(outcomes.filter((outcome) => outcome === 'claimed').length).toBe(1)
    expect(outcomes.filter((outcome) => outcome === 'replay').length).toBe(99)
  })

  both('can be migrated by many at once, and again', async (query) => {
    const stores = Array.from({ length: 6 }, () => postgresReplayStore({ query, table: 'many', ...PATIENT }))
    await Promise.all(stores.map((store) => store.migrate()))
    await age(query, 'many')
    const one = fresh()
    expect(await stores[1]?.claim(one)).toBe('claimed')
    await stores[2]?.migrate()
    expect(await stores[3]?.claim(one)).toBe('replay')
  })

  both('accepts once what it had to ask twice, because the answer was lost', async (query) => {
    let lost = 0
    const store = await open(query, { table: 'lossy' })
    const lossy = postgresReplayStore({
      table: 'lossy',
      ...PATIENT,
      query: async (text, values) => {
        const answer = await query(text, values)
        if (lost++ % 2 === 0) throw new Error('Connection terminated unexpectedly')
        return answer
      },
    })
    for (let i = 0; i < 4; i++) {
      const one = fresh()
      expect(await lossy.claim(one)).toBe('claimed')
      expect(await lossy.claim(one)).toBe('replay')
      expect(await store.claim(one)).toBe('replay')
    }
  })

  both('empties a table when its turn comes again, and nothing before', async (query) => {
    const { bucketMs, count: tables } = bucketsFor({ maxAgeMs: AGE, maxFutureMs: 5_000, clockSkewMs: 0 })
    expect([bucketMs, tables]).toEqual([MINUTE, 9])
    const store = postgresReplayStore({ query, table: 'turns', clockSkewMs: 0, ...PATIENT })
    await store.migrate()
    // More than two rounds that end now, three requests a minute, each sent again when it has just not expired.
    const endMs = Date.now()
    const startMs = endMs - 20 * MINUTE
    await age(query, 'turns', 30 * MINUTE)
    const kept: ReplayClaim[] = []
    for (let nowMs = startMs; nowMs <= endMs; nowMs += MINUTE / 3) {
      const one = fresh({ nowMs })
      kept.push(one)
      expect(await store.claim(one)).toBe('claimed')
      const oldest = kept.find(({ createdMs }) => createdMs >= nowMs - AGE) as ReplayClaim
      expect(await store.claim({ ...oldest, nowMs })).toBe('replay')
    }
    const { rows } = await query('SELECT count(*)::int AS n FROM turns', [])
    expect((rows[0] as { n: number }).n).toBeLessThanOrEqual(3 * tables)
    // Not even for a clock that has gone back.
    for (const one of kept) expect(await store.claim({ ...one, nowMs: one.createdMs })).not.toBe('claimed')
  })

  both('refuses a process with another window, and starts over where migrate is told a new one', async (query) => {
    const store = await open(query, { table: 'windows' })
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    const other = postgresReplayStore({ query, table: 'windows', maxAgeMs: 60_000, ...PATIENT })
    expect(await messageOf(other.claim(fresh()))).toMatch(/^replay store: the tables were made for another window/)
    await other.migrate()
    expect(await other.claim(one)).toBe('barrier')
    expect(await outcomeOf(store.claim(one))).toBe('STORE_UNAVAILABLE')
  })

  both('is ready when freshly signed requests get past the barrier', async (query) => {
    const options = { query, table: 'waits', maxFutureMs: 0, clockSkewMs: 0, ...PATIENT }
    const store = postgresReplayStore(options)
    expect(await messageOf(store.ready())).toMatch(/\(42883: was migrate\(\) run\?\)$/)
    await store.migrate()
    await store.ready()
    expect(await store.claim(fresh({ createdMs: Math.floor(Date.now() / 1_000) * 1_000 }))).toBe('claimed')
  })

  both('is ready at once where these tables are in use', async (query) => {
    const options = { query, table: 'used', maxFutureMs: 60_000, ...PATIENT }
    await open(query, options)
    // Where it waited for the barrier, this test would run out of time.
    await postgresReplayStore(options).ready()
  })

  both(
    'makes its mark by the clock of the database, and takes no word from a process whose clock is off',
    async (query) => {
      const store = await open(query, { table: 'wrong' })
      const captured = fresh()
      expect(await store.claim(captured)).toBe('claimed')
      // The tables are emptied, as after a crash. A process whose clock is 70 s behind is the first to notice.
      await query('TRUNCATE wrong, wrong_state', [])
      expect(await store.claim(fresh({ nowMs: Date.now() - 70_000 }))).toBe('barrier')
      expect(store.barrierMs).toBeGreaterThan(Date.now())
      expect(await store.claim(captured)).toBe('barrier')
      // One that is ahead would otherwise accept, after every loss, what was signed ahead.
      await age(query, 'wrong')
      expect(await store.claim(fresh({ nowMs: Date.now() + 70_000 }))).toBe('clock')
      expect(await store.claim(fresh())).toBe('claimed')
    },
  )

  both('says that it was not migrated', async (query) => {
    const store = postgresReplayStore({ query, table: 'nothing_there', ...PATIENT })
    expect(await messageOf(store.claim(fresh()))).toBe('replay store: the server refused (42883: was migrate() run?)')
  })

  both('takes nothing back when a bucket is taken over by a later minute', async (query) => {
    const store = await open(query, { table: 'later', clockSkewMs: 0 })
    const { count: tables } = bucketsFor({ maxAgeMs: AGE, maxFutureMs: 5_000, clockSkewMs: 0 })
    const nowMs = Date.now()
    const one = fresh({ nowMs })
    expect(await store.claim(one)).toBe('claimed')
    // A clock that is ahead by exactly one round would need this table, which holds what others may still replay.
    expect(await store.claim(fresh({ nowMs: nowMs + tables * MINUTE }))).toBe('clock')
    expect(await store.claim(one)).toBe('replay')
  })

  it('says where it would not see what others have committed', async () => {
    await open(onPglite, { table: 'isolated' })
    const query: ReplayQuery = async (text, values) => {
      await pglite.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      try {
        return await pglite.query(text, values)
      } finally {
        await pglite.query('ROLLBACK')
      }
    }
    const store = postgresReplayStore({ query, table: 'isolated', ...PATIENT })
    expect(await messageOf(store.claim(fresh()))).toBe('replay store: connections must have isolation READ COMMITTED')
    expect(await outcomeOf(store.migrate())).toBe('CONFIG_INVALID')
  })

  it('takes no answer but the four there are, and passes on nothing a driver says', async () => {
    const fake = (query: ReplayQuery): PostgresReplayStore => postgresReplayStore({ query, deadlineMs: 30 })
    for (const rows of [
      undefined,
      null,
      [],
      [{}],
      [null],
      [{ outcome: 'ok' }],
      [{ outcome: true }],
      [{ outcome: 'claimed' }, {}],
    ])
      expect(await outcomeOf(fake(async () => ({ rows }) as never).claim(fresh())), inspect(rows)).toBe(
        'STORE_UNAVAILABLE',
      )
    expect(await outcomeOf(fake(async () => undefined as never).claim(fresh()))).toBe('STORE_UNAVAILABLE')
    const secret = 'postgresql://u:hunter2@10.0.0.1'
    for (const code of [undefined, 'ECONNREFUSED', 'EPIPE', '28P01', '53100', '08006', '57P01', '40001']) {
      const store = fake(() => Promise.reject(Object.assign(new Error(secret), { code, detail: secret })))
      const error = await store.claim(fresh()).catch((reason: unknown) => reason)
      expect(isCountersignError(error, 'STORE_UNAVAILABLE'), String(code)).toBe(true)
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
      expect(await messageOf(store.migrate())).toMatch(/^replay store: the tables could not be made \(/)
    }
  })

  it('never waits longer than its deadline', async () => {
    const store = postgresReplayStore({ query: () => new Promise(() => {}), deadlineMs: 50, maxPending: 3 })
    const started = performance.now()
    const texts = await Promise.all(Array.from({ length: 5 }, () => messageOf(store.claim(fresh()))))
    expect(performance.now() - started).toBeLessThan(LATE_MS)
    expect(texts.filter((text) => text === 'replay store: no answer within 50 ms')).toHaveLength(3)
    expect(texts.filter((text) => text.includes('more than 3'))).toHaveLength(2)
  })

  it('refuses options and times that cannot be meant', async () => {
    const query: ReplayQuery = async () => ({ rows: [{ outcome: 'claimed' }] })
    const bad: Array<Partial<PostgresReplayOptions>> = [
      { query: undefined as never },
      { table: 'a; DROP TABLE x' },
      { table: 'A' },
      { table: '' },
      { table: 'x'.repeat(57) },
      { table: 'public.x' },
      { deadlineMs: 1 },
      { maxAgeMs: 10 },
      { maxAgeMs: Number.NaN },
      { maxFutureMs: -1 },
      { clockSkewMs: 1.5 },
      { maxPending: 0 },
    ]
    for (const options of bad) {
      try {
        postgresReplayStore({ query, ...options })
        expect.unreachable(inspect(options))
      } catch (error) {
        expect(isCountersignError(error) && error.code, inspect(options)).toBe('CONFIG_INVALID')
      }
    }
    const store = postgresReplayStore({ query })
    for (const part of [{ createdMs: Number.NaN }, { createdMs: -1 }, { createdMs: 1.5 }, { expiresAtMs: Number.NaN }])
      expect(await store.claim(fresh({ nowMs: 5, expiresAtMs: 10, ...part })), inspect(part)).not.toBe('claimed')
    const [shortest, longest] = [
      bucketsFor({ maxAgeMs: 1_000, maxFutureMs: 0, clockSkewMs: 0 }),
      bucketsFor({ maxAgeMs: 86_400_000, maxFutureMs: 86_400_000, clockSkewMs: 3_600_000 }),
    ]
    expect([shortest.count, longest.count <= 67]).toEqual([4, true])
  })
})

describePostgres('postgresReplayStore on a server that breaks', () => {
  it('accepts once over a connection that is cut in place of the answer', async () => {
    const port = (server as PostgresServer).port
    let armed = false
    let cuts = 0
    const sockets = new Set<Socket>()
    const proxy = createServer((down) => {
      const up = connect(port, '127.0.0.1')
      let cutting = false
      for (const socket of [down, up]) sockets.add(socket.on('error', () => {}))
      down.on('data', (data) => {
        if (armed && data.toString('latin1').includes('cut_claim')) {
          armed = false
          cutting = true
        }
        up.write(data)
      })
      up.on('data', (data) => {
        // The row comes when the statement has run, and the commit before the end of this round of messages.
        if (!cutting) return void down.write(data)
        cuts++
        down.destroy()
        up.destroy()
      })
      down.on('close', () => up.destroy())
      up.on('close', () => down.destroy())
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    closers.push(() => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    })
    const address = proxy.address() as { port: number }
    const through = new pg.Pool({
      host: '127.0.0.1',
      port: address.port,
      user: 'countersign',
      database: 'postgres',
      max: 1,
    })
    through.on('error', () => {})
    closers.push(() => through.end())
    const store = await open((text, values) => through.query(text, values), { table: 'cut' })
    for (let i = 0; i < 3; i++) {
      const one = fresh()
      armed = true
      expect(await store.claim(one)).toBe('claimed')
      expect(await store.claim(one)).toBe('replay')
    }
    expect(cuts).toBe(3)
  })

  // Last, because it takes the server of all the others down.
  it('refuses while it is suspended and while it is killed, then what it has forgotten, then works', async () => {
    const broken = server as PostgresServer
    const clients = new pg.Pool({
      connectionString: broken.connectionString,
      max: 4,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    })
    clients.on('error', () => {})
    closers.push(() => clients.end())
    const query: ReplayQuery = (text, values) => clients.query(text, values)
    const options = { table: 'crash', maxFutureMs: 200, clockSkewMs: 0 }
    const patient = await open(query, options)
    // With the default deadline, whose refusals are looked at.
    const store = postgresReplayStore({ query, ...options })
    const [before, another] = [fresh(), fresh()]
    expect(await soon(patient)).toBe('claimed')
    expect(await patient.claim(before)).toBe('claimed')
    expect(await patient.claim(another)).toBe('claimed')
    broken.pause()
    const started = performance.now()
    expect(await outcomeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
    expect(performance.now() - started).toBeLessThan(LATE_MS)
    broken.resume()
    expect(await soon(store)).toBe('claimed')
    await broken.kill()
    expect(await messageOf(store.claim(fresh()))).toMatch(
      /^replay store: (no answer within 250 ms|the server cannot be reached)$/,
    )
    await broken.restart()
    // The first connections may fail; the answer after that is that it does not know.
    const other = postgresReplayStore({ query, ...options, ...PATIENT })
    expect(await other.claim({ ...before, nowMs: Date.now() })).toBe('barrier')
    // By now there is a new mark.
    expect(await other.claim({ ...another, nowMs: Date.now() })).toBe('barrier')
    expect(await soon(store)).toBe('claimed')
    expect(await other.claim({ ...before, nowMs: Date.now() })).not.toBe('claimed')
  })
})
