import { RateLimiterMemory } from 'rate-limiter-flexible'
import { describe, expect, it } from 'vitest'
import type { KeyRecord, RateRule } from '../../../src/access/key-record.js'
import {
  assertRateRule,
  bucketName,
  keyBucket,
  ownerBucket,
  peerBucket,
  type RateAnswer,
  type RateLimiter,
  type RateLimits,
} from '../../../src/access/rate-limit.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import type { VerifyingKey } from '../../../src/crypto/key.js'
import { randomBytes, randomNonce } from '../../../src/crypto/random.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { flexibleLimiter } from '../../../src/server/rate-limiter-flexible.js'
import { rateLimits } from '../../../src/server/rate-limits.js'
import type { ReplayStore } from '../../../src/server/replay/replay-store.js'
import { refusalResponse } from '../../../src/server/respond.js'
import type { Verdict } from '../../../src/server/verdict.js'
import { createVerifier, type VerifyContext } from '../../../src/server/verifier.js'
import { verdictCode } from '../../expect-code.js'

const nowMs = 1_790_000_000_000
const limited = { ok: false, code: 'RATE_LIMITED', status: 429 }
const unavailable = { ok: false, code: 'STORE_UNAVAILABLE', status: 503 }
const newKey = (keyId: string) => hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) })
type Key = ReturnType<typeof newKey>
const [k1, k2, other] = [newKey('k1'), newKey('k2'), newKey('other')]

const sign = (by: Key): HttpRequest =>
  signPreparedSync(
    rfc9421({ key: by }).scheme.prepare(httpRequest({ url: 'https://api.example.com/v1/orders' }), {
      keyId: by.keyId,
      algorithm: by.algorithm,
      nowMs,
      nonce: randomNonce(),
    }),
    by,
  )
/** The key id of one key, the signature of another. */
const forged = (keyId: string): HttpRequest =>
  sign(hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) }))

const perRule = (limit: number, windowMs = 60_000): RateLimiter =>
  flexibleLimiter({ make: (rule) => new RateLimiterMemory(rule), default: { limit, windowMs } })

interface Shop {
  readonly asked: string[]
  verifies: number
  claims: number
  send(request: HttpRequest, context?: VerifyContext): Promise<Verdict>
}

/** A verifier that counts how often its keys are asked for, used, and its nonces claimed. */
function shop(
  limits: RateLimits,
  records: readonly KeyRecord[] = [{ key: k1, owner: 'alice' }],
  storeTimeoutMs = 250,
): Shop {
  const seen = new Set<string>()
  const replay: ReplayStore = {
    claim: ({ keyId, nonce }) => {
      made.claims++
      const entry = `${keyId} ${nonce}`
      if (seen.has(entry)) return 'replay'
      seen.add(entry)
      return 'claimed'
    },
  }
  const spied = (key: VerifyingKey): VerifyingKey => ({
    keyId: key.keyId,
    algorithm: key.algorithm,
    verify: (base, signature) => {
      made.verifies++
      return key.verify(base, signature)
    },
  })
  const byId = new Map(records.map((record) => [record.key.keyId, { ...record, key: spied(record.key) }]))
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: {
      get: (keyId) => {
        made.asked.push(keyId)
        return byId.get(keyId)
      },
    },
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay,
    clock: { now: () => nowMs },
    limits: rateLimits(limits),
    storeTimeoutMs,
  })
  const made: Shop = {
    asked: [],
    verifies: 0,
    claims: 0,
    send: (request, context = { clientIp: '192.0.2.1' }) => verifier.verify(request, context),
  }
  return made
}

