import type { PGlite } from '@electric-sql/pglite'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isCountersignError } from '../../../../src/errors.js'
import { listener } from '../../../../src/keyring/buses/listener.js'
import { memoryBus } from '../../../../src/keyring/buses/memory.js'
import { postgresBus } from '../../../../src/keyring/buses/postgres.js'
import { redisBus } from '../../../../src/keyring/buses/redis.js'
import type { BusMessage, KeyBus } from '../../../../src/keyring/cache/key-bus.js'
import { type PostgresQuery, postgresKeyStore } from '../../../../src/keyring/stores/postgres.js'
import { redisKeyStore } from '../../../../src/keyring/stores/redis.js'
import { type BusPace, type KeyBusUnderTest, keyBusContract } from '../../../contract/key-bus.js'
import { nextRecord, sampleRecord } from '../../../contract/key-store.js'
import {
  describePostgres,
  hasPostgres,
  openPglite,
  type PostgresServer,
  startPostgres,
} from '../../../servers/postgres.js'
import { describeRedis, type RedisServer, startRedis } from '../../../servers/redis.js'
import { THOROUGH } from '../../../thorough.js'

/** Of every store and bus whose deadline is not the question: a busy machine may keep an answer for longer than the default. */
const PATIENT = { timeoutMs: 20_000 } as const
/** What a refusal after a short deadline may take at most on such a machine: clearly less than without a deadline. */
const LATE_MS = 5_000

let made = 0

/** What a bus hears, and how it says it is. */
async function listenTo(bus: KeyBus) {
  const messages: BusMessage[] = []
  const states: boolean[] = []
  const stop = await bus.subscribe(
    (message) => void messages.push(message),
    (connected) => void states.push(connected),
  )
  return { messages, states, stop }
}
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 5 })

keyBusContract('memory', () => {
  const bus = memoryBus()
  return { one: bus, two: bus, cut: bus.cut, mend: bus.mend }
})

