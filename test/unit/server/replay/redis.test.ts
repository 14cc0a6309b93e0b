import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { isCountersignError } from '../../../../src/errors.js'
import {
  type RedisClientLike,
  type RedisReplayOptions,
  type RedisReplayStore,
  type ReplayCommands,
  redisReplayStore,
} from '../../../../src/server/replay/redis.js'
import { MARK_TTL_MS } from '../../../../src/server/replay/redis-epoch.js'
import type { ReplayClaim, ReplayStore } from '../../../../src/server/replay/replay-store.js'
import { replayStoreContract } from '../../../contract/replay-store.js'
import { outcomeOf } from '../../../expect-code.js'
import { ageMark, ageNonces, describeRedis, hasRedis, type RedisServer, startRedis } from '../../../servers/redis.js'
import { THOROUGH } from '../../../thorough.js'

const AGE = 300_000
/**
 * The deadline of every store whose deadline is not the question: a busy machine may keep an answer for longer than the 250 ms
 * that are the default. Nonces live longer by as much.
 */
const PATIENT = { deadlineMs: 10_000, onWarning: () => {} } as const
/** What a store has by itself. */
const DEFAULT = { deadlineMs: 250 } as const
/** What a refusal after the default deadline may take at most on such a machine: clearly less than without a deadline. */
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
/** Makes one server a replica of another, and waits until it is one. */
const follow = async (
  { client }: { readonly client: Redis },
  { server }: { readonly server: RedisServer },
): Promise<void> => {
  await client.call('REPLICAOF', '127.0.0.1', String(server.port))
  await vi.waitFor(async () => expect(await client.info('replication')).toContain('master_link_status:up'), 20_000)
}
/** Makes the mark long ago, as in a service that has run for a while. */
const settle = async (store: ReplayStore, client: RedisClientLike, prefix = 'rp:'): Promise<void> => {
  await vi.waitFor(() => store.claim(fresh({ nowMs: Date.now() - 2 * AGE })), 20_000)
  await ageMark(client, 2 * AGE, prefix)
}

const closers: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Both libraries, set up as the docs advise. */
const CLIENTS: Readonly<Record<string, (port: number) => Promise<RedisClientLike>>> = {
  ioredis: async (port) => {
    const client = new Redis({
      port,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => 20,
      lazyConnect: true,
    })
    client.on('error', () => {})
    await client.connect()
    closers.push(() => client.disconnect())
    return client
  },
  'node-redis': async (port) => {
    const socket = { host: '127.0.0.1', port, reconnectStrategy: () => 20 }
    const client = createClient({ socket, disableOfflineQueue: true })
    client.on('error', () => {})
    await client.connect()
    closers.push(() => client.destroy())
    return client
  },
}
const MORE_CLIENTS: typeof CLIENTS = {
  'ioredis, pipelining by itself': async (port) => {
    const client = new Redis({ port, enableAutoPipelining: true, retryStrategy: () => 20 })
    client.on('error', () => {})
    closers.push(() => client.disconnect())
    return client
  },
  'node-redis, a pool': async (port) => {
    const pool = createClientPool({ socket: { host: '127.0.0.1', port } }, { minimum: 3, maximum: 8 })
    pool.on('error', () => {})
    await pool.connect()
    closers.push(() => pool.destroy())
    return pool
  },
  'node-redis, RESP 2': async (port) => {
    const client = await createClient({ socket: { host: '127.0.0.1', port }, RESP: 2 }).connect()
    closers.push(() => client.destroy())
    return client
  },
  'commands of the caller': async (port) => {
    const client = new Redis({ port })
    closers.push(() => client.disconnect())
    return { set: (key, token, ttlMs) => client.set(key, token, 'PX', ttlMs, 'NX', 'GET') }
  },
}

