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
import type { ReplayClaim, ReplayStore } from '../../../../src/server/replay/replay-store.js'
import { replayStoreContract } from '../../../contract/replay-store.js'
import { describeRedis, hasRedis, type RedisServer, startRedis } from '../../../servers/redis.js'

const AGE = 300_000
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
const codeOf = async (promise: unknown): Promise<string> => {
  try {
    return String(await promise)
  } catch (error) {
    return isCountersignError(error) ? error.code : `other: ${String(error)}`
  }
}
const messageOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(String, (error) => String(error.message))
/** Makes the mark long ago, as in a service that has run for a while. */
const settle = async (store: ReplayStore, nowMs = Date.now()): Promise<void> => {
  await vi.waitFor(() => store.claim(fresh({ nowMs: nowMs - 2 * AGE })), 5_000)
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
  await vi.waitFor(async () => expect(await client.call('CLUSTER', 'INFO')).toContain('cluster_state:ok'), 10_000)
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
    const store = redisReplayStore({ client, prefix: `t${count++}:`, onWarning: () => {}, ...options })
    await settle(store)
    return store
  }
  /** A server that the test may break. */
  const own = async (config: string[] = []): Promise<RedisServer> => {
    const started = (await startRedis({ config })) as RedisServer
    closers.push(() => started.stop())
    return started
  }

  for (const [name, connectTo] of Object.entries({ ...CLIENTS, ...MORE_CLIENTS })) {
    replayStoreContract(
      `redis, ${name}`,
      async ({ nowMs, maxFutureMs, restartBarrier }) => {
        const client = await connectTo(server.port)
        const store = redisReplayStore({
          client,
          prefix: `c${count++}:`,
          maxFutureMs,
          clockSkewMs: 0,
          onWarning: () => {},
        })
        if (restartBarrier === false) await settle(store, nowMs)
        return { store }
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
      // maxAgeMs, maxFutureMs and clockSkewMs, however much of its window the claim has used up.
      expect(await client.pttl(key)).toBeGreaterThan(AGE + 5_000)
      expect(await client.pttl(key)).toBeLessThanOrEqual(AGE + 8_000)
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
        const store = await open(await connectTo(broken.port))
        broken.pause()
        const started = performance.now()
        expect(await Promise.all([codeOf(store.claim(fresh())), codeOf(store.claim(fresh()))])).toEqual(DOWN)
        expect(performance.now() - started).toBeLessThan(250 + 750)
        broken.resume()
        expect(await soon(store)).toBe('claimed')
      })

      it('refuses while the server is killed, then what an empty one cannot know, then works', async () => {
        const broken = await own()
        const options = { maxFutureMs: 200, clockSkewMs: 0, prefix: 'rp:' }
        const store = await open(await connectTo(broken.port), options)
        const before = fresh()
        expect(await store.claim(before)).toBe('claimed')
        await broken.kill()
        const started = performance.now()
        const message = await messageOf(store.claim(fresh()))
        expect(message).toMatch(/^replay store: /)
        expect(message).not.toMatch(/127\.0\.0\.1|ECONN|redis/i)
        expect(performance.now() - started).toBeLessThan(250 + 750)
        await broken.restart()
        // Without the gate of this process: it is Redis that must know that it has forgotten.
        const other = redisReplayStore({ client: await connectTo(broken.port), ...options, localGate: false })
        expect(await other.claim({ ...before, nowMs: Date.now() })).toBe('barrier')
        expect(await other.claim(fresh())).toBe('barrier')
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
    const store = redisReplayStore({ client, onWarning: () => {}, maxFutureMs: 100, clockSkewMs: 0 })
    await settle(store)
    expect(await store.claim(fresh())).toBe('claimed')
    return { server, client, store }
  }
  const refusal = async (store: RedisReplayStore): Promise<string> => {
    const started = performance.now()
    const message = await messageOf(store.claim(fresh()))
    expect(await codeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
    // It has answered, so nothing is waited for.
    expect(performance.now() - started).toBeLessThan(1_000)
    return message
  }

  it('out of memory', async () => {
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

  it('a key of somebody else in the place of a nonce', async () => {
    const { client, store } = await own()
    const one = fresh()
    await store.claim(one)
    for (const key of await client.keys('rp:*')) if (!key.includes('epoch')) await client.set(key, 'not a token')
    expect(await messageOf(store.claim(one))).toBe('replay store: the answer to SET is neither null nor a token')
  })

  it('a mark that is not a time', async () => {
    const { client, store } = await own()
    for (const mark of ['', '0', '-1', '1e9', '017', 'x', '99999999999999999']) {
      const [key] = await client.keys('rp:epoch:*')
      await client.set(key as string, mark)
      expect(await codeOf(store.claim(fresh())), mark).toBe('STORE_UNAVAILABLE')
    }
  })
})

describeRedis('redisReplayStore: a server that has forgotten', () => {
  const options = { onWarning: () => {}, maxFutureMs: 100, clockSkewMs: 0, localGate: false } as const
  const own = async (used = true): Promise<{ server: RedisServer; client: Redis; store: RedisReplayStore }> => {
    const server = (await startRedis()) as RedisServer
    closers.push(() => server.stop())
    // With the settings it has by itself: it queues, and repeats what was not answered.
    const client = new Redis({ port: server.port, retryStrategy: () => 10 })
    client.on('error', () => {})
    closers.push(() => client.disconnect())
    const store = redisReplayStore({ client, ...options })
    if (used) await settle(store)
    return { server, client, store }
  }

  it('everything, by FLUSHALL', async () => {
    const { client, store } = await own()
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    await client.flushall()
    expect(await store.claim(one)).toBe('barrier')
    expect(await soon(store)).toBe('claimed')
    expect(await store.claim({ ...one, nowMs: Date.now() })).not.toBe('claimed')
  })

  it('the last seconds, because it came back with older data', async () => {
    const { server, client, store } = await own()
    await client.call('SAVE')
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    await server.restart()
    // The mark is there again, and one nonce is not.
    await client.ping()
    expect(await client.keys('rp:epoch:*')).toHaveLength(1)
    expect(await client.keys('rp:*')).toHaveLength(2)
    expect(await store.claim({ ...one, nowMs: Date.now() })).toBe('barrier')
    expect(await store.claim({ ...fresh(), nowMs: Date.now() })).toBe('barrier')
    expect(await soon(store)).toBe('claimed')
  })

  it('the last seconds, because a replica took over', async () => {
    const first = await own()
    const second = await own(false)
    await first.client.config('SET', 'repl-diskless-sync-delay', '0')
    await second.client.call('REPLICAOF', '127.0.0.1', String(first.server.port))
    let at = first.client
    // As a Sentinel client does: the same object, another server.
    const store = redisReplayStore({ client: { call: (name, ...args) => at.call(name, ...args) }, ...options })
    await settle(store)
    await vi.waitFor(async () => expect(await second.client.keys('rp:epoch:*')).toHaveLength(1), 5_000)
    await second.client.call('REPLICAOF', 'NO', 'ONE')
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    at = second.client
    expect(await store.claim({ ...one, nowMs: Date.now() })).toBe('barrier')
    expect(await soon(store)).toBe('claimed')
  })

  it('unnoticed: then each process still knows its own', async () => {
    const { client } = await own()
    const store = redisReplayStore({ client, ...options, localGate: 1_000 })
    const one = fresh()
    await settle(store)
    expect(await store.claim(one)).toBe('claimed')
    for (const key of await client.keys('rp:*')) if (!key.includes('epoch')) await client.del(key)
    expect(await store.claim(one)).toBe('replay')
    for (const key of await client.keys('rp:*')) if (!key.includes('epoch')) await client.del(key)
    expect(await redisReplayStore({ client, ...options }).claim(one)).toBe('claimed')
  })

  const CRASHES = Number(process.env['COUNTERSIGN_REDIS_CRASHES'] ?? 4)
  it(`over and over: no nonce is accepted twice (${CRASHES} crashes)`, {
    timeout: 30_000 + 1_000 * CRASHES,
  }, async () => {
    const server = (await startRedis()) as RedisServer
    closers.push(() => server.stop())
    const stores: RedisReplayStore[] = []
    for (const connectTo of [...Object.values(CLIENTS), ...Object.values(MORE_CLIENTS).slice(0, 2)])
      stores.push(redisReplayStore({ client: await connectTo(server.port), ...options, maxFutureMs: 50 }))
    await settle(stores[0] as RedisReplayStore)
    const accepted = new Map<string, number>()
    const seen: Record<string, number> = {}
    const recent: ReplayClaim[] = []
    let running = true
    const client = async (store: RedisReplayStore): Promise<void> => {
      for (let i = 0; running; i++) {
        const again = i % 3 === 0 ? recent[Math.floor(Math.random() * recent.length)] : undefined
        const one = again === undefined ? fresh() : { ...again, nowMs: Date.now() }
        if (again === undefined) recent[i % 500] = one
        const outcome = await codeOf(store.claim(one))
        seen[outcome] = (seen[outcome] ?? 0) + 1
        if (outcome === 'claimed') accepted.set(one.nonce, (accepted.get(one.nonce) ?? 0) + 1)
        await sleep(0)
      }
    }
    const clients = Array.from({ length: 16 }, (_, i) => client(stores[i % stores.length] as RedisReplayStore))
    for (let crash = 0; crash < CRASHES; crash++) {
      await sleep(250)
      await server.kill()
      await sleep(20)
      await server.restart()
    }
    await sleep(250)
    running = false
    await Promise.all(clients)
    expect([...accepted.values()].filter((times) => times > 1)).toEqual([])
    expect(accepted.size).toBeGreaterThan(100 * CRASHES)
    expect(Object.keys(seen).sort()).toEqual(['STORE_UNAVAILABLE', 'barrier', 'claimed', 'replay'])
  })
})

describeRedis('redisReplayStore on a cluster', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = (await clustered) as RedisServer
  })
  afterAll(() => server.stop())
  const options = { onWarning: () => {}, maxFutureMs: 100, clockSkewMs: 0 } as const

  it('keeps a nonce and its mark on one server', async () => {
    const cluster = new Cluster([{ host: '127.0.0.1', port: server.port }])
    closers.push(() => cluster.disconnect())
    await once(cluster, 'ready')
    const nodeRedis = createCluster({ rootNodes: [{ url: server.url }] })
    await nodeRedis.connect()
    closers.push(() => nodeRedis.destroy())
    const args = (key: string, token: string, ttlMs: number) => ['SET', key, token, 'NX', 'GET', 'PX', String(ttlMs)]
    const commands: ReplayCommands = {
      cluster: true,
      set: (key, token, ttlMs) => nodeRedis.sendCommand(key, false, args(key, token, ttlMs)),
    }
    const stores = [cluster, commands].map((client) => redisReplayStore({ client, ...options }))
    const claims = Array.from({ length: 200 }, () => fresh())
    const nowMs = Date.now()
    // Each mark is made by the first claim beside it.
    for (const one of claims) await stores[0]?.claim({ ...one, nonce: `${one.nonce}-`, nowMs: nowMs - 2 * AGE })
    const outcomes = await Promise.all(claims.map((one) => Promise.all(stores.map((store) => store.claim(one)))))
    const marked = outcomes.filter((pair) => !pair.includes('barrier'))
    expect(marked.length).toBeGreaterThan(150)
    for (const pair of marked) expect([...pair].sort()).toEqual(['claimed', 'replay'])
    const single = new Redis({ port: server.port })
    closers.push(() => single.disconnect())
    for (const key of await single.keys('rp:*')) expect(key).toMatch(/^rp:\{[\w-]\}([\w-]{21}|epoch:any)$/)
    expect(() => redisReplayStore({ client: nodeRedis as never })).toThrow(/"client" expected/)
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
    return { client, store: redisReplayStore({ client, ...more }) }
  }

  it('refuses a server that evicts', async () => {
    const { client, store } = await open(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
    expect(await codeOf(store.check())).toBe('CONFIG_INVALID')
    expect(await messageOf(store.check())).toBe('"maxmemory-policy" expected noeviction, got allkeys-lru')
    // Who does not ask is refused all the same.
    expect(await codeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    await store.check()
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '0')
    await store.check()
    expect(await codeOf(store.claim(fresh()))).toBe('barrier')
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
    await settle(store)
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
    set: async (key) => (key.includes('epoch') ? '1000' : null),
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
      expect(await codeOf(open({ set: async () => answer as never }).claim(fresh())), String(answer)).toBe(
        'STORE_UNAVAILABLE',
      )
    for (const info of [undefined, null, 5, '', 'run_id:', `run_id:${'g'.repeat(40)}`, `xrun_id:${RUN}`])
      expect(await codeOf(open({ info: async () => info as never }).claim(fresh())), String(info)).toBe(
        'STORE_UNAVAILABLE',
      )
  })

  it('needs a server that knows NX with GET', async () => {
    const info = async () => `redis_version:6.2.14\r\nrun_id:${RUN}\r\n`
    expect(await messageOf(open({ info }).check())).toBe('"client" expected Redis 7 or later, got 6')
    expect(await codeOf(open({ info }).claim(fresh()))).toBe('STORE_UNAVAILABLE')
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
    expect(await codeOf(throwing.claim(fresh()))).toBe('STORE_UNAVAILABLE')
  })

  it('repeats with the same token, and only inside the deadline', async () => {
    const tokens: string[] = []
    const store = open({
      set: async (key, token) => {
        if (key.includes('epoch')) return '1000'
        tokens.push(token)
        throw new Error('Socket closed unexpectedly')
      },
    })
    expect(await codeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
    const first = tokens.length
    expect(first).toBeGreaterThan(1)
    expect(new Set(tokens).size).toBe(1)
    await sleep(60)
    expect(tokens.length).toBe(first)
    // It is known to be away now.
    await codeOf(store.claim(fresh()))
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

const DOWN = ['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']

/** Claims until one is answered with a yes: clients need a moment to connect again. */
async function soon(store: ReplayStore): Promise<string> {
  for (let i = 0; i < 100; i++) {
    const outcome = await codeOf(store.claim(fresh()))
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
