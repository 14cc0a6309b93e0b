import { Redis } from 'ioredis'
import {
  BurstyRateLimiter,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RateLimiterUnion,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible'
import { createClient } from 'redis'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RateLimiter } from '../../../src/access/rate-limit.js'
import {
  type FlexibleLimiterLike,
  type FlexibleRule,
  flexibleLimiter,
} from '../../../src/server/rate-limiter-flexible.js'
import { describeRedis, type RedisServer, startRedis } from '../../servers/redis.js'

const memory = (points: number, duration = 60): RateLimiterMemory => new RateLimiterMemory({ points, duration })
const perRule = (limit: number, windowMs = 60_000, maxRules = 1_000): RateLimiter =>
  flexibleLimiter({ make: (rule) => new RateLimiterMemory(rule), default: { limit, windowMs }, maxRules })

const taken = async (limiter: RateLimiter, bucket: string, times: number, cost = 1): Promise<number> => {
  const answers = await Promise.all(Array.from({ length: times }, () => limiter.take(bucket, cost)))
  return answers.filter(({ ok }) => ok).length
}
const down = expect.objectContaining({ code: 'STORE_UNAVAILABLE' })
const wrong = expect.objectContaining({ code: 'CONFIG_INVALID' })

describe('flexibleLimiter over a limiter in memory', () => {
  it('gives exactly the limit to 100 at once, and says when to come back', async () => {
    const limiter = flexibleLimiter(memory(30))
    expect(await taken(limiter, 'ip:1', 100)).toBe(30)
    const over = await limiter.take('ip:1', 1)
    expect(over.ok).toBe(false)
    expect(over.retryAfterMs).toBeGreaterThan(58_000)
    expect(over.retryAfterMs).toBeLessThanOrEqual(60_000)
    expect(await taken(limiter, 'ip:2', 1)).toBe(1)
  })

  it('counts what a request costs', async () => {
    const limiter = flexibleLimiter(memory(10))
    expect(await taken(limiter, 'key:a', 3, 5)).toBe(2)
  })

  it('gives back what was taken, once the request was good', async () => {
    const limiter = flexibleLimiter(memory(1))
    for (let i = 0; i < 5; i++) {
      const answer = await limiter.take('ip:1', 1)
      expect(answer.ok).toBe(true)
      await answer.give?.()
    }
  })

  it('gives nothing back into the next window, which would widen it', async () => {
    vi.useFakeTimers()
    try {
      const limiter = flexibleLimiter(memory(2, 1))
      const late = await limiter.take('ip:1', 1)
      vi.advanceTimersByTime(1_001)
      await late.give?.()
      expect(await taken(limiter, 'ip:1', 10)).toBe(2)
      // Nor so late that it may arrive there.
      vi.advanceTimersByTime(1_001)
      const close = await limiter.take('ip:2', 1)
      vi.advanceTimersByTime(900)
      await close.give?.()
      expect(await taken(limiter, 'ip:2', 10)).toBe(1)
    } finally {
      vi.useRealTimers()
    }
  })

  it('takes a limiter that cannot give back', async () => {
    const bursty = new BurstyRateLimiter(
      memory(2),
      new RateLimiterMemory({ keyPrefix: 'burst', points: 1, duration: 60 }),
    )
    const limiter = flexibleLimiter(bursty)
    expect(await taken(limiter, 'k', 10)).toBe(3)
    const consumeOnly: FlexibleLimiterLike = { consume: () => Promise.resolve(new RateLimiterRes(1, 1_000, 1)) }
    const answer = await flexibleLimiter(consumeOnly).take('k', 1)
    expect(answer.ok).toBe(true)
    expect(answer.give?.()).toBeUndefined()
  })
})