// A cluster takes its time to agree that it is one, so it starts before everything else.
const clustered = startCluster()
async function startCluster(): Promise<RedisServer | undefined> {
  const server = hasRedis
    ? await startRedis({ config: ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'] })
    : undefined
  if (server === undefined) return undefined
  const client = new Redis({ port: server.port })
  await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await vi.waitFor(async () => expect(await client.call('CLUSTER', 'INFO')).toContain('cluster_state:ok'), 20_000)
  client.disconnect()
  return server
}

describeRedis('redisReplayStore', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = (await startRedis()) as RedisServer
  })
  afterAll(() => server.stop())

  const open = async (
    client: RedisClientLike,
    options: Partial<RedisReplayOptions> = {},
  ): Promise<RedisReplayStore> => {
    const { prefix = `t${count++}:` } = options
    const store = redisReplayStore({ client, ...PATIENT, ...options, prefix })
    await settle(store, client, prefix)
    return store
  }
  /** A server that the test may break. */
  const own = async (config: string[] = []): Promise<RedisServer> => {
    const started = (await startRedis({ config })) as RedisServer
    closers.push(() => started.stop())
    return started
  }

  for (const [name, connectTo] of Object.entries(THOROUGH ? { ...CLIENTS, ...MORE_CLIENTS } : CLIENTS)) {
    replayStoreContract(
      `redis, ${name}`,
      async ({ maxAgeMs, maxFutureMs, restartBarrier }) => {
        const client = await connectTo(server.port)
        const prefix = `c${count++}:`
        const store = redisReplayStore({ client, prefix, maxAgeMs, maxFutureMs, clockSkewMs: 0, ...PATIENT })
        if (restartBarrier === false) await settle(store, client, prefix)
        return { store, ...(name !== 'commands of the caller' && { age: (byMs) => ageMark(client, byMs, prefix) }) }
      },
      { bounded: false, startsEmpty: true, claimsTellTime: false },
    )
  }

  it('gives one of 100 equal claims of two clients of two kinds', async () => {
    const prefix = 'shared:'
    const stores: RedisReplayStore[] = []
    for (const connectTo of Object.values(CLIENTS)) stores.push(await open(await connectTo(server.port), { prefix }))
    const one = fresh()
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, i) => (stores[i & 1] as RedisReplayStore).claim(one)),
    )
    expect(outcomes.filter((outcome) => outcome === 'claimed').length).toBe(1)
    expect(outcomes.filter((outcome) => outcome === 'replay').length).toBe(99)
  })

  it('writes one short key that ends by itself, and nothing that names the client', async () => {
    const client = new Redis({ port: server.port })
    closers.push(() => client.disconnect())
    const store = await open(client, { prefix: 'shape:' })
    const nowMs = Date.now()
    expect(
      await store.claim(fresh({ nowMs, createdMs: nowMs - 1_000, keyId: 'the-key', nonce: 'the-nonce-0123456789' })),
    ).toBe('claimed')
    const keys = (await client.keys('shape:*')).filter((key) => !key.includes('epoch')).sort()
    expect(keys).toHaveLength(2)
    for (const key of keys) {
      expect(key).toMatch(/^shape:[A-Za-z0-9_-]{22}$/)
      expect(await client.get(key)).toMatch(/^[A-Za-z0-9_-]{22}$/)
      // maxAgeMs, maxFutureMs, clockSkewMs at both ends and the deadline, however much of its window the claim has used up.
      expect(await client.pttl(key)).toBeGreaterThan(AGE + 7_000)
      expect(await client.pttl(key)).toBeLessThanOrEqual(AGE + 7_000 + PATIENT.deadlineMs)
    }
  })

  for (const [name, connectTo] of Object.entries(CLIENTS)) {
    describe(`${name}: what goes wrong`, () => {
      it('accepts once what it had to ask twice, because the reply was lost', async () => {
        const proxy = await cuttingProxy(server.port)
        const store = await open(await connectTo(proxy.port))
        const claims = [fresh(), fresh(), fresh()]
        for (const one of claims) {
          proxy.cutAfterNextSet()
          expect(await store.claim(one)).toBe('claimed')
          expect(await store.claim(one)).toBe('replay')
        }
        expect(proxy.cuts()).toBe(3)
      })

      it('refuses within the deadline while the server is suspended, and works again after it', async () => {
        const broken = await own()
        const store = await open(await connectTo(broken.port), DEFAULT)
        broken.pause()
        const started = performance.now()
        expect(await Promise.all([messageOf(store.claim(fresh())), messageOf(store.claim(fresh()))])).toEqual(LATE)
        expect(performance.now() - started).toBeLessThan(LATE_MS)
        broken.resume()
        expect(await soon(store)).toBe('claimed')
      })

      it('refuses while the server is killed, then what an empty one cannot know, then works', async () => {
        const broken = await own()
        const options = { maxFutureMs: 200, clockSkewMs: 0, prefix: 'rp:' }
        const client = await connectTo(broken.port)
        const before = fresh()
        expect(await (await open(client, options)).claim(before)).toBe('claimed')
        // With the default deadline, which is over before the server is back.
        const store = redisReplayStore({ client, onWarning: () => {}, ...options })
        await broken.kill()
        const started = performance.now()
        const message = await messageOf(store.claim(fresh()))
        expect(message).toMatch(/^replay store: /)
        expect(message).not.toMatch(/127\.0\.0\.1|ECONN|redis/i)
        expect(performance.now() - started).toBeLessThan(LATE_MS)
        await broken.restart()
        // Without the gate of this process: it is Redis that must know that it has forgotten.
        const other = redisReplayStore({
          client: await connectTo(broken.port),
          ...PATIENT,
          ...options,
          localGate: false,
        })
        const signedBeforeTheMark = fresh()
        expect(await other.claim({ ...before, nowMs: Date.now() })).toBe('barrier')
        expect(await other.claim(signedBeforeTheMark)).toBe('barrier')
        expect(await soon(store)).toBe('claimed')
        expect(await other.claim({ ...before, nowMs: Date.now() })).not.toBe('claimed')
      })
    })
  }
})

