import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { RateAnswer, RateLimiter } from '../../../../src/access/rate-limit.js'
import type { UntrustedSignature } from '../../../../src/schemes/scheme.js'
import { noReplayProtection } from '../../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { limit } from '../../../../src/server/rate-limits.js'
import type { Attempt } from '../../../../src/server/refusal.js'
import type { ReplayOutcome, ReplayStore } from '../../../../src/server/replay/replay-store.js'
import { claimForEver, claimNonce, replayClaim } from '../../../../src/server/steps/claim.js'
import { outcomeOf } from '../../../expect-code.js'

const NOW = 1_700_000_000_000
const base = new TextEncoder().encode('base')
const digest = createHash('sha256').update(base).digest('base64url')
const claim = { keyId: 'k', nonce: 'n', createdMs: NOW, expiresAtMs: NOW + 1, nowMs: NOW }
const signature = (nonce?: string) => ({ nonce, createdMs: NOW, expiresMs: undefined }) as UntrustedSignature

const outcome = async (run: () => unknown): Promise<unknown> => (await outcomeOf(run)) ?? 'claimed'

describe('what a store of nonces answers', () => {
  test.each<[unknown, unknown]>([
    ['claimed', 'claimed'],
    ['replay', 'REPLAY'],
    ['full', 'REPLAY_STORE_FULL'],
    ['barrier', 'REPLAY_BARRIER'],
    ['clock', 'CLOCK_UNSAFE'],
    [undefined, 'STORE_UNAVAILABLE'],
    [true, 'STORE_UNAVAILABLE'],
    ['constructor', 'STORE_UNAVAILABLE'],
  ])('%s is %s, at once or later', async (answer, code) => {
    for (const answered of [answer, Promise.resolve(answer)]) {
      const store = { claim: () => answered as ReplayOutcome }
      expect(await outcome(() => claimNonce(store as ReplayStore, claim, {} as Attempt, 1_000))).toBe(code)
    }
  })

  test.each([
    ['barrier', NOW + 2_000, 2_001],
    ['barrier', NOW, 1],
    ['barrier', NOW - 1, undefined],
    ['barrier', undefined, undefined],
    ['full', NOW + 2_000, undefined],
  ] as const)('%s with a barrier at %s makes the client wait %s', async (answer, barrierMs, waits) => {
    const attempt = {} as Attempt
    const store = { claim: () => answer, barrierMs } as unknown as ReplayStore
    await outcome(() => claimNonce(store, claim, attempt, 1_000))
    expect(attempt.retryAfterMs).toBe(waits)
  })
})

test('without a nonce the signed text is what must be new', () => {
  const policy = strictPolicy({ authorities: ['api.example.com'] })
  expect(replayClaim('k', signature('n'), base, policy, NOW).nonce).toBe('n')
  expect(replayClaim('k', signature(), base, policy, NOW).nonce).toBe(digest)
})

describe('a signature without a time', () => {
  const claimed = (untimed: Parameters<typeof claimForEver>[0], nonce?: string): Promise<unknown> =>
    outcome(() => claimForEver(untimed, 'k', signature(nonce), base, 1_000))

  test.each<[unknown, unknown]>([
    [true, 'claimed'],
    [false, 'REPLAY'],
    [undefined, 'STORE_UNAVAILABLE'],
    ['true', 'STORE_UNAVAILABLE'],
    [1, 'STORE_UNAVAILABLE'],
  ])('that a store answers with %s is %s, at once or later', async (answer, code) => {
    for (const answered of [answer, Promise.resolve(answer)])
      expect(await claimed({ claim: () => answered as boolean })).toBe(code)
  })

  test('is claimed by its nonce, or by the signed text', async () => {
    const asked: unknown[] = []
    const untimed = {
      claim: (...given: unknown[]) => {
        asked.push(given)
        return true
      },
    }
    await claimed(untimed, 'n')
    await claimed(untimed)
    expect(asked).toEqual([
      ['k', 'n'],
      ['k', digest],
    ])
  })

  test('needs a store, or the statement that there is none', async () => {
    expect(await claimed(undefined, 'n')).toBe('TIMESTAMP_MALFORMED')
    expect(await claimed(noReplayProtection, 'n')).toBe('claimed')
  })
})

describe('a bucket', () => {
  const limiterOf = (answer: RateAnswer): RateLimiter => ({ take: () => answer })

  test('that has room is taken from', async () => {
    const attempt = {} as Attempt
    const answer = { ok: true, retryAfterMs: 0 }
    expect(await limit(1_000, attempt, limiterOf(answer), 'k', 1)).toBe(answer)
    expect(attempt).toEqual({})
  })

  test('that is empty refuses, and the answer says how long to wait', async () => {
    const attempt = {} as Attempt
    const empty = limiterOf({ ok: false, retryAfterMs: 250 })
    await expect(limit(1_000, attempt, empty, 'k', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    expect(attempt.retryAfterMs).toBe(250)
  })
})