describe('over the limit and down are different outcomes', () => {
  const saying = (consume: () => unknown): RateLimiter => flexibleLimiter({ consume: async () => consume() })
  const rejecting = (reason: unknown): RateLimiter => flexibleLimiter({ consume: () => Promise.reject(reason) })

  it.each<[string, unknown]>([
    ['an error', new Error('connect ECONNREFUSED redis://:secret@10.0.0.1')],
    ['an error that looks like an answer', Object.assign(new Error('x'), { msBeforeNext: 5, consumedPoints: 1 })],
    ['nothing', undefined],
    ['null', null],
    ['a text', 'over'],
    ['an object without a time', {}],
    ['a time that is a text', { msBeforeNext: '5', consumedPoints: 1 }],
    ['a time that is no number', { msBeforeNext: Number.NaN, consumedPoints: 1 }],
    ['a time without end', { msBeforeNext: Number.POSITIVE_INFINITY, consumedPoints: 1 }],
    ['a time before now', { msBeforeNext: -1, consumedPoints: 1 }],
    ['a count that is no number', { msBeforeNext: 5, consumedPoints: Number.NaN }],
  ])('%s is never a yes and never a 429', async (_, value) => {
    await expect(rejecting(value).take('k', 1)).rejects.toThrow(down)
    await expect(saying(() => value).take('k', 1)).rejects.toThrow(down)
    await expect(rejecting(value).take('k', 1)).rejects.not.toThrow(/secret/)
  })

  it('does not guess what a union of limiters means', async () => {
    const union = new RateLimiterUnion(
      new RateLimiterMemory({ keyPrefix: 'a', points: 1, duration: 60 }),
      new RateLimiterMemory({ keyPrefix: 'b', points: 5, duration: 60 }),
    )
    await expect(flexibleLimiter(union as unknown as FlexibleLimiterLike).take('k', 1)).rejects.toThrow(down)
  })

  it('takes the rejection of the library for what it is', async () => {
    expect(await rejecting(new RateLimiterRes(0, 7, 3)).take('k', 1)).toMatchObject({ ok: false, retryAfterMs: 7 })
    // What a block in memory rejects with has counted nothing.
    expect(await rejecting(new RateLimiterRes(0, 7)).take('k', 1)).toMatchObject({ ok: false, retryAfterMs: 7 })
  })
})

describe('flexibleLimiter with a limiter for each rule', () => {
  it('holds each bucket to its own rule or the default', async () => {
    const limiter = perRule(3)
    const count = async (bucket: string, rule?: { limit: number; windowMs: number }): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => limiter.take(bucket, 1, rule)))
      return answers.filter(({ ok }) => ok).length
    }
    expect(await count('key:a')).toBe(3)
    expect(await count('key:b', { limit: 7, windowMs: 60_000 })).toBe(7)
    expect(await count('key:c', { limit: 7, windowMs: 1_000 })).toBe(7)
    // The default, spelled out, is the default.
    expect(await count('key:a', { limit: 3, windowMs: 60_000 })).toBe(0)
    expect(await count('key:b', { limit: 7, windowMs: 60_000 })).toBe(0)
  })

  it('asks for a limiter once a rule, spelled as the library does', async () => {
    const asked: FlexibleRule[] = []
    const limiter = flexibleLimiter({
      make: (rule) => {
        asked.push(rule)
        return new RateLimiterMemory(rule)
      },
      default: { limit: 5, windowMs: 1_500 },
    })
    for (let i = 0; i < 3; i++) await limiter.take('k', 1, { limit: 9, windowMs: 60_000 })
    await limiter.take('k', 1)
    expect(asked).toEqual([
      { limit: 5, windowMs: 1_500, points: 5, duration: 2, keyPrefix: 'rate:2' },
      { limit: 9, windowMs: 60_000, points: 9, duration: 60, keyPrefix: 'rate:60' },
    ])
  })

  it('keeps so many limiters, and drops none that still counts', async () => {
    vi.useFakeTimers()
    try {
      const limiter = perRule(1, 60_000, 2)
      const take = (limit: number): Promise<unknown> =>
        Promise.resolve().then(() => limiter.take('k', 1, { limit, windowMs: 10_000 }))
      await take(2)
      vi.advanceTimersByTime(9_000)
      await take(3)
      await expect(take(4)).rejects.toThrow(down)
      expect(await limiter.take('k', 1)).toMatchObject({ ok: true })
      vi.advanceTimersByTime(2_000)
      await take(4)
      await expect(take(5)).rejects.toThrow(down)
    } finally {
      vi.useRealTimers()
    }
  })

  it.each<[string, () => unknown]>([
    ['nothing', () => flexibleLimiter(undefined as never)],
    ['something that cannot consume', () => flexibleLimiter({} as never)],
    ['a limiter that never forgets', () => flexibleLimiter(new RateLimiterMemory({ points: 1, duration: 0 }))],
    ['a limiter of less than a second', () => flexibleLimiter(new RateLimiterMemory({ points: 1, duration: 0.5 }))],
    [
      'a limiter that delays',
      () => flexibleLimiter(new RateLimiterMemory({ points: 1, duration: 1, execEvenly: true })),
    ],
    [
      'a limiter that never forgets, wrapped',
      () =>
        flexibleLimiter(
          new RLWrapperTimeouts({ limiter: new RateLimiterMemory({ points: 1, duration: 0 }), timeoutMs: 50 }),
        ),
    ],
    [
      'a function that makes nothing',
      () => flexibleLimiter({ make: () => undefined as never, default: { limit: 1, windowMs: 1_000 } }),
    ],
    [
      'a function with its own limit',
      () => flexibleLimiter({ make: () => memory(1_000), default: { limit: 1, windowMs: 60_000 } }),
    ],
    [
      'a function with its own window',
      () => flexibleLimiter({ make: () => memory(5, 1), default: { limit: 5, windowMs: 60_000 } }),
    ],
    ['no default', () => flexibleLimiter({ make: (rule: FlexibleRule) => new RateLimiterMemory(rule) } as never)],
    ['a window its memory would forget', () => perRule(1, 25 * 86_400_000)],
    ['no limit', () => perRule(0)],
    ['no rules at all', () => perRule(1, 1_000, 0)],
  ])('is not made with %s', (_, make) => {
    expect(make).toThrow(wrong)
  })

  it('refuses a rule of a key that its memory would forget', async () => {
    const limiter = perRule(1)
    const month = { limit: 1, windowMs: 30 * 86_400_000 }
    expect(() => limiter.take('k', 1, month)).toThrow(wrong)
  })
})