describeRedis('redisReplayStore: a server that refuses', () => {
  const own = async (
    config: string[] = [],
  ): Promise<{ server: RedisServer; client: Redis; store: RedisReplayStore }> => {
    const server = (await startRedis({ config })) as RedisServer
    closers.push(() => server.stop())
    const client = (await CLIENTS['ioredis']?.(server.port)) as Redis
    const store = redisReplayStore({ client, ...PATIENT, maxFutureMs: 100, clockSkewMs: 0 })
    await settle(store, client)
    expect(await store.claim(fresh())).toBe('claimed')
    return { server, client, store }
  }
  const refusal = async (store: RedisReplayStore): Promise<string> => {
    const started = performance.now()
    const message = await messageOf(store.claim(fresh()))
    expect(await outcomeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
    // It has answered, so nothing is waited for.
    expect(performance.now() - started).toBeLessThan(PATIENT.deadlineMs)
    return message
  }

  it('a claim fails while Redis is out of memory', async () => {
    const { client, store } = await own()
    await client.set('a lot', Buffer.alloc(2_000_000))
    await client.config('SET', 'maxmemory', '1mb')
    expect(await refusal(store)).toBe('replay store: the server refused (OOM)')
    await client.config('SET', 'maxmemory', '0')
    expect(await store.claim(fresh())).toBe('claimed')
  })

  it('a replica that only reads', async () => {
    const master = await own()
    const { client, store } = await own()
    await client.call('REPLICAOF', '127.0.0.1', String(master.server.port))
    expect(await refusal(store)).toMatch(/\((READONLY|MASTERDOWN)\)$/)
  })

  it('a master without the replicas it must have', async () => {
    const { client, store } = await own()
    await client.config('SET', 'min-replicas-to-write', '1')
    expect(await refusal(store)).toBe('replay store: the server refused (NOREPLICAS)')
  })

  it('a user that may not write', async () => {
    const { client, store } = await own()
    await client.call('ACL', 'SETUSER', 'default', '-set')
    expect(await refusal(store)).toBe('replay store: the server refused (NOPERM)')
  })

  it('a key of another program in the place of a nonce is refused', async () => {
    const { client, store } = await own()
    const one = fresh()
    await store.claim(one)
    for (const key of await client.keys('rp:*')) if (!key.includes('epoch')) await client.set(key, 'not a token')
    expect(await messageOf(store.claim(one))).toBe('replay store: the answer to SET is neither null nor a token')
  })

  it('a mark that is not a time', async () => {
    const { client, store } = await own()
    for (const mark of [
      '',
      '0',
      '-1',
      '1e9',
      '017',
      'x',
      '99999999999999999',
      '1 2',
      '1 2 0',
      '1 2 3 4',
      '1.5 2 3',
      '1  2',
    ]) {
      const [key] = await client.keys('rp:epoch:*')
      await client.set(key as string, mark)
      expect(await outcomeOf(store.claim(fresh())), mark).toBe('STORE_UNAVAILABLE')
    }
  })
})

describeRedis('redisReplayStore: a server that has forgotten', () => {
  const options = { ...PATIENT, maxFutureMs: 100, clockSkewMs: 0, localGate: false } as const
  const own = async (used = true): Promise<{ server: RedisServer; client: Redis; store: RedisReplayStore }> => {
    const server = (await startRedis()) as RedisServer
    closers.push(() => server.stop())
    // With the settings it has by itself: it queues, and repeats what was not answered.
    const client = new Redis({ port: server.port, retryStrategy: () => 10 })
    client.on('error', () => {})
    closers.push(() => client.disconnect())
    const store = redisReplayStore({ client, ...options })
    if (used) await settle(store, client)
    return { server, client, store }
  }

  it('a store that lost everything by FLUSHALL is noticed', async () => {
    const { client, store } = await own()
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    await client.flushall()
    expect(await store.claim(one)).toBe('barrier')
    expect(await soon(store)).toBe('claimed')
    expect(await store.claim({ ...one, nowMs: Date.now() })).not.toBe('claimed')
  })

  it('a server that lost the last seconds, because it came back with older data, is noticed', async () => {
    const { server, client, store } = await own()
    await client.call('SAVE')
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    await server.restart()
    // The mark is there again, and one nonce is not.
    await client.ping()
    expect(await client.keys('rp:epoch:*')).toHaveLength(1)
    expect(await client.keys('rp:*')).toHaveLength(2)
    const signedBeforeTheMark = fresh()
    expect(await store.claim({ ...one, nowMs: Date.now() })).toBe('barrier')
    expect(await store.claim(signedBeforeTheMark)).toBe('barrier')
    expect(await soon(store)).toBe('claimed')
  })

  it('a server that lost the last seconds, because a replica took over, is noticed', async () => {
    const first = await own()
    const second = await own(false)
    await first.client.config('SET', 'repl-diskless-sync-delay', '0')
    await follow(second, first)
    let at = first.client
    // As a Sentinel client does: the same object, another server.
    const client = { call: (name: string, ...args: string[]) => at.call(name, ...args) }
    const store = redisReplayStore({ client, ...options })
    await settle(store, client)
    // A first replica is given another id of replication, so that there are two marks by now.
    const marks = await first.client.keys('rp:epoch:*')
    await vi.waitFor(async () => expect(await second.client.keys('rp:epoch:*')).toHaveLength(marks.length), 20_000)
    await second.client.call('REPLICAOF', 'NO', 'ONE')
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    at = second.client
    expect(await store.claim({ ...one, nowMs: Date.now() })).toBe('barrier')
    expect(await soon(store)).toBe('claimed')
  })

  it('the last seconds of another server, because this one was replaced and took over again', async () => {
    const first = await own()
    const second = await own(false)
    for (const { client } of [first, second]) await client.config('SET', 'repl-diskless-sync-delay', '0')
    await follow(second, first)
    await settle(first.store, first.client)
    const one = fresh()
    expect(await first.store.claim(one)).toBe('claimed')
    await second.client.call('REPLICAOF', 'NO', 'ONE')
    await follow(first, second)
    // What the other one accepted meanwhile did not arrive here.
    await first.client.call('REPLICAOF', 'NO', 'ONE')
    const later = fresh()
    expect(await first.store.claim(later)).toBe('barrier')
    expect(
      await redisReplayStore({ client: first.client, ...options }).claim(fresh({ createdMs: later.createdMs })),
    ).toBe('barrier')
    expect(await soon(first.store)).toBe('claimed')
  })

  it('unnoticed: then each process still knows its own', async () => {
    const { client } = await own()
    const store = redisReplayStore({ client, ...options, localGate: 1_000 })
    const one = fresh()
    await settle(store, client)
    expect(await store.claim(one)).toBe('claimed')
    for (const key of await client.keys('rp:*')) if (!key.includes('epoch')) await client.del(key)
    expect(await store.claim(one)).toBe('replay')
    for (const key of await client.keys('rp:*')) if (!key.includes('epoch')) await client.del(key)
    expect(await redisReplayStore({ client, ...options }).claim(one)).toBe('claimed')
  })

  const CRASHES = Number(process.env['COUNTERSIGN_REDIS_CRASHES'] ?? (THOROUGH ? 4 : 2))
  it(`over and over: no nonce is accepted twice (${CRASHES} crashes)`, {
    timeout: 60_000 + 10_000 * CRASHES,
  }, async () => {
    const server = (await startRedis()) as RedisServer
    closers.push(() => server.stop())
    const stores: RedisReplayStore[] = []
    // Both those that give up while the server is away and those that ask until it is back.
    for (const connectTo of [...Object.values(CLIENTS), ...Object.values(MORE_CLIENTS).slice(0, 2)]) {
      const client = await connectTo(server.port)
      for (const { deadlineMs } of [DEFAULT, PATIENT])
        stores.push(redisReplayStore({ client, ...options, deadlineMs, maxFutureMs: 200 }))
    }
    await soon(stores[1] as RedisReplayStore)
    const accepted = new Map<string, number>()
    const seen: Record<string, number> = {}
    const recent: ReplayClaim[] = []
    let running = true
    const client = async (store: RedisReplayStore): Promise<void> => {
      for (let i = 0; running; i++) {
        const again = i % 3 === 0 ? recent[Math.floor(Math.random() * recent.length)] : undefined
        const one = again === undefined ? fresh() : { ...again, nowMs: Date.now() }
        if (again === undefined) recent[i % 500] = one
        const outcome = String(await outcomeOf(store.claim(one)))
        seen[outcome] = (seen[outcome] ?? 0) + 1
        if (outcome === 'claimed') accepted.set(one.nonce, (accepted.get(one.nonce) ?? 0) + 1)
        await sleep(0)
      }
    }
    const clients = Array.from({ length: 16 }, (_, i) => client(stores[i % stores.length] as RedisReplayStore))
    /** Each outcome so many times more: what is waited for is what happens, however fast the machine is. */
    const more = (outcomes: Readonly<Record<string, number>>): Promise<void> => {
      const wanted = Object.entries(outcomes).map(([name, times]) => [name, (seen[name] ?? 0) + times] as const)
      return vi.waitFor(
        () => {
          for (const [name, times] of wanted) expect(seen[name] ?? 0, name).toBeGreaterThanOrEqual(times)
        },
        { timeout: 30_000, interval: 10 },
      )
    }
    for (let crash = 0; crash < CRASHES; crash++) {
      await more({ claimed: 20, replay: 5 })
      await server.kill()
      await more({ STORE_UNAVAILABLE: 1 })
      await server.restart()
    }
    await more({ claimed: 20, replay: 5 })
    running = false
    await Promise.all(clients)
    expect([...accepted.values()].filter((times) => times > 1)).toEqual([])
    expect(accepted.size).toBeGreaterThan(10 * CRASHES)
    expect(Object.keys(seen).sort()).toEqual(['STORE_UNAVAILABLE', 'barrier', 'claimed', 'replay'])
  })
})

describeRedis('redisReplayStore with other windows, and other clocks', () => {
  const options = { ...PATIENT, clockSkewMs: 100, localGate: false } as const
  const SHORT = { ...options, maxAgeMs: 5_000, maxFutureMs: 100 }
  const LONG = { ...options, maxAgeMs: AGE, maxFutureMs: 100 }
  let server: RedisServer
  beforeAll(async () => {
    server = (await startRedis()) as RedisServer
  })
  afterAll(() => server.stop())
  const both = Object.entries(CLIENTS)
  const open = async (client: RedisClientLike, more: Partial<RedisReplayOptions>): Promise<RedisReplayStore> => {
    const store = redisReplayStore({ client, ...more })
    await settle(store, client, more.prefix)
    return store
  }

  it.each(both)('keeps what a process claimed whose clock is ahead, %s', async (_, connectTo) => {
    const client = await connectTo(server.port)
    const prefix = `ahead${count++}:`
    const store = await open(client, { ...options, maxAgeMs: 60_000, maxFutureMs: 1_000, prefix })
    // 48 s ahead: of a window of 60 s it sees 12 left.
    const one = fresh()
    expect(await store.claim({ ...one, nowMs: one.nowMs + 48_000, expiresAtMs: one.createdMs + 60_001 })).toBe(
      'claimed',
    )
    await ageNonces(client, 14_000, prefix)
    expect(await store.claim({ ...one, nowMs: one.nowMs + 14_000 })).toBe('replay')
    await ageNonces(client, 46_000, prefix)
    expect(await store.claim({ ...one, nowMs: one.nowMs + 60_000 })).toBe('replay')
  })

  it.each(both)('accepts nothing that lies outside the window by the clock of Redis, %s', async (_, connectTo) => {
    const store = await open(await connectTo(server.port), { ...LONG, prefix: `clock${count++}:` })
    const at = (ms: number): ReplayClaim => fresh({ nowMs: Date.now() + ms })
    // Not to the second: until the server looks at its clock, a busy machine may let some pass.
    for (const ms of [-AGE - 1_000, -AGE - 60_000, 20_000, 70_000])
      expect(await store.claim(at(ms)), `${ms}`).toBe('clock')
    for (const ms of [-AGE + 20_000, -70_000, 0]) expect(await store.claim(at(ms)), `${ms}`).toBe('claimed')
  })

  it.each(both)(
    'raises the window for all, and accepts nothing that others may have forgotten, %s',
    async (_, connectTo) => {
      const prefix = `raise${count++}:`
      const client = await connectTo(server.port)
      const short = await open(client, { ...SHORT, prefix })
      const captured = fresh()
      expect(await short.claim(captured)).toBe('claimed')
      await ageNonces(client, 6_500 + PATIENT.deadlineMs, prefix)
      // The next version of the service: for it the request is fresh, and nothing remembers it any more.
      const long = redisReplayStore({ client: await connectTo(server.port), ...LONG, prefix })
      await long.check()
      expect(await long.claim({ ...captured, nowMs: captured.nowMs + 6_500 })).toBe('barrier')
      const between = fresh()
      expect(await short.claim(between)).toBe('barrier')
      await ageMark(client, 1_000, prefix)
      // The process with the short window goes on, and what it claims is remembered for the longest window.
      const next = fresh()
      expect(await short.claim(next)).toBe('claimed')
      await ageNonces(client, 290_000, prefix)
      expect(await long.claim(next)).toBe('replay')
      expect(await long.claim(fresh())).toBe('claimed')
      // One that starts now learns of it at once.
      const another = redisReplayStore({ client, ...SHORT, prefix })
      await another.check()
      const last = fresh()
      expect(await another.claim(last)).toBe('claimed')
      await ageNonces(client, 290_000, prefix)
      expect(await long.claim(last)).toBe('replay')
    },
  )

  it('claims nothing with a nonce that is kept for less than the window in force', async () => {
    const prefix = `idle${count++}:`
    const client = (await CLIENTS['ioredis']?.(server.port)) as RedisClientLike
    const short = await open(client, { ...SHORT, prefix })
    expect(await short.claim(fresh())).toBe('claimed')
    const long = redisReplayStore({ client, ...LONG, prefix })
    await long.check()
    await ageMark(client, 10_000, prefix)
    // It has not looked since, so it asks for five seconds once more.
    expect(await short.claim(fresh())).toBe('barrier')
    expect(await short.claim(fresh())).toBe('claimed')
  })

  it('raises what version 0.1 left behind', async () => {
    const client = new Redis({ port: server.port })
    closers.push(() => client.disconnect())
    const prefix = `old${count++}:`
    const runId = /run_id:([0-9a-f]{40})/.exec(String(await client.info('server')))?.[1]
    await client.set(`${prefix}epoch:${runId}`, String(Date.now() - AGE))
    const store = redisReplayStore({ client, ...LONG, prefix })
    expect(await store.claim(fresh())).toBe('barrier')
    await ageMark(client, 1_000, prefix)
    expect(await store.claim(fresh())).toBe('claimed')
  })

  it('refuses at the start where the window cannot be raised', async () => {
    const client = new Redis({ port: server.port })
    closers.push(() => client.disconnect())
    const set: ReplayCommands['set'] = (key, token, ttlMs) => client.set(key, token, 'PX', ttlMs, 'NX', 'GET')
    const prefix = `fixed${count++}:`
    await redisReplayStore({ client: { set }, ...SHORT, prefix }).check()
    const store = redisReplayStore({ client: { set }, ...LONG, prefix })
    expect(await outcomeOf(store.check())).toBe('CONFIG_INVALID')
    expect(await messageOf(store.claim(fresh()))).toContain('must have replace')
    expect(await outcomeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
  })

  it('is ready when freshly signed requests get past the barrier', async () => {
    const client = (await CLIENTS['ioredis']?.(server.port)) as RedisClientLike
    const prefix = `ready${count++}:`
    const store = redisReplayStore({ client, ...LONG, maxFutureMs: 0, clockSkewMs: 0, prefix })
    await store.ready()
    const createdMs = Math.floor(Date.now() / 1_000) * 1_000
    expect(await store.claim(fresh({ createdMs }))).toBe('claimed')
  })

  it('is ready at once where this Redis is in use', async () => {
    const client = (await CLIENTS['ioredis']?.(server.port)) as RedisClientLike
    const used = { ...LONG, maxFutureMs: 60_000, prefix: `used${count++}:` }
    await open(client, used)
    // Where it waited for the barrier, this test would run out of time.
    await redisReplayStore({ client, ...used }).ready()
  })
})

describe('redisReplayStore: the barrier to the millisecond', () => {
  const NOW = 1_790_000_000_000
  const SINCE = NOW - 20_000
  const RUN = 'a'.repeat(40)
  const commands: ReplayCommands = {
    set: async (key) => (key.includes('epoch') ? '301000 6000 1' : null),
    pttl: async () => 366 * 86_400_000 - (NOW - SINCE),
    info: async () => `redis_version:7.2.0\r\nrun_id:${RUN}\r\nserver_time_usec:${NOW}000\r\n`,
  }

  it.each([
    ['by default', {}, 6_000],
    ['with another skew', { clockSkewMs: 2_500 }, 7_500],
    ['with no time ahead', { maxFutureMs: 0 }, 6_000],
  ])('is what may lie ahead and the difference of clocks behind the loss, %s', async (_, options, barrier) => {
    const reach = { ...commands, set: async (key: string) => (key.includes('epoch') ? `400000 ${barrier} 1` : null) }
    const store = redisReplayStore({ client: reach, localGate: false, onWarning: () => {}, ...options })
    const claim = (createdMs: number) => store.claim(fresh({ nowMs: NOW, createdMs }))
    expect(await claim(SINCE + barrier)).toBe('barrier')
    expect(store.barrierMs).toBe(SINCE + barrier)
    expect(await claim(SINCE + barrier + 1)).toBe('claimed')
  })

  it('counts the difference of clocks where only the value of the mark has the time', async () => {
    const set: ReplayCommands['set'] = async (key) => (key.includes('epoch') ? `301000 6000 ${SINCE}` : null)
    const store = redisReplayStore({ client: { set }, localGate: false, onWarning: () => {} })
    expect(await store.claim(fresh({ nowMs: NOW, createdMs: SINCE + 6_000 }))).toBe('barrier')
    expect(await store.claim(fresh({ nowMs: NOW, createdMs: SINCE + 6_001 }))).toBe('claimed')
  })

  it('writes the difference of clocks into a new mark, and asks for it from an old one', async () => {
    const written: string[] = []
    const set: ReplayCommands['set'] = async (key, value) => {
      if (key.includes('epoch')) written.push(value)
      return null
    }
    const store = redisReplayStore({ client: { set }, localGate: false, onWarning: () => {} })
    // Just made: nothing that was signed before, or may have been by a clock that differs.
    expect(await store.claim(fresh({ nowMs: NOW, createdMs: NOW + 6_000 }))).toBe('barrier')
    expect(written).toEqual([`301000 6000 ${NOW}`])
  })
})

describeRedis('redisReplayStore on a cluster', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = (await clustered) as RedisServer
  })
  afterAll(() => server.stop())
  const options = { ...PATIENT, maxFutureMs: 100, clockSkewMs: 0 } as const

  it('keeps a nonce and its mark on one server', async () => {
    const cluster = new Cluster([{ host: '127.0.0.1', port: server.port }])
    closers.push(() => cluster.disconnect())
    await once(cluster, 'ready')
    const nodeRedis = createCluster({ rootNodes: [{ url: server.url }] })
    await nodeRedis.connect()
    closers.push(() => nodeRedis.destroy())
    const admin = new Redis({ port: server.port })
    closers.push(() => admin.disconnect())
    const stores = [cluster, nodeRedis].map((client) => redisReplayStore({ client, ...options }))
    const claims = Array.from({ length: 200 }, () => fresh())
    const nowMs = Date.now()
    // Each mark is made by the first claim beside it.
    for (const one of claims) await stores[0]?.claim({ ...one, nonce: `${one.nonce}-`, nowMs: nowMs - 2 * AGE })
    const marks = (await admin.keys('rp:*')).filter((key) => key.includes('epoch'))
    for (const key of marks) await admin.pexpire(key, MARK_TTL_MS - 2 * AGE)
    const outcomes = await Promise.all(claims.map((one) => Promise.all(stores.map((store) => store.claim(one)))))
    const marked = outcomes.filter((pair) => !pair.includes('barrier'))
    expect(marked.length).toBeGreaterThan(150)
    for (const pair of marked) expect([...pair].sort()).toEqual(['claimed', 'replay'])
    for (const key of await admin.keys('rp:*')) expect(key).toMatch(/^rp:\{[\w-]\}([\w-]{21}|epoch:[\w-]{81})$/)
  })
})

