import { describe, expect, test, vi } from 'vitest'
import { CountersignError } from '../../../src/errors.js'
import type { Coverage } from '../../../src/schemes/scheme.js'
import { verdictOf } from '../../../src/server/at-once.js'
import { rateLimits } from '../../../src/server/rate-limits.js'
import { streamedBody } from '../../../src/server/steps/streamed-body.js'
import type { VerifyContext } from '../../../src/server/verifier.js'
import { arriving, BODY, DIGEST, doing, NOW, type Parts, PLAIN, pipeline, plain } from './pipeline.js'

const PASSED = ['parse', 'get', 'verify', 'claim']
const TAKEN = ['key key:a 1', 'owner own:a 1']

describe('the steps of a verdict', () => {
  test('come in the order of what they cost and trust, and an accepted request costs its address nothing', async () => {
    const { judge, steps } = pipeline()
    expect(await judge({}, { clientIp: '192.0.2.1' })).toBe('ok')
    expect(steps).toEqual([expect.stringMatching(/^peer ip:\d+ 1$/), ...PASSED, ...TAKEN, 'give peer'])
  })

  const limited = () => ({ ok: false, retryAfterMs: 7_000 })
  const failing = () => {
    throw new Error('secret')
  }
  const bug = 'an unexpected Error while verifying'
  test.each<readonly [string, Parts, string, readonly string[]]>([
    ['an address over its rate', { at: { peer: limited } }, 'RATE_LIMITED 429: too many requests', []],
    ['a bug of a scheme', { at: { parse: failing } }, `HOST_FAULT 500: ${bug}`, ['parse']],
    [
      'what a scheme says of a message',
      {
        at: {
          parse: () => {
            throw new CountersignError('FIELD_MALFORMED', 'odd')
          },
        },
      },
      'AUTH_MALFORMED 400: odd',
      ['parse'],
    ],
    [
      'a signature that covers too little',
      { signature: { covers: new Set() } },
      'COMPONENT_MISSING 401: the signature does not cover the method',
      ['parse'],
    ],
    [
      'a signature that is too old',
      { signature: { createdMs: NOW - 300_001 } },
      'TIMESTAMP_EXPIRED 401: signed 300001 ms ago by the clock of this server, 300000 are allowed',
      ['parse'],
    ],
    [
      'an end that is demanded and not stated',
      { policy: { requireExpires: true } },
      'TIMESTAMP_MALFORMED 400: the signature does not state its end',
      ['parse'],
    ],
    [
      'a short nonce',
      { signature: { nonce: 'short' } },
      'NONCE_MALFORMED 400: there must be a nonce of 16 to 128 characters of A-Za-z0-9._~+/=-',
      ['parse'],
    ],
    [
      'a nonce that the policy demands and that is not there',
      { signature: { nonce: undefined } },
      'NONCE_MALFORMED 400: there must be a nonce of 16 to 128 characters of A-Za-z0-9._~+/=-',
      ['parse'],
    ],
    ['no key id', { signature: { keyId: undefined } }, 'AUTH_MALFORMED 400: the signature names no key', ['parse']],
    ['a key that is not known', { at: { get: () => undefined } }, 'KEY_UNKNOWN 401: no such key', ['parse', 'get']],
    ['a key that is null', { at: { get: () => null } }, 'KEY_UNKNOWN 401: no such key', ['parse', 'get']],
    ['a promise of no key', { at: { get: async () => undefined } }, 'KEY_UNKNOWN 401: no such key', ['parse', 'get']],
    [
      'a source that fails',
      { at: { get: failing } },
      'KEY_SOURCE_FAILED 503: the key source failed: an unexpected Error',
      ['parse', 'get'],
    ],
    [
      'a record that cannot be read',
      { at: { get: () => Object.defineProperty({}, 'key', { get: failing }) } },
      `STORE_UNAVAILABLE 503: ${bug}`,
      ['parse', 'get'],
    ],
    [
      'a key of another length',
      { signature: { signature: new Uint8Array(31) } },
      'SIGNATURE_MALFORMED 401: the signature must have 32 bytes, got 31',
      ['parse', 'get', 'verify'],
    ],
    [
      'a signature that does not match',
      { at: { verify: () => false } },
      'SIGNATURE_INVALID 401: the signature does not match',
      ['parse', 'get', 'verify'],
    ],
    [
      'a promise that it does not',
      { at: { verify: async () => false } },
      'SIGNATURE_INVALID 401: the signature does not match',
      ['parse', 'get', 'verify'],
    ],
    [
      'an answer that is none',
      { at: { verify: () => 1 } },
      'KEY_SOURCE_FAILED 503: the key returned neither true nor false',
      ['parse', 'get', 'verify'],
    ],
    [
      'a key that fails',
      { at: { verify: failing } },
      'KEY_SOURCE_FAILED 503: the key failed: an unexpected Error',
      ['parse', 'get', 'verify'],
    ],
    [
      'a passphrase that is not shown',
      { record: { passphrase: 'p' } },
      'PASSPHRASE_INVALID 401: the passphrase is not that of the key',
      ['parse', 'get', 'verify'],
    ],
    [
      'a passphrase that the key has not',
      { signature: { passphrase: { text: 'p' } } },
      'PASSPHRASE_INVALID 401: the passphrase is not that of the key',
      ['parse', 'get', 'verify'],
    ],
    // From here on the key has proven to be the sender's, and the true status can be said.
    [
      'a key that is revoked',
      { record: { status: 'revoked' } },
      'KEY_REVOKED 401: the key may not be used for this now, or from here',
      ['parse', 'get', 'verify'],
    ],
    [
      'an address that is not allowed',
      { record: { denyIp: ['192.0.2.1'] } },
      'IP_DENIED 403: the key may not be used for this now, or from here',
      ['parse', 'get', 'verify'],
    ],
    [
      'a body that is covered by nothing',
      { signature: { covers: new Set<Coverage>(['method', 'body']) } },
      'DIGEST_MISSING 400: the signed digest names no supported algorithm',
      ['parse', 'get', 'verify'],
    ],
    [
      'a nonce that was used',
      { at: { claim: () => 'replay' } },
      'REPLAY 401: this key has used this nonce before',
      PASSED,
    ],
    ['a store that fails', { at: { claim: failing } }, `STORE_UNAVAILABLE 503: ${bug}`, PASSED],
    [
      'a key over its rate',
      { at: { key: limited } },
      'RATE_LIMITED 429: too many requests',
      [...PASSED, 'key key:a 1'],
    ],
    [
      'an owner over its rate, which its key does not pay',
      { at: { owner: limited } },
      'RATE_LIMITED 429: too many requests',
      [...PASSED, ...TAKEN, 'give key'],
    ],
    [
      'a rate that cannot be asked',
      { at: { owner: failing } },
      'STORE_UNAVAILABLE 503: the rate limiter could not be asked',
      [...PASSED, ...TAKEN, 'give key'],
    ],
  ])('the steps end with %s', async (_, parts, expected, ran) => {
    const { judge, steps } = pipeline(parts)
    expect(await judge({}, { clientIp: '192.0.2.1' })).toBe(expected)
    expect(steps.slice(1)).toEqual(ran)
  })

  test('end with a body that its head says is too large, before anything is parsed, by the cap of how it is read', async () => {
    const policy = { maxBodyBytes: 4, maxStreamBytes: 8 }
    const announced = (length: number, context?: VerifyContext) =>
      pipeline({ policy }).judge({ fields: ['content-length', String(length)], body: arriving() }, context)
    const refused = (cap: number, length: number) =>
      `BODY_TOO_LARGE 413: the body must have at most ${cap} bytes, got ${length}`
    expect(await announced(5)).toBe(refused(4, 5))
    expect(await announced(5, { streamBody: undefined })).toBe(refused(4, 5))
    expect(await announced(9, { streamBody: streamedBody })).toBe(refused(8, 9))
    expect(await announced(8, { streamBody: streamedBody })).toMatch(/^DIGEST_MISSING/)
    // What is tried out is read as a whole, whatever the host would do with it.
    const request = { ...plain, fields: ['content-length', '5'], body: arriving() }
    expect(await pipeline({ policy }).verifier.tryOut?.(request, { streamBody: streamedBody })).toMatchObject({
      detail: 'the body must have at most 4 bytes, got 5',
    })
    const { judge, steps } = pipeline({ policy })
    await judge({ fields: ['content-length', '5'] })
    expect(steps).toEqual([])
  })

  test('take the cost of a request from its key and owner, by the rule and the names of the record', async () => {
    const record = { owner: 'alice', lineage: 'l', rateLimit: { limit: 9, windowMs: 1_000 } }
    const { judge, steps } = pipeline({ record })
    expect(await judge({}, { cost: 5 })).toBe('ok')
    expect(steps.slice(5)).toEqual(['key key:l 5 9', 'owner owner:alice 5', 'give peer'])
  })

  test('need no limits in the options, and of those no more than one', async () => {
    const { judge, steps } = pipeline({ options: { limits: undefined as never } })
    expect(await judge()).toBe('ok')
    expect(steps).toEqual(PASSED)
    const owners = pipeline({
      options: { limits: rateLimits({ owner: { take: () => ({ ok: false, retryAfterMs: 1 }) } }) },
    })
    expect(await owners.judge()).toBe('RATE_LIMITED 429: too many requests')
  })

  test('ask the limit of a key where its owner has none', async () => {
    const take = (ok: boolean) => ({ limits: rateLimits({ key: { take: () => ({ ok, retryAfterMs: 1 }) } }) })
    expect(await pipeline({ options: take(true) }).judge()).toBe('ok')
    expect(await pipeline({ options: take(false) }).judge()).toBe('RATE_LIMITED 429: too many requests')
  })

  test('come to their verdict at once where nothing has to be waited for', async () => {
    const { verifier } = pipeline({ options: { limits: undefined as never } })
    expect(verdictOf(verifier, plain, {})).toMatchObject({ ok: true })
    const limited = pipeline()
    expect(await verdictOf(limited.verifier, plain, {})).toMatchObject({ ok: true })
  })

  test('read the clock at the head and at the end, and no more often where nothing is told', async () => {
    const clock = { now: vi.fn(() => NOW) }
    const { key } = pipeline()
    const options = { clock, audit: undefined as never, keys: { get: () => ({ key }) } }
    const { judge } = pipeline({ options })
    clock.now.mockClear()
    expect(await judge()).toBe('ok')
    expect(clock.now).toHaveBeenCalledTimes(2)
  })

  test('leave out the claim of a signature that may be used again', async () => {
    const { judge, steps } = pipeline({ signature: { reusable: true } })
    expect([await judge(), await judge()]).toEqual(['ok', 'ok'])
    expect(steps).not.toContain('claim')
  })

  test('hold a body that a scheme has read to its digests, also where the host would stream it', async () => {
    const covers = new Set<Coverage>(['method', 'body'])
    const reading = { scheme: { readsBody: true }, signature: { covers, bodyDigests: [DIGEST] } }
    const judged = (body: Uint8Array) => pipeline(reading).judge({ body: arriving(body) }, { streamBody: streamedBody })
    expect(await judged(BODY)).toBe('ok')
    expect(await judged(BODY.subarray(1))).toBe('DIGEST_MISMATCH 401: the body is not the one that was signed')
  })

  test('say when to come back', async () => {
    const { verifier } = pipeline({ at: { key: limited } })
    expect(await verifier.verify(plain)).toMatchObject({ ok: false, retryAfterMs: 7_000 })
  })

  test('pass what a passphrase proves, and a store that answers later', async () => {
    const proof = { passphrase: { text: 'p' } }
    expect(await pipeline({ signature: proof, record: { passphrase: 'p' } }).judge()).toBe('ok')
    const base = { base: (passphrase: string) => (passphrase === 'p' ? 'the base' : 'another') }
    const signed = { signature: { passphrase: base, base: 'unread' } }
    expect(await pipeline({ ...signed, record: { passphrase: 'p' } }).judge()).toBe('ok')
    expect(await pipeline({ ...signed, record: { passphrase: 'q' } }).judge()).toMatch(/^SIGNATURE_INVALID 401/)
    const later = { get: async () => ({ key: pipeline().key }), verify: async () => true, claim: async () => 'claimed' }
    expect(await pipeline({ at: later }).judge()).toBe('ok')
  })
})