const codes = (verdicts: readonly Verdict[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const verdict of verdicts) {
    const code = verdictCode(verdict)
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}

describe('the limit of an address', () => {
  it('acts before any key is looked up or used, and reveals nothing about keys', async () => {
    const made = shop({ peer: perRule(2) })
    const { asked, send } = made
    for (let i = 0; i < 2; i++) expect(await send(forged('k1'))).toMatchObject({ ok: false, code: 'SIGNATURE_INVALID' })
    expect(asked).toHaveLength(2)
    const answers: unknown[] = []
    for (const request of [forged('k1'), forged('nobody'), sign(k1)]) {
      const verdict = await send(request)
      expect(verdict).toMatchObject(limited)
      if (!verdict.ok) answers.push(refusalResponse({ ...verdict, retryAfterMs: 1 }, { challenges: [] }))
    }
    expect(asked).toHaveLength(2)
    expect(made).toMatchObject({ claims: 0, verifies: 2 })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  it('lets a flood of 10 000 wrong signatures cost as many verifications as the limit', async () => {
    const made = shop({ peer: perRule(30) })
    const wrong = forged('k1')
    const verdicts = await Promise.all(Array.from({ length: 10_000 }, () => made.send(wrong)))
    expect(codes(verdicts)).toEqual({ SIGNATURE_INVALID: 30, RATE_LIMITED: 9_970 })
    expect(made.verifies).toBe(30)
    expect(made.asked).toHaveLength(30)
  })

  it('gives accepted requests back', async () => {
    const { send } = shop({ peer: perRule(1) })
    for (let i = 0; i < 20; i++) expect(await send(sign(k1))).toMatchObject({ ok: true })
    await send(forged('k1'))
    expect(await send(sign(k1))).toMatchObject(limited)
  })

  it('keeps a replay counted: it is not an accepted request', async () => {
    const { send } = shop({ peer: perRule(3) })
    const captured = sign(k1)
    await send(captured)
    const rest: Verdict[] = []
    for (let i = 0; i < 5; i++) rest.push(await send(captured))
    expect(codes(rest)).toEqual({ REPLAY: 3, RATE_LIMITED: 2 })
  })

  it('counts all unknown ids of an address together', async () => {
    const { send, asked } = shop({ peer: perRule(5) })
    const verdicts: Verdict[] = []
    for (let i = 0; i < 20; i++) verdicts.push(await send(forged(`guess-${i}`)))
    expect(codes(verdicts)).toEqual({ KEY_UNKNOWN: 5, RATE_LIMITED: 15 })
    expect(asked).toHaveLength(5)
    expect(await send(forged('guess-0'), { clientIp: '192.0.2.2' })).toMatchObject({ code: 'KEY_UNKNOWN' })
  })

  it.each<[string, string | undefined, string | undefined, boolean]>([
    ['a network of 64 bits', '2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', true],
    ['two networks of 64 bits', '2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['IPv4 and the same mapped', '192.0.2.1', '::ffff:192.0.2.1', true],
    ['IPv4 and the same mapped, in groups', '192.0.2.1', '::ffff:c000:201', true],
    ['IPv4 and IPv6 of the same bits', '192.0.2.1', '::192.0.2.1', false],
    ['two of IPv4', '192.0.2.1', '192.0.2.2', false],
    ['an unknown address and nonsense', undefined, '192.0.2.999', true],
    ['an unknown address and a known one', undefined, '192.0.2.1', false],
  ])('%s: %s, %s share a bucket: %s', async (_, one, two, shared) => {
    expect(peerBucket(one) === peerBucket(two)).toBe(shared)
    const { send } = shop({ peer: perRule(1) })
    expect(await send(forged('k1'), { clientIp: one })).toMatchObject({ code: 'SIGNATURE_INVALID' })
    expect(await send(forged('k1'), { clientIp: two })).toMatchObject({
      code: shared ? 'RATE_LIMITED' : 'SIGNATURE_INVALID',
    })
  })

  it('does not depend on how fast the limiter takes back, or whether it can', async () => {
    const gives: Array<RateAnswer['give']> = [
      () => new Promise(() => {}),
      () => Promise.reject(new Error('down')),
      () => {
        throw new Error('down')
      },
      (() => 'given') as never,
      undefined,
    ]
    for (const give of gives) {
      const peer: RateLimiter = { take: () => ({ ok: true, retryAfterMs: 0, ...(give && { give }) }) }
      const started = performance.now()
      expect(await shop({ peer }).send(sign(k1))).toMatchObject({ ok: true })
      expect(performance.now() - started).toBeLessThan(2_000)
    }
  })
})

describe('the limits of a key and of an owner', () => {
  it('are exact for 100 at once, and counted once each', async () => {
    const { send } = shop({ key: perRule(30), owner: perRule(40), peer: perRule(1_000) })
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => send(sign(k1))))
    expect(codes(verdicts)).toEqual({ ok: 30, RATE_LIMITED: 70 })
  })

  it('are taken last: neither a wrong signature nor a replay takes anything from a key', async () => {
    const { send } = shop({ key: perRule(2), owner: perRule(2) })
    const captured = sign(k1)
    expect(await send(captured)).toMatchObject({ ok: true })
    for (let i = 0; i < 10; i++) {
      expect(await send(captured)).toMatchObject({ code: 'REPLAY' })
      expect(await send(forged('k1'))).toMatchObject({ code: 'SIGNATURE_INVALID' })
      expect(await send(sign(k1), { scope: 'a:b' })).toMatchObject({ code: 'SCOPE_DENIED' })
    }
    expect(await send(sign(k1))).toMatchObject({ ok: true })
    expect(await send(sign(k1))).toMatchObject(limited)
  })

  it('are shared by a key and its successor, and by no other key', async () => {
    const records = [{ key: k1, lineage: 'k1' }, { key: k2, lineage: 'k1' }, { key: other }]
    const { send } = shop({ key: perRule(3) }, records)
    expect(codes([await send(sign(k1)), await send(sign(k2)), await send(sign(k2))])).toEqual({ ok: 3 })
    expect(await send(sign(k1))).toMatchObject(limited)
    expect(await send(sign(k2))).toMatchObject(limited)
    expect(await send(sign(other))).toMatchObject({ ok: true })
  })

  it('hold an owner over all keys, and keys without an owner each for themselves', async () => {
    const owned = shop({ owner: perRule(2) }, [
      { key: k1, owner: 'a' },
      { key: k2, owner: 'a' },
      { key: other, owner: 'b' },
    ])
    expect(codes([await owned.send(sign(k1)), await owned.send(sign(k2))])).toEqual({ ok: 2 })
    expect(await owned.send(sign(k1))).toMatchObject(limited)
    expect(await owned.send(sign(other))).toMatchObject({ ok: true })
    const free = shop({ owner: perRule(1) }, [{ key: k1 }, { key: k2 }])
    expect(codes([await free.send(sign(k1)), await free.send(sign(k2)), await free.send(sign(k2))])).toEqual({
      ok: 2,
      RATE_LIMITED: 1,
    })
  })

  it('take nothing from a key whose owner is over the limit', async () => {
    const taken: number[] = []
    const spy: RateLimiter = {
      take: () => {
        taken.push(1)
        return { ok: true, retryAfterMs: 0, give: () => void taken.pop() }
      },
    }
    const two = shop({ key: spy, owner: perRule(1) })
    expect(await two.send(sign(k1))).toMatchObject({ ok: true })
    expect(await two.send(sign(k1))).toMatchObject(limited)
    expect(taken).toHaveLength(1)
  })

  it('follow the rule of the key where it has one', async () => {
    const { send } = shop({ key: perRule(1) }, [{ key: k1, rateLimit: { limit: 4, windowMs: 60_000 } }, { key: k2 }])
    const ofOne = await Promise.all(Array.from({ length: 10 }, () => send(sign(k1))))
    const ofTwo = await Promise.all(Array.from({ length: 10 }, () => send(sign(k2))))
    expect([codes(ofOne), codes(ofTwo)]).toEqual([
      { ok: 4, RATE_LIMITED: 6 },
      { ok: 1, RATE_LIMITED: 9 },
    ])
  })

  it('count what a request costs; a free one calls no limiter', async () => {
    const { send } = shop({ key: perRule(10), owner: perRule(10) })
    expect(await send(sign(k1), { cost: 7 })).toMatchObject({ ok: true })
    expect(await send(sign(k1), { cost: 3 })).toMatchObject({ ok: true })
    expect(await send(sign(k1), { cost: 1 })).toMatchObject(limited)
    expect(await send(sign(k1), { cost: 0 })).toMatchObject({ ok: true })
  })

  it.each([-1, -1_000_000, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuse a cost of %s', async (cost) => {
    const { send } = shop({ key: perRule(10) })
    expect(await send(sign(k1), { cost: cost as number })).toMatchObject({
      ok: false,
      code: 'HOST_FAULT',
      status: 500,
    })
  })

  it.each<[string, unknown]>([
    ['no limit', { windowMs: 60_000 }],
    ['a limit of nothing', { limit: 0, windowMs: 60_000 }],
    ['a limit without end', { limit: Number.POSITIVE_INFINITY, windowMs: 60_000 }],
    ['texts', { limit: '5', windowMs: '60000' }],
    ['a window of nothing', { limit: 5, windowMs: 0 }],
    ['a window of more than a year', { limit: 5, windowMs: 4e10 }],
    ['null', null],
    [
      'a getter that throws',
      Object.defineProperty({ windowMs: 1 }, 'limit', {
        get: () => {
          throw new Error('boo')
        },
      }),
    ],
  ])('fail closed for a rule of a key with %s', async (_, rule) => {
    const { send } = shop({ key: perRule(10) }, [{ key: k1, rateLimit: rule as RateRule }])
    expect(await send(sign(k1))).toMatchObject({ ok: false, code: 'KEY_SOURCE_FAILED', status: 503 })
    expect(() => assertRateRule(rule as RateRule)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

describe('what a rate may be', () => {
  it('ends at a thousand million requests and at a year, both included', () => {
    expect(() => assertRateRule({ limit: 1e9, windowMs: 366 * 86_400_000 })).not.toThrow()
    expect(() => assertRateRule({ limit: 1, windowMs: 1 })).not.toThrow()
    expect(() => assertRateRule({ limit: 1e9 + 1, windowMs: 1 })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
    expect(() => assertRateRule({ limit: 1, windowMs: 366 * 86_400_000 + 1 })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  it('may ask for the longest wait that a number can hold', async () => {
    const peer: RateLimiter = { take: () => ({ ok: false, retryAfterMs: Number.MAX_SAFE_INTEGER }) }
    expect(await shop({ peer }).send(sign(k1))).toMatchObject({ ...limited, retryAfterMs: Number.MAX_SAFE_INTEGER })
  })
})

describe('when to come back', () => {
  it('is what the limiter says, in the verdict and in the answer', async () => {
    const over = (retryAfterMs: number): RateLimiter => ({ take: () => ({ ok: false, retryAfterMs }) })
    for (const [limits, wait, header] of [
      [{ peer: over(12_345) }, 12_345, '13'],
      [{ key: over(60_000) }, 60_000, '60'],
      [{ owner: over(0) }, 0, '1'],
    ] as ReadonlyArray<readonly [RateLimits, number, string]>) {
      const verdict = await shop(limits).send(sign(k1))
      expect(verdict).toMatchObject({ ...limited, retryAfterMs: wait })
      if (verdict.ok) throw new Error('accepted')
      expect(refusalResponse(verdict, { challenges: [] })).toMatchObject({
        status: 429,
        headers: { 'retry-after': header },
      })
    }
  })
})

describe('a limiter that is not well', () => {
  const unwell: ReadonlyArray<readonly [string, () => unknown]> = [
    [
      'throws',
      () => {
        throw new Error('redis://:canary@host')
      },
    ],
    ['rejects', () => Promise.reject(new Error('redis://:canary@host'))],
    ['hangs', () => new Promise(() => {})],
    ['answers nothing', () => undefined],
    ['answers null', () => null],
    ['answers yes', () => true],
    ['answers a truthy ok', () => ({ ok: 1, retryAfterMs: 0 })],
    ['does not say for how long', () => ({ ok: false })],
    ['says NaN', () => ({ ok: false, retryAfterMs: Number.NaN })],
    ['says for ever', () => ({ ok: false, retryAfterMs: Number.POSITIVE_INFINITY })],
    ['says before now', () => ({ ok: false, retryAfterMs: -1 })],
    ['says a text', () => ({ ok: false, retryAfterMs: '5' })],
    [
      'answers what throws when read',
      () =>
        Object.defineProperty({}, 'ok', {
          get: () => {
            throw new Error('boo')
          },
        }),
    ],
  ]
  const kinds = ['peer', 'key', 'owner'] as const
  it.each(unwell.flatMap(([how, take]) => kinds.map((kind) => [how, kind, take] as const)))(
    'that %s (%s) is a 503 in time, never a pass',
    async (_, kind, take) => {
      const started = performance.now()
      const verdict = await shop({ [kind]: { take: take as RateLimiter['take'] } }, undefined, 20).send(sign(k1))
      expect(verdict).toMatchObject({ ...unavailable, retryAfterMs: 1_000 })
      expect(JSON.stringify(verdict)).not.toContain('canary')
      // The deadline of this verifier is 20 ms; the default of others would be 250.
      expect(performance.now() - started).toBeLessThan(2_000)
    },
  )
})

describe('buckets', () => {
  it('are named apart, whatever ids hold', () => {
    const record = (rest: Partial<KeyRecord>): KeyRecord => ({ key: k1, ...rest })
    const names = [
      peerBucket('192.0.2.1'),
      keyBucket('k1', record({})),
      ownerBucket('k1', record({})),
      ownerBucket('k1', record({ owner: 'k1' })),
      ownerBucket('k1', record({ owner: '' })),
      ownerBucket('k1', record({ owner: 'k1\n' })),
      ownerBucket('k1', record({ owner: 'x'.repeat(97) })),
      ownerBucket('k1', record({ owner: 'x'.repeat(1_000_000) })),
      // An owner who calls himself like the hash of another.
      ownerBucket('k1', record({ owner: bucketName('owner', 'x'.repeat(97)).slice('owner:'.length) })),
    ]
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9:._@#-]{1,128}$/)
  })

  it('are named by the id up to 96 characters of a plain alphabet, and by its hash beyond', () => {
    expect(bucketName('key', 'x'.repeat(96))).toBe(`key:${'x'.repeat(96)}`)
    expect(bucketName('key', 'x'.repeat(97))).toMatch(/^key:#[\w-]{43}$/)
    expect(bucketName('key', 'a b')).toMatch(/^key:#[\w-]{43}$/)
    for (const id of [undefined, 5, ['a'], { toString: () => 'a' }])
      expect(() => bucketName('owner', id)).toThrow(
        expect.objectContaining({ code: 'KEY_SOURCE_FAILED', message: expect.stringContaining('owner') }),
      )
  })

  it('are not named by what is no text', async () => {
    const { send } = shop({ key: perRule(5), owner: perRule(5) }, [
      { key: k1, owner: { toString: () => 'a' } as never },
    ])
    expect(await send(sign(k1))).toMatchObject({ ok: false, code: 'KEY_SOURCE_FAILED', status: 503 })
  })
})

it.each<readonly [string, object, RegExp]>([
  ['a limiter', { peer: {} }, /^"peer" must be a limiter with take\(\), got an object$/],
  ['null for a limiter', { key: null }, /^"key" must be a limiter with take\(\), got null$/],
  [
    'limits that limit nothing',
    {},
    /^rateLimits: at least one of "peer", "key" and "owner" must be a limiter, got none$/,
  ],
  ['none but undefined', { peer: undefined }, /at least one of "peer", "key" and "owner"/],
  ['a misspelt limit', { peers: { take: () => {} } }, /unknown option "peers"; did you mean "peer"\?/],
])('rateLimits refuses %s by name', (_, limits, message) => {
  expect(() => rateLimits(limits as never)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
  )
})

it('takes a limiter that is undefined for one that was left out', async () => {
  const taken: string[] = []
  const key = { take: (bucket: string) => ({ ok: taken.push(bucket) > 0, retryAfterMs: 0 }) }
  expect(rateLimits({ peer: undefined as never, key }).arrived({} as never, 1)).toBeUndefined()
  expect(rateLimits({ peer: key, key: undefined as never }).count({} as never, 1)).toBeUndefined()
  expect(taken).toEqual([])
})