describeRedis('redisReplayStore.check', () => {
  const open = async (
    config: string[],
    more: Partial<RedisReplayOptions> = {},
  ): Promise<{ client: Redis; store: RedisReplayStore }> => {
    const server = (await startRedis({ config })) as RedisServer
    closers.push(() => server.stop())
    const client = (await CLIENTS['ioredis']?.(server.port)) as Redis
    return { client, store: redisReplayStore({ client, ...PATIENT, ...more }) }
  }

  it('refuses a server that evicts', async () => {
    const { client, store } = await open(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
    expect(await outcomeOf(store.check())).toBe('CONFIG_INVALID')
    expect(await messageOf(store.check())).toBe('"maxmemory-policy" must be noeviction, got allkeys-lru')
    // Who does not ask is refused all the same.
    expect(await outcomeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    await store.check()
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '0')
    await store.check()
    expect(await outcomeOf(store.claim(fresh()))).toBe('barrier')
  })

  it('says what it may not look at, and works', async () => {
    const warnings: string[] = []
    const { client, store } = await open([], {
      onWarning: (text) => warnings.push(text),
      maxFutureMs: 0,
      clockSkewMs: 0,
    })
    await client.call('ACL', 'SETUSER', 'default', '-info')
    await store.check()
    expect(warnings.map((text) => text.slice(0, 25))).toEqual([
      'INFO server is forbidden:',
      'INFO memory is forbidden:',
    ])
    await expect.poll(() => store.claim(fresh()), { timeout: 20_000 }).toBe('claimed')
    const one = fresh()
    expect([await store.claim(one), await store.claim(one)]).toEqual(['claimed', 'replay'])
    await client.flushall()
    expect(await store.claim(one)).toBe('barrier')
  })

  it('does not wait for ever, and does not say where the server is', async () => {
    const client = new Redis({
      port: 1,
      enableOfflineQueue: false,
      retryStrategy: () => 1_000,
      maxRetriesPerRequest: 0,
    })
    client.on('error', () => {})
    closers.push(() => client.disconnect())
    const message = await messageOf(redisReplayStore({ client }).check())
    expect(message).toBe('replay store: the server could not be inspected (it cannot be reached)')
  })
})

describe('redisReplayStore with commands that misbehave', () => {
  const RUN = 'a'.repeat(40)
  const server = `redis_version:7.2.0\r\nrun_id:${RUN}\r\n`
  const memory = 'maxmemory:0\r\nmaxmemory_policy:noeviction\r\n'
  const fake = (commands: Partial<ReplayCommands>): ReplayCommands => ({
    set: async (key) => (key.includes('epoch') ? MARK : null),
    info: async (section) => (section === 'server' ? server : memory),
    inOrder: true,
    ...commands,
  })
  const open = (commands: Partial<ReplayCommands>, options: Partial<RedisReplayOptions> = {}): RedisReplayStore =>
    redisReplayStore({ client: fake(commands), deadlineMs: 30, onWarning: () => {}, ...options })

  it('answers, when they do not', async () => {
    expect(await open({}).claim(fresh())).toBe('claimed')
  })

  it('takes no answer but the two there are', async () => {
    for (const answer of [undefined, '', 'OK', 0, 1, true, [], {}, Buffer.from('x'), 'x'.repeat(23)])
      expect(await outcomeOf(open({ set: async () => answer as never }).claim(fresh())), String(answer)).toBe(
        'STORE_UNAVAILABLE',
      )
    for (const info of [undefined, null, 5, '', 'run_id:', `run_id:${'g'.repeat(40)}`, `xrun_id:${RUN}`])
      expect(await outcomeOf(open({ info: async () => info as never }).claim(fresh())), String(info)).toBe(
        'STORE_UNAVAILABLE',
      )
  })

  it('needs a server that knows NX with GET', async () => {
    const info = async () => `redis_version:6.2.14\r\nrun_id:${RUN}\r\n`
    expect(await messageOf(open({ info }).check())).toBe('"client" must be of Redis 7 or later, got 6')
    expect(await outcomeOf(open({ info }).claim(fresh()))).toBe('STORE_UNAVAILABLE')
  })

  it('never passes on what a driver says', async () => {
    const secret = 'redis://user:hunter2@10.0.0.1'
    for (const text of [`connect ECONNREFUSED ${secret}`, `ERR unknown ${secret}`, `OOM ${secret}`, `${secret}`]) {
      const store = open({ set: () => Promise.reject(new Error(text)) })
      const error = await store.claim(fresh()).catch((reason: unknown) => reason as Error)
      expect(isCountersignError(error, 'STORE_UNAVAILABLE')).toBe(true)
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
      expect(error).not.toHaveProperty('cause')
    }
    const throwing = open({
      set: () => {
        throw new Error(secret)
      },
    })
    expect(await outcomeOf(throwing.claim(fresh()))).toBe('STORE_UNAVAILABLE')
  })

  it('repeats with the same token, and only inside the deadline', async () => {
    const tokens: string[] = []
    const store = open({
      set: async (key, token) => {
        if (key.includes('epoch')) return MARK
        tokens.push(token)
        throw new Error('Socket closed unexpectedly')
      },
    })
    expect(await outcomeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
    const first = tokens.length
    expect(first).toBeGreaterThan(1)
    expect(new Set(tokens).size).toBe(1)
    await sleep(60)
    expect(tokens.length).toBe(first)
    // It is known to be away now.
    await outcomeOf(store.claim(fresh()))
    expect(tokens.length).toBe(first + 1)
    expect(new Set(tokens).size).toBe(2)
  })

  it('is not fooled by a server that changes while it is asked', async () => {
    let run = 0
    const info = async () => `redis_version:7.2.0\r\nrun_id:${String(run++).padStart(40, '0')}\r\n`
    const moving = open({ info: (section) => (section === 'server' ? info() : Promise.resolve(memory)) })
    expect(await moving.claim(fresh())).toBe('barrier')
  })

  it('lets no more than so many wait', async () => {
    const store = open({ set: () => new Promise(() => {}) }, { maxPending: 5 })
    const codes = await Promise.all(Array.from({ length: 8 }, () => messageOf(store.claim(fresh()))))
    expect(codes.filter((text) => text.includes('more than 5'))).toHaveLength(3)
    // Those five hang for good.
    expect(await messageOf(store.claim(fresh()))).toContain('more than 5')
  })

  it('refuses options that cannot be meant', () => {
    const bad: Array<Partial<RedisReplayOptions>> = [
      { client: undefined as never },
      { client: {} as never },
      { client: { acquire: () => {}, sendCommand: () => {} } as never },
      { prefix: 'a{b}' },
      { prefix: 'a b' },
      { prefix: 'x'.repeat(65) },
      { deadlineMs: 0 },
      { deadlineMs: Number.NaN },
      { maxFutureMs: -1 },
      { clockSkewMs: 0.5 },
      { localGate: 0 },
      { maxPending: 0 },
    ]
    for (const options of bad) {
      try {
        open({}, options)
        expect.unreachable(JSON.stringify(options))
      } catch (error) {
        expect(isCountersignError(error) && error.code, JSON.stringify(options)).toBe('CONFIG_INVALID')
      }
    }
  })
})

/** A window as long as the default, remembered since long ago. */
const MARK = '301000 6000 1000'
const LATE = Array.from({ length: 2 }, () => 'replay store: no answer within 250 ms')

/** Claims until one is answered with a yes: clients need a moment to connect again. */
async function soon(store: ReplayStore): Promise<string> {
  const until = performance.now() + 20_000
  while (performance.now() < until) {
    const outcome = await outcomeOf(store.claim(fresh()))
    if (outcome === 'claimed') return outcome
    await sleep(20)
  }
  return 'never'
}

/** Passes everything on, and can cut a connection when the server has answered a SET of a nonce, in place of the answer. */
async function cuttingProxy(port: number): Promise<{ port: number; cutAfterNextSet(): void; cuts(): number }> {
  let armed = false
  let cuts = 0
  const sockets = new Set<Socket>()
  const proxy: Server = createServer((down) => {
    const up = connect(port, '127.0.0.1')
    let cutting = false
    for (const socket of [down, up]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    down.on('data', (data) => {
      if (armed && /\r\nSET\r\n/.test(data.toString('latin1'))) {
        armed = false
        cutting = true
      }
      up.write(data)
    })
    up.on('data', (data) => {
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
  return {
    port: (proxy.address() as { port: number }).port,
    cutAfterNextSet: () => {
      armed = true
    },
    cuts: () => cuts,
  }
}
