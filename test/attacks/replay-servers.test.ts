import { Redis } from 'ioredis'
import { afterEach, describe, expect } from 'vitest'
import { postgresReplayStore } from '../../src/server/replay/postgres.js'
import { redisReplayStore } from '../../src/server/replay/redis.js'
import type { ReplayStore } from '../../src/server/replay/replay-store.js'
import { ageMark, hasRedis, type RedisServer, startRedis } from '../servers/redis.js'
import { attack, attacks, type Shows } from './attack.js'
import { start } from './hosts.js'
import { order, sign, world } from './world.js'

/** For stores and verifiers whose deadline is not the question: a busy machine may keep an answer for longer than 250 ms. */
const PATIENT = { deadlineMs: 10_000 } as const
const PATIENT_VERIFIER = { storeTimeoutMs: 20_000 } as const
/** What a refusal after the default deadline may take at most on such a machine: clearly less than without a deadline. */
const LATE_MS = 5_000

const closers: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

// The wall clock: Redis and PostgreSQL have no other. On a whole second, as `created` is.
const now = (): number => Math.floor(Date.now() / 1000) * 1000
const clock = { now: () => Date.now() }
const server = (replay: ReplayStore) => world({ replay, clock, ...PATIENT_VERIFIER })
/** With the default deadlines, for a store whose refusals are looked at. */
const hurriedServer = (replay: ReplayStore) => world({ replay, clock })
/** Its first claim makes the mark; long ago, so that it affects no other test. */
const settle = async (replay: ReplayStore, client?: Redis): Promise<void> => {
  const createdMs = Date.now() - 3_600_000
  const claim = { keyId: 'k', nonce: 'the-first-of-all', createdMs, expiresAtMs: createdMs + 1, nowMs: createdMs }
  await replay.claim(claim)
  if (client !== undefined) await ageMark(client, 3_600_000)
}

interface Broken {
  readonly redis: RedisServer
  readonly client: Redis
  readonly replay: ReplayStore
  /** On the same server, with the default deadline. */
  readonly hurried: ReplayStore
}

async function redis(config: readonly string[] = []): Promise<Broken> {
  const started = (await startRedis({ config })) as RedisServer
  closers.push(() => started.stop())
  const client = new Redis({ port: started.port, maxRetriesPerRequest: 0, retryStrategy: () => 20 })
  client.on('error', () => {})
  closers.push(() => client.disconnect())
  const replay = redisReplayStore({ client, ...PATIENT })
  await settle(replay, client)
  const hurried = redisReplayStore({ client })
  await hurried.check()
  return { redis: started, client, replay, hurried }
}

/** What is done to a real server, and how it is made to work again. */
const BREAK: Readonly<Record<string, (broken: Broken) => unknown>> = {
  'is killed': ({ redis }) => redis.kill(),
  'is suspended (SIGSTOP)': ({ redis }) => redis.pause(),
  'is out of memory': async ({ client }) => {
    await client.set('a lot', 'x'.repeat(2_000_000))
    await client.config('SET', 'maxmemory', '1mb')
  },
  'is a replica that only reads': ({ client }) => client.call('REPLICAOF', '127.0.0.1', '1'),
  'has not the replicas it must have': ({ client }) => client.config('SET', 'min-replicas-to-write', '1'),
}

const onRedis = (number: number, how: string, body: (shows: Shows) => unknown): void => {
  if (hasRedis) attack(number, `${how}, Redis`, body)
  else describe.skip(`${number}. ${how} [SKIPPED: no redis-server on this machine]`, () => {})
}