describe('names', () => {
  it('are bounded and plain, whatever an id holds, and stay different', async () => {
    const seen: string[] = []
    const limiter = flexibleLimiter({
      consume: (key) => {
        seen.push(key)
        return Promise.resolve(new RateLimiterRes(1, 1_000, 1))
      },
    })
    const names = ['x'.repeat(1_000_000), 'x'.repeat(999_999), 'a\r\nDEL b', '{tag}', '\0', '', 'ключ', '../..', 'a b']
    for (const name of names) await limiter.take(name, 1)
    await limiter.take('key:k_live_1', 1)
    expect(new Set(seen).size).toBe(names.length + 1)
    for (const key of seen) expect(key).toMatch(/^[A-Za-z0-9:._@#-]{1,128}$/)
    expect(seen.at(-1)).toBe('key:k_live_1')
  })
})

describeRedis('flexibleLimiter over Redis', () => {
  let server: RedisServer
  let io: Redis
  let node: ReturnType<typeof createClient>

  beforeAll(async () => {
    server = (await startRedis()) as RedisServer
    io = new Redis(server.port, '127.0.0.1', { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true })
    io.on('error', () => {})
    await io.connect()
    node = createClient({ url: server.url, disableOfflineQueue: true })
    node.on('error', () => {})
    await node.connect()
  })
  afterAll(async () => {
    io.disconnect()
    node.destroy()
    await server.stop()
  })
  beforeEach(() => io.flushall())

  const clients = [
    ['ioredis', () => ({ storeClient: io })],
    ['redis', () => ({ storeClient: node, useRedisPackage: true })],
  ] as const

  it.each(clients)('%s: gives exactly the limit to 100 at once, from two processes’ limiters', async (_, client) => {
    const one = () =>
      flexibleLimiter({
        make: (rule) => new RateLimiterRedis({ ...client(), ...rule }),
        default: { limit: 30, windowMs: 60_000 },
      })
    const [a, b] = [one(), one()]
    const counts = await Promise.all([taken(a, 'key:k', 50), taken(b, 'key:k', 50)])
    expect(counts[0] + counts[1]).toBe(30)
    const over = await a.take('key:k', 1)
    expect(over).toMatchObject({ ok: false })
    expect(over.retryAfterMs).toBeGreaterThan(50_000)
    expect(await io.pttl('rate:60:key:k')).toBeGreaterThan(0)
  })

  it.each(clients)('%s: gives back, and keeps names short', async (_, client) => {
    const limiter = flexibleLimiter(new RateLimiterRedis({ ...client(), points: 1, duration: 60, keyPrefix: 'own' }))
    for (let i = 0; i < 3; i++) {
      const answer = await limiter.take(`owner:${'é'.repeat(100_000)}`, 1)
      expect(answer.ok).toBe(true)
      await answer.give?.()
    }
    const keys = await io.keys('*')
    expect(keys).toHaveLength(1)
    expect(keys[0]?.length).toBeLessThan(80)
  })

  it('a limit of a key that was changed goes on from what it has used', async () => {
    const limiter = flexibleLimiter({
      make: (rule) => new RateLimiterRedis({ storeClient: io, ...rule }),
      default: { limit: 1, windowMs: 1_000 },
    })
    for (let i = 0; i < 5; i++) await limiter.take('key:k', 1, { limit: 10, windowMs: 60_000 })
    expect(await limiter.take('key:k', 1, { limit: 5, windowMs: 60_000 })).toMatchObject({ ok: false })
    expect(await limiter.take('key:k', 1, { limit: 5, windowMs: 30_000 })).toMatchObject({ ok: true })
  })

  it('blocks a flood in memory, without asking Redis', async () => {
    const limiter = flexibleLimiter(
      new RateLimiterRedis({ storeClient: io, points: 5, duration: 60, keyPrefix: 'm', inMemoryBlockOnConsumed: 6 }),
    )
    expect(await taken(limiter, 'ip:1', 6)).toBe(5)
    const before = Number(/total_commands_processed:(\d+)/.exec(await io.info('stats'))?.[1])
    expect(await taken(limiter, 'ip:1', 500)).toBe(0)
    const after = Number(/total_commands_processed:(\d+)/.exec(await io.info('stats'))?.[1])
    expect(after - before).toBeLessThan(10)
    expect(await io.get('m:ip:1')).toBe('6')
  })

  const local = (points: number): RateLimiterMemory => new RateLimiterMemory({ points, duration: 60 })
  const store = (options: object = {}): RateLimiterRedis =>
    new RateLimiterRedis({ storeClient: io, points: 5, duration: 60, ...options })

  it('a Redis that is gone: down, or local counting where there is an insurance', async () => {
    const bare = flexibleLimiter(store())
    const insured = flexibleLimiter(store({ keyPrefix: 'y', insuranceLimiter: local(3) }))
    expect(await taken(bare, 'ip:1', 1)).toBe(1)
    expect(await taken(insured, 'ip:1', 1)).toBe(1)
    await server.kill()
    try {
      await expect(bare.take('ip:1', 1)).rejects.toThrow(down)
      expect(await taken(insured, 'ip:1', 10)).toBe(3)
      expect(await insured.take('ip:1', 1)).toMatchObject({ ok: false })
    } finally {
      await server.restart()
      await vi.waitFor(() => io.flushall(), { timeout: 10_000 })
    }
  })

  it('a Redis that hangs is no error to the library: its wrapper with a timeout makes it one', async () => {
    const bare = flexibleLimiter(new RLWrapperTimeouts({ limiter: store(), timeoutMs: 100 }))
    const insured = flexibleLimiter(
      new RLWrapperTimeouts({ limiter: store({ keyPrefix: 'y', insuranceLimiter: local(3) }), timeoutMs: 100 }),
    )
    server.pause()
    try {
      await expect(bare.take('ip:1', 1)).rejects.toThrow(down)
      expect(await taken(insured, 'ip:1', 10)).toBe(3)
    } finally {
      server.resume()
    }
  })
})