describe('the time a verdict takes', () => {
  test('a signature that was fresh may be too old when a store has answered', async () => {
    const slow: ReturnType<typeof pipeline> = pipeline({ at: { verify: doing(() => slow.wait(300_001), true) } })
    expect(await slow.judge()).toBe(
      'TIMESTAMP_EXPIRED 401: while it was being read: signed 300001 ms ago by the clock of this server, 300000 are allowed',
    )
    expect(slow.steps).not.toContain('claim')
  })

  test('the life of a key may have ended', async () => {
    const slow: ReturnType<typeof pipeline> = pipeline({
      record: { expiresAtMs: NOW + 1_000 },
      at: { verify: doing(() => slow.wait(1_000), true) },
    })
    expect(await slow.judge()).toBe('KEY_EXPIRED 401: the life of the key ended while the request was being read')
    expect(slow.steps).not.toContain('claim')
  })

  test('the life of a key may end while the body arrives, whose record is still the same', async () => {
    const record = { key: pipeline().key, expiresAtMs: NOW + 1_000 }
    const covers = new Set<Coverage>(['method', 'body'])
    const late = pipeline({ options: { keys: { get: () => record } }, signature: { covers, bodyDigests: [DIGEST] } })
    const body = (async function* () {
      late.wait(1_000)
      yield BODY
    })()
    expect(await late.judge({ body })).toBe(
      'KEY_EXPIRED 401: the life of the key ended while the request was being read',
    )
  })

  test('the clock may have become unsafe', async () => {
    let safe = true
    const clock = { now: () => NOW, safe: () => safe }
    const jump = () => {
      safe = false
      return true
    }
    const unsafe = 'CLOCK_UNSAFE 503: the clock of this machine jumped'
    const jumping = pipeline({ options: { clock }, at: { verify: jump } })
    expect(await jumping.judge()).toBe(unsafe)
    expect(jumping.steps).not.toContain('claim')
    expect(await jumping.judge()).toBe(unsafe)
    expect(jumping.steps.filter((step) => step === 'parse')).toHaveLength(1)
  })

  test('its own window and the policy’s nonces hold for a key', async () => {
    const claims: unknown[] = []
    const replay = {
      claim: (claim: unknown) => {
        claims.push(claim)
        return 'claimed' as const
      },
    }
    const { judge } = pipeline({ options: { replay }, record: { policy: { maxAgeMs: 60_000 } } })
    expect(await judge()).toBe('ok')
    // A key may be given a wider window later: its nonces are remembered for as long as the verifier's policy would.
    expect(claims).toEqual([{ keyId: 'a', nonce: PLAIN.nonce, createdMs: NOW, expiresAtMs: NOW + 300_001, nowMs: NOW }])
  })

  test('a store that forgets before the window closes is refused', () => {
    const make = (store: object) => () => pipeline({ options: { replay: { claim: () => 'claimed', ...store } } })
    expect(make({ maxAgeMs: 300_000, maxFutureMs: 5_000 })).not.toThrow()
    for (const store of [{ maxAgeMs: 299_999 }, { maxFutureMs: 4_999 }, { maxAgeMs: 299_999, maxFutureMs: 5_000 }])
      expect(make(store)).toThrow('"replay" must cover the window of the policy: raise maxAgeMs or maxFutureMs')
  })
})

describe('a signature without a time', () => {
  const untimed = (claim: () => unknown) =>
    pipeline({
      signature: { createdMs: undefined },
      policy: { perScheme: { stub: { untimed: { claim: claim as () => boolean } } } },
    })
  test('is claimed for ever in the store for those, and in no other', async () => {
    const first = untimed(() => true)
    expect(await first.judge()).toBe('ok')
    expect(first.steps).not.toContain('claim')
    expect(await untimed(() => false).judge()).toBe('REPLAY 401: the nonce could not be claimed')
    const failing = untimed(() => {
      throw new Error('secret')
    })
    expect(await failing.judge()).toBe('STORE_UNAVAILABLE 503: an unexpected Error while verifying')
  })

  test('is tried out without asking that store', async () => {
    const { verifier, steps } = untimed(() => steps.push('claim for ever'))
    expect(await verifier.tryOut?.(plain)).toMatchObject({ wouldAccept: true, code: undefined })
    expect(steps).toEqual(['parse', 'get', 'verify'])
    const timed = pipeline({ signature: { createdMs: undefined } })
    expect(await timed.verifier.tryOut?.(plain)).toMatchObject({ wouldAccept: false, code: 'TIMESTAMP_MALFORMED' })
  })
})