describe('a listener', () => {
  it('notices silence, asks for another connection, and recovers when its own heartbeat arrives', () => {
    vi.useFakeTimers()
    try {
      const states: boolean[] = []
      const sent: string[] = []
      const onSilence = vi.fn()
      let through = true
      const ear = listener({
        onMessage: () => {},
        onState: (state) => void states.push(state),
        onSilence,
        heartbeatMs: 1_000,
        send: async (text) => {
          sent.push(text)
          if (through) ear.receive(text)
        },
      })
      ear.up()
      vi.advanceTimersByTime(5_000)
      expect([states, onSilence.mock.calls.length]).toEqual([[true], 0])
      through = false
      vi.advanceTimersByTime(2_000)
      expect([states, onSilence.mock.calls.length]).toEqual([[true, false], 1])
      // The heartbeat of another connection is no sign of life.
      ear.receive(`${sent[0]?.slice(0, -1)}`)
      vi.advanceTimersByTime(5_000)
      expect([states, onSilence.mock.calls.length]).toEqual([[true, false], 1])
      through = true
      vi.advanceTimersByTime(1_000)
      expect(states).toEqual([true, false, true])
      ear.stop()
      vi.advanceTimersByTime(5_000)
      ear.down()
      expect(states).toEqual([true, false, true])
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a connection that has to be made again and again', () => {
  const query: PostgresQuery = async () => ({ rows: [] })
  /** A connection of `pg` as far as the bus knows one. */
  const fake = (LISTEN: () => Promise<unknown> = async () => undefined) => {
    const on = new Map<string, (...args: unknown[]) => void>()
    const end = vi.fn(async () => undefined)
    return {
      on: (event: string, act: (...args: unknown[]) => void) => on.set(event, act),
      query: LISTEN,
      end,
      emit: on,
    }
  }
  type Fake = ReturnType<typeof fake>

  it('waits longer each time, up to five seconds, and starts short again after it worked', async () => {
    vi.useFakeTimers()
    try {
      const times: number[] = []
      let works = false
      let last: Fake | undefined
      const connect = async (): Promise<Fake> => {
        times.push(Date.now())
        if (!works) throw new Error('refused')
        last = fake()
        return last
      }
      const { states, stop } = await listenTo(postgresBus({ query, connect, heartbeatMs: 600_000 }))
      await vi.advanceTimersByTimeAsync(30_000)
      const waits = times.slice(1).map((time, i) => time - (times[i] as number))
      for (const [i, wait] of waits.entries()) {
        const meant = Math.min(100 * 2 ** i, 5_000)
        expect(Math.abs(wait - meant)).toBeLessThanOrEqual(meant * 0.2 + 1)
      }
      expect(waits.length).toBeGreaterThan(8)
      expect(states).toEqual([false])
      works = true
      await vi.advanceTimersByTimeAsync(6_001)
      expect(states).toEqual([false, true])
      const before = times.length
      // One end is one loss, in however many ways it is told.
      for (const event of ['error', 'end', 'error']) last?.emit.get(event)?.(new Error('gone'))
      expect(states).toEqual([false, true, false])
      await vi.advanceTimersByTimeAsync(125)
      expect([states, times.length - before]).toEqual([[false, true, false, true], 1])
      await stop()
      for (const event of ['error', 'end']) last?.emit.get(event)?.()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(times.length - before).toBe(1)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('ends a connection that comes too late, that refuses LISTEN, or that comes after it was stopped', async () => {
    const late = fake()
    const hanging = fake(() => new Promise(() => {}))
    const refusing = fake(() => Promise.reject(new Error('no')))
    const afterwards = fake()
    let arrive: (connection: Fake) => void = () => {}
    const answers = [
      () => new Promise<Fake>((resolve) => setTimeout(resolve, 60, late)),
      async () => hanging,
      async () => refusing,
      () =>
        new Promise<Fake>((resolve) => {
          arrive = resolve
        }),
    ]
    let asked = 0
    const connect = (): Promise<Fake> => (answers[asked++] ?? expect.fail)() as Promise<Fake>
    const { states, stop } = await listenTo(postgresBus({ query, connect, timeoutMs: 30 }))
    expect(states).toEqual([false])
    await eventually(() => expect(asked).toBe(4))
    await eventually(() => {
      for (const { end } of [late, hanging, refusing]) expect(end).toHaveBeenCalledTimes(1)
    })
    await stop()
    arrive(afterwards)
    await eventually(() => expect(afterwards.end).toHaveBeenCalledTimes(1))
    expect([states, asked]).toEqual([[false], 4])
  })

  it('takes texts of its own channel only, and of its present connection', async () => {
    const connections: Fake[] = []
    const connect = async (): Promise<Fake> => {
      connections.push(fake())
      return connections.at(-1) as Fake
    }
    const { messages, stop } = await listenTo(postgresBus({ query, connect, channel: 'mine' }))
    const say = (connection: Fake | undefined, channel: string, node: string): void =>
      connection?.emit.get('notification')?.({ channel, payload: JSON.stringify({ type: 'hello', node }) })
    say(connections[0], 'mine', 'a')
    say(connections[0], 'other', 'b')
    connections[0]?.emit.get('end')?.()
    say(connections[0], 'mine', 'c')
    await eventually(() => expect(connections).toHaveLength(2))
    await new Promise((resolve) => setTimeout(resolve))
    say(connections[1], 'mine', 'd')
    expect(messages).toEqual([
      { type: 'hello', node: 'a' },
      { type: 'hello', node: 'd' },
    ])
    await stop()
    say(connections[1], 'mine', 'e')
    expect(messages).toHaveLength(2)
  })

  it('refuses options that cannot be right', () => {
    const connect = async (): Promise<Fake> => fake()
    const listen = async () => async () => undefined
    const subscriber = {
      subscribe: async () => 1,
      unsubscribe: async () => 1,
      on: () => 1,
      off: () => 1,
      isReady: true,
    }
    const publisher = { call: async () => 1 }
    const bad: (() => unknown)[] = [
      () => postgresBus({ query }),
      () => postgresBus({ query, connect, listen }),
      () => postgresBus({ query, connect: 5 as never }),
      () => postgresBus({ query: undefined as never, connect }),
      ...['', 'A', 'a"; DROP', 'a'.repeat(64), '1a'].map((channel) => () => postgresBus({ query, connect, channel })),
      ...[0, 9, Number.NaN, 1e9].map((heartbeatMs) => () => postgresBus({ query, connect, heartbeatMs })),
      () => postgresBus({ query, connect, timeoutMs: 1.5 }),
      () => redisBus({ publisher, subscriber: undefined as never }),
      () => redisBus({ publisher, subscriber: {} as never }),
      () => redisBus({ publisher: {} as never, subscriber }),
      ...['', 'a b', 'a*\n', 'a'.repeat(129)].map((channel) => () => redisBus({ publisher, subscriber, channel })),
      () => redisBus({ publisher, subscriber, heartbeatMs: 0 }),
      () => redisBus({ publisher, subscriber, timeoutMs: -1 }),
    ]
    for (const make of bad)
      try {
        make()
        expect.fail(String(make))
      } catch (error) {
        expect([String(make), isCountersignError(error, 'CONFIG_INVALID')]).toEqual([String(make), true])
      }
    postgresBus({ query, connect })
    redisBus({ publisher, subscriber })
  })
})

describeRedis('over Redis', () => {
  let server: RedisServer
  const closing: (() => unknown)[] = []
  const ioredis = (): Redis => {
    const client = new Redis(server.url, { retryStrategy: () => 30 })
    client.on('error', () => {})
    closing.push(() => client.disconnect())
    return client
  }
  const nodeRedis = async () => {
    const client = createClient({ url: server.url, socket: { reconnectStrategy: () => 30 } })
    client.on('error', () => {})
    await client.connect()
    closing.push(() => client.destroy())
    return client
  }
  beforeAll(async () => {
    server = (await startRedis()) as RedisServer
  }, 60_000)
  afterAll(async () => {
    for (const close of closing) await close()
    await server.stop()
  })

  const clients = [
    ['ioredis', ioredis],
    ['node-redis', nodeRedis],
  ] as const
  for (const [name, open] of clients) {
    describe(`with ${name}`, () => {
      let three: ReturnType<typeof openThree> | undefined
      const openThree = async () => [await open(), await open(), await open()] as const
      const make = async (breaking: 'kill' | 'pause', pace: BusPace): Promise<KeyBusUnderTest> => {
        const channel = `test:${++made}`
        three ??= openThree()
        const [publisher, first, second] = await three
        const bus = (subscriber: Redis | Awaited<ReturnType<typeof nodeRedis>>): KeyBus =>
          redisBus({ publisher, subscriber, channel, ...pace })
        return {
          one: bus(first),
          two: bus(second),
          raw: (text) => publisher.publish(channel, text),
          cut: () => (breaking === 'kill' ? server.kill() : server.pause()),
          mend: () => (breaking === 'kill' ? server.restart() : server.resume()),
        }
      }
      if (THOROUGH || name === 'ioredis') {
        keyBusContract(`Redis, killed and started again, with ${name}`, (pace) => make('kill', pace))
        keyBusContract(`Redis, standing still, with ${name}`, (pace) => make('pause', pace))
      }

      it('receives what the store writes', async () => {
        const [publisher, subscriber] = [await open(), await open()]
        const store = redisKeyStore({ client: publisher, prefix: `bus-${name}`, onWarning: () => {}, ...PATIENT })
        const ear = await listenTo(redisBus({ publisher, subscriber, channel: store.channel, ...PATIENT }))
        const record = sampleRecord()
        await store.write([{ record, expectedRev: 0 }])
        const next = nextRecord(record, { status: 'disabled' })
        await store.write([{ record: next, expectedRev: 1 }])
        await expect(store.write([{ record: next, expectedRev: 1 }])).rejects.toThrow('rev')
        await eventually(() =>
          expect(ear.messages).toEqual([
            { type: 'change', id: record.id, rev: 1, status: 'active' },
            { type: 'change', id: record.id, rev: 2, status: 'disabled' },
          ]),
        )
        await ear.stop()
      })

      it('fails in time to publish to a server that stands still', async () => {
        const [publisher, subscriber] = [await open(), await open()]
        const bus = redisBus({ publisher, subscriber, timeoutMs: 100 })
        server.pause()
        try {
          const from = performance.now()
          const failed = await (async () => bus.publish({ type: 'hello', node: 'a' }))().catch((error) => error)
          expect(isCountersignError(failed, 'STORE_UNAVAILABLE')).toBe(true)
          expect(performance.now() - from).toBeLessThan(LATE_MS)
        } finally {
          server.resume()
        }
      })
    })
  }
})

const hearsTheStore = async (query: PostgresQuery, bus: (channel: string) => KeyBus): Promise<void> => {
  const store = postgresKeyStore({ query, schema: `bus_${++made}`, ...PATIENT })
  await store.migrate()
  const ear = await listenTo(bus(store.channel))
  const record = sampleRecord()
  await store.write([{ record, expectedRev: 0 }])
  const next = nextRecord(record, { status: 'disabled' })
  await store.write([{ record: next, expectedRev: 1 }])
  await expect(store.write([{ record: next, expectedRev: 1 }])).rejects.toThrow('concurrently')
  await eventually(() =>
    expect(ear.messages).toEqual([
      { type: 'change', id: record.id, rev: 1, status: 'active' },
      { type: 'change', id: record.id, rev: 2, status: 'disabled' },
    ]),
  )
  await ear.stop()
}

// Opening it takes seconds: where there is a server, it runs in `npm run test:long`.
const describePglite = THOROUGH || !hasPostgres ? describe : () => {}
describePglite('over PGlite', () => {
  let db: PGlite
  const query: PostgresQuery = (text, values) => db.query(text, values)
  // Not earlier: compiling it holds up everything else in this process for seconds.
  beforeAll(async () => {
    db = await openPglite()
  })
  afterAll(() => db.close())

  // What cannot break is broken here: the function between the bus and the database.
  keyBusContract('PGlite', (pace) => {
    const channel = `test_${++made}`
    let cut = false
    const bus = (): KeyBus =>
      postgresBus({
        query: async (text, values) => {
          if (cut) throw new Error('cut')
          return db.query(text, values)
        },
        listen: async (on, callback) => {
          if (cut) throw new Error('cut')
          return db.listen(on, callback)
        },
        channel,
        ...pace,
      })
    return {
      one: bus(),
      two: bus(),
      raw: (text) => db.query('SELECT pg_notify($1, $2)', [channel, text]),
      cut: () => {
        cut = true
      },
      mend: () => {
        cut = false
      },
    }
  })
  it('receives what the store writes', () =>
    hearsTheStore(query, (channel) =>
      postgresBus({ query, listen: (on, callback) => db.listen(on, callback), channel, ...PATIENT }),
    ))
})

describePostgres('over a PostgreSQL server, with pg', () => {
  let server: PostgresServer
  const closing: (() => unknown)[] = []
  const open = () => {
    const pool = new pg.Pool({ connectionString: server.connectionString, connectionTimeoutMillis: 10_000, max: 4 })
    pool.on('error', () => {})
    closing.push(() => pool.end())
    const query: PostgresQuery = (text, values) => pool.query(text, values)
    const connect = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: server.connectionString })
      await client.connect()
      return client
    }
    return { pool, query, connect }
  }
  beforeAll(async () => {
    server = (await startPostgres()) as PostgresServer
  }, 60_000)
  afterAll(async () => {
    await Promise.all(closing.map((close) => close()))
    await server.stop()
  })

  const make = (breaking: 'kill' | 'pause' | 'terminate', pace: BusPace): KeyBusUnderTest => {
    const channel = `test_${++made}`
    const { pool, query, connect } = open()
    let refused = false
    const bus = (): KeyBus =>
      postgresBus({
        query,
        connect: async () => {
          if (refused) throw new Error('refused')
          return connect()
        },
        channel,
        ...pace,
      })
    return {
      one: bus(),
      two: bus(),
      raw: (text) => pool.query('SELECT pg_notify($1, $2)', [channel, text]),
      cut: async () => {
        refused = true
        if (breaking === 'kill') await server.kill()
        else if (breaking === 'pause') server.pause()
        else
          await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1`, [
            `LISTEN "${channel}"`,
          ])
      },
      mend: async () => {
        refused = false
        if (breaking === 'kill') await server.restart()
        else if (breaking === 'pause') server.resume()
      },
    }
  }
  keyBusContract('PostgreSQL, killed and started again', (pace) => make('kill', pace))
  if (THOROUGH) keyBusContract('PostgreSQL, standing still', (pace) => make('pause', pace))
  keyBusContract('PostgreSQL, its connections ended by an administrator', (pace) => make('terminate', pace))

  it('receives what the store writes', () => {
    const { query, connect } = open()
    return hearsTheStore(query, (channel) => postgresBus({ query, connect, channel, ...PATIENT }))
  })

  it('leaves no connection open when it stops', async () => {
    const { pool, query, connect } = open()
    const ear = await listenTo(postgresBus({ query, connect, channel: 'leaves', ...PATIENT }))
    const count = async (): Promise<unknown> =>
      (await pool.query(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'LISTEN "leaves"%'`)).rows
    expect(await count()).toEqual([{ n: 1 }])
    await ear.stop()
    await expect.poll(count).toEqual([{ n: 0 }])
  })
})
