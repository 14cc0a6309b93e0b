import { describe, expect, test } from 'vitest'
import { peerBucket, type RateLimiter, type RateLimits } from '../../../src/access/rate-limit.js'
import { type RateLimiting, rateLimits } from '../../../src/server/rate-limits.js'
import type { Attempt } from '../../../src/server/refusal.js'
import { withCode } from '../../expect-code.js'

type Counted = Parameters<RateLimiting['count']>[0]

/** A limiter that notes what was taken and given back, and refuses where it is told to. */
function world(refuses?: keyof RateLimits) {
  const notes: unknown[] = []
  const limiter = (name: keyof RateLimits): RateLimiter => ({
    take: (...taken) => {
      notes.push([name, ...taken])
      return { ok: name !== refuses, retryAfterMs: 5_000, give: () => void notes.push(`${name} back`) }
    },
  })
  const attempt = { context: { clientIp: '192.0.2.1' }, retryAfterMs: undefined } as unknown as Attempt
  const rule = { limit: 5, windowMs: 1_000 }
  const counted = (context: object = {}): Counted =>
    ({ attempt: Object.assign(attempt, { context }), keyId: 'a', record: { owner: 'alice', rateLimit: rule } }) as never
  return { notes, limiter, attempt, counted, rule }
}

describe('the rate of an address', () => {
  test('is taken when its request arrives, and given back when it is accepted', async () => {
    const { notes, limiter, attempt } = world()
    const back = (await rateLimits({ peer: limiter('peer') }).arrived(attempt, 20)) as () => void
    expect(notes).toEqual([['peer', peerBucket('192.0.2.1'), 1, undefined]])
    back()
    expect(notes.slice(1)).toEqual(['peer back'])
    expect(attempt.retryAfterMs).toBeUndefined()
  })

  test('is a refusal where it is used up, with how long to wait', async () => {
    const { limiter, attempt } = world('peer')
    await expect(rateLimits({ peer: limiter('peer') }).arrived(attempt, 20)).rejects.toThrow(
      withCode('RATE_LIMITED', 'too many requests'),
    )
    expect(attempt.retryAfterMs).toBe(5_000)
  })

  test('is not asked for where addresses have none', () => {
    const { notes, limiter, attempt } = world()
    expect(rateLimits({ key: limiter('key') }).arrived(attempt, 20)).toBeUndefined()
    expect(notes).toEqual([])
  })
})

describe('the rates of a key and its owner', () => {
  test('are taken by what a request costs, the key by its own rule', async () => {
    for (const [context, cost] of [
      [{}, 1],
      [{ cost: 3 }, 3],
    ] as const) {
      const { notes, limiter, counted, rule } = world()
      await rateLimits({ key: limiter('key'), owner: limiter('owner') }).count(counted(context), 20)
      expect(notes).toEqual([
        ['key', expect.any(String), cost, rule],
        ['owner', expect.stringContaining('alice'), cost, undefined],
      ])
    }
  })

  test('are each taken alone where there is no other', async () => {
    for (const name of ['key', 'owner'] as const) {
      const { notes, limiter, counted } = world()
      await rateLimits({ [name]: limiter(name) }).count(counted(), 20)
      expect(notes).toEqual([[name, expect.any(String), 1, name === 'key' ? expect.anything() : undefined]])
    }
    const { notes, limiter, counted } = world()
    expect(rateLimits({ peer: limiter('peer') }).count(counted(), 20)).toBeUndefined()
    expect(notes).toEqual([])
  })

  test('are a refusal where they are used up, and a key gets back what its owner has not', async () => {
    const refused = withCode('RATE_LIMITED', 'too many requests')
    for (const [name, then] of [
      ['key', []],
      ['owner', [['owner', expect.any(String), 1, undefined], 'key back']],
    ] as const) {
      const { notes, limiter, counted, attempt } = world(name)
      const limits = rateLimits({ key: limiter('key'), owner: limiter('owner') })
      await expect(limits.count(counted(), 20)).rejects.toThrow(refused)
      expect(notes.slice(1)).toEqual(then)
      expect(attempt.retryAfterMs).toBe(5_000)
    }
  })
})

test('there must be a limiter, with take(), of an address, a key or an owner', () => {
  const { limiter } = world()
  for (const name of ['peer', 'key', 'owner'] as const)
    expect(() => rateLimits({ [name]: limiter(name) })).not.toThrow()
  for (const none of [undefined, {}, { peer: undefined }])
    expect(() => rateLimits(none as never)).toThrow(
      withCode('CONFIG_INVALID', 'at least one of "peer", "key" and "owner"'),
    )
  for (const [odd, text] of [
    [{ peer: {} }, '"peer" must be a limiter with take()'],
    [{ key: limiter('key'), owner: 5 }, '"owner" must be a limiter with take()'],
    [{ ip: limiter('peer') }, '"ip"'],
  ] as const)
    expect(() => rateLimits(odd as never)).toThrow(withCode('CONFIG_INVALID', text))
})