attacks('replay-servers', () => {
  const faulty: Readonly<Record<string, ReplayStore>> = {
    'throws at once': {
      claim: () => {
        throw new Error('READONLY You can not write against a read only replica')
      },
    },
    rejects: { claim: () => Promise.reject(new Error('OOM command not allowed')) },
    hangs: { claim: () => new Promise(() => {}) },
    'answers something else': { claim: () => 'OK' as never },
    'answers nothing': { claim: () => null as never },
  }
  for (const [how, replay] of Object.entries(faulty)) {
    attack(16, `the store ${how}`, async (shows) => {
      const { judge } = hurriedServer(replay)
      const signed = await sign(order(), { nowMs: now() })
      const started = performance.now()
      shows(await judge(signed), 'STORE_UNAVAILABLE')
      expect(performance.now() - started).toBeLessThan(LATE_MS)
    })
  }

  attack(16, 'over a socket, with a store that hangs', async (shows) => {
    const host = await start('node', { replay: faulty['hangs'] as ReplayStore, clock })
    const answer = await host.send(await sign(order(), { nowMs: now() }))
    shows(answer.code, 'STORE_UNAVAILABLE')
    expect([answer.status, answer.headers['retry-after'], host.reached()]).toEqual([503, '1', 0])
  })

  for (const [how, damage] of Object.entries(BREAK)) {
    onRedis(16, `the server ${how}`, async (shows) => {
      const broken = await redis()
      shows(await server(broken.replay).judge(await sign(order(), { nowMs: now() })), 'ok')
      const { judge } = hurriedServer(broken.hurried)
      await damage(broken)
      const signed = await sign(order(), { nowMs: now() })
      const started = performance.now()
      shows(await judge(signed), 'STORE_UNAVAILABLE')
      expect(performance.now() - started).toBeLessThan(LATE_MS)
    })
  }

  attack(16, 'the connection of a Postgres store is gone', async (shows) => {
    const query = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
    const { judge } = server(postgresReplayStore({ query }))
    shows(await judge(await sign(order(), { nowMs: now() })), 'STORE_UNAVAILABLE')
  })

  onRedis(16, 'over a socket: 503, when to come back, and nothing else', async (shows) => {
    const broken = await redis()
    const host = await start('node', { replay: broken.hurried, clock })
    await broken.redis.kill()
    const answer = await host.send(await sign(order(), { nowMs: now() }))
    shows(answer.code, 'STORE_UNAVAILABLE')
    expect([answer.status, answer.headers['retry-after'], host.reached()]).toEqual([503, '1', 0])
  })

  onRedis(16, 'killed and started again, empty: what it has forgotten is not accepted again', async (shows) => {
    const broken = await redis()
    const signed = await sign(order(), { nowMs: now() })
    shows(await server(broken.replay).judge(signed), 'ok')
    await broken.redis.restart()
    // Another process, which has not seen it.
    const other = redisReplayStore({ client: broken.client, ...PATIENT })
    shows(await server(other).judge(signed), 'REPLAY_BARRIER')
  })

  onRedis(17, 'the socket is cut after SET has run', async (shows) => {
    const { client, replay: usual } = await redis()
    let armed = true
    const replay = redisReplayStore({
      ...PATIENT,
      client: {
        call: async (name, ...args) => {
          const answer = await client.call(name, ...args)
          if (name !== 'SET' || args[0]?.includes('epoch') || !armed) return answer
          armed = false
          throw new Error('Connection is closed.')
        },
      },
    })
    const signed = await sign(order(), { nowMs: now() })
    shows(await server(replay).judge(signed), 'ok')
    expect(armed).toBe(false)
    shows(await server(replay).judge(signed), 'REPLAY')
    shows(await server(usual).judge(signed), 'REPLAY')
  })

  // These two need no server: what a Redis answers, from a map.
  const mapped = () => {
    const entries = new Map<string, string>()
    const lose = { next: false }
    const set = async (key: string, token: string): Promise<string | null> => {
      const held = entries.get(key) ?? null
      if (held === null) entries.set(key, token)
      if (!lose.next || key.includes('epoch')) return held
      lose.next = false
      throw new Error('Socket closed unexpectedly')
    }
    return { entries, lose, open: () => redisReplayStore({ client: { set }, ...PATIENT, onWarning: () => {} }) }
  }

  attack(16, 'emptied, commands of the caller', async (shows) => {
    const { entries, open } = mapped()
    const replay = open()
    await settle(replay)
    const signed = await sign(order(), { nowMs: now() })
    shows(await server(replay).judge(signed), 'ok')
    entries.clear()
    shows(await server(open()).judge(signed), 'REPLAY_BARRIER')
  })

  attack(17, 'the reply is lost, commands of the caller', async (shows) => {
    const { lose, open } = mapped()
    const replay = open()
    await settle(replay)
    const signed = await sign(order(), { nowMs: now() })
    lose.next = true
    shows(await server(replay).judge(signed), 'ok')
    expect(lose.next).toBe(false)
    shows(await server(replay).judge(signed), 'REPLAY')
    shows(await server(open()).judge(signed), 'REPLAY')
  })

  attack(16, 'the store comes back empty, commands of the caller', async (shows) => {
    const { entries, open } = mapped()
    const replay = open()
    await settle(replay)
    const signed = await sign(order(), { nowMs: now() })
    shows(await server(replay).judge(signed), 'ok')
    entries.clear()
    shows(await server(open()).judge(signed), 'REPLAY_BARRIER')
  })
})
