import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../../../src/access/key-record.js'
import type { RateAnswer } from '../../../../src/access/rate-limit.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { CountersignError } from '../../../../src/errors.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import type { BodyDigest, Coverage, UntrustedSignature } from '../../../../src/schemes/scheme.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { limit } from '../../../../src/server/rate-limits.js'
import { type Attempt, AUTHORIZING } from '../../../../src/server/refusal.js'
import { assertBodyProven, buffer } from '../../../../src/server/steps/body.js'
import { usable } from '../../../../src/server/steps/key-policy.js'
import { streamOf } from '../../../../src/server/steps/streamed-body.js'
import type { VerifyContext } from '../../../../src/server/verify-context.js'
import { type Body, type BodyCheck, checkInPlace } from '../../../../src/support/body.js'

const NOW = 1_700_000_000_000
const key = hmacKey({ keyId: 'a', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const policy = strictPolicy({ authorities: ['api.example.com'], maxBodyBytes: 4, maxStreamBytes: 6 })
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const sha256 = (value: string): BodyDigest => ({
  hash: 'sha256',
  digest: new Uint8Array(createHash('sha256').update(value).digest()),
})

async function* arriving(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield text(chunk)
}

const attempt = (body: Body = null, context: VerifyContext = {}, fields: readonly string[] = []): Attempt => {
  const request: HttpRequest = {
    method: 'POST',
    scheme: 'https',
    authority: 'api.example.com',
    target: '/v1',
    fields,
    body,
  }
  return {
    request,
    context,
    claimedKeyId: undefined,
    signature: undefined,
    stage: AUTHORIZING,
    record: undefined,
    retryAfterMs: undefined,
  }
}

const signature = (
  covers: readonly Coverage[] = ['body'],
  digests: readonly BodyDigest[] = [],
): UntrustedSignature => ({
  label: '',
  tag: undefined,
  keyId: 'a',
  claimedAlgorithm: undefined,
  createdMs: NOW,
  expiresMs: undefined,
  nonce: undefined,
  covered: [],
  covers: new Set(covers),
  base: '',
  signature: new Uint8Array(32),
  bodyDigests: digests,
})

const refused = (code: string, message: RegExp | string) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

describe('whether a key may be used now, from here, for this', () => {
  const judge = (members: Partial<KeyRecord>, context: VerifyContext = {}, body: Body = null) =>
    usable({ key, ...members }, policy, attempt(body, context), signature([]), NOW)

  test('it may, by the policy as it is, where its record has no value', () => {
    expect(judge({})).toBe(policy)
    expect(judge({ scopes: ['a:b'] }, { scope: 'a:b' })).toBe(policy)
  })

  const PLAIN = /^the key may not be used for this now, or from here$/
  test.each<readonly [string, Partial<KeyRecord>, VerifyContext, string, RegExp]>([
    [
      'a key that is revoked, before its address',
      { status: 'revoked', allowIp: ['192.0.2.1'] },
      {},
      'KEY_REVOKED',
      PLAIN,
    ],
    [
      'an address, before a scope',
      { allowIp: ['192.0.2.1'] },
      { scope: 'a:b', clientIp: '192.0.2.2' },
      'IP_DENIED',
      PLAIN,
    ],
    ['a scope', { scopes: ['a:c'] }, { scope: 'a:b' }, 'SCOPE_DENIED', /^the key lacks the scope a:b$/],
    ['a path in no route', { scopes: ['*:*'] }, { scope: '(no route)' }, 'SCOPE_DENIED', /^no route lists this/],
    [
      'a path in two',
      { scopes: ['*:*'] },
      { scope: '(two routes)' },
      'SCOPE_DENIED',
      /^routers read the path as different routes/,
    ],
    [
      'a grant that grants nothing is named',
      { scopes: ['a:c', 'A:B'] },
      { scope: 'a:b' },
      'SCOPE_DENIED',
      /^the key lacks the scope a:b; "scopes\[1\]" of its record is not resource:action and grants nothing$/,
    ],
    [
      'a grant that grants nothing is no reason of an address',
      { scopes: ['A'], denyIp: ['::/0', '0.0.0.0/0'], allowZeroPrefix: true },
      { clientIp: '192.0.2.1' },
      'IP_DENIED',
      PLAIN,
    ],
    [
      'its own window',
      { policy: { maxAgeMs: 1_000 } },
      {},
      'TIMESTAMP_EXPIRED',
      /^the key's own window: signed 5000 ms ago.* 1000 are allowed/,
    ],
    [
      'its own policy',
      { policy: { methods: ['GET'] } },
      {},
      'SCOPE_DENIED',
      /^the key's own policy does not allow this$/,
    ],
  ])('the verdict is right for %s', (_, members, context, code, message) => {
    const late = { ...signature([]), createdMs: NOW - 5_000 }
    expect(() => usable({ key, ...members }, policy, attempt(null, context), late, NOW)).toThrow(refused(code, message))
  })

  test('its own policy narrows the policy, and holds for the body that came', () => {
    expect(judge({ policy: { maxBodyBytes: 3, maxAgeMs: 1_000 } })).toMatchObject({
      maxBodyBytes: 3,
      maxStreamBytes: 3,
      maxAgeMs: 1_000,
      maxFutureMs: 5_000,
    })
    const own = { requireBodyDigest: true }
    const loose = { ...policy, requireWithBody: [] }
    const ask = (body: Body) => usable({ key, policy: own }, loose, attempt(body), signature([]), NOW)
    expect(ask(null).requireWithBody).toEqual(['body'])
    expect(() => ask(text('a'))).toThrow(refused('DIGEST_MISSING', ''))
  })
})

describe('a rate', () => {
  const taking = (answer: RateAnswer) => {
    const asked: unknown[] = []
    return {
      asked,
      take: (...args: readonly unknown[]) => {
        asked.push(args)
        return answer
      },
    }
  }

  test('is taken from by bucket, cost and rule, and its answer handed on', async () => {
    const answer = { ok: true, retryAfterMs: 0, give: () => {} }
    const limiter = taking(answer)
    const rule = { limit: 5, windowMs: 1_000 }
    const at = attempt()
    expect(await limit(50, at, limiter, 'key:a', 3, rule)).toBe(answer)
    expect(limiter.asked).toEqual([['key:a', 3, rule]])
    expect(at.retryAfterMs).toBeUndefined()
  })

  test('that is used up says how long to wait', async () => {
    const at = attempt()
    const limiting = limit(50, at, taking({ ok: false, retryAfterMs: 7_000 }), 'key:a', 1)
    await expect(limiting).rejects.toThrow(refused('RATE_LIMITED', /^too many requests$/))
    expect(at.retryAfterMs).toBe(7_000)
  })

  test('that does not answer in time is no permission', async () => {
    const silent = { take: () => new Promise<RateAnswer>(() => {}) }
    await expect(limit(1, attempt(), silent, 'key:a', 1)).rejects.toThrow(refused('STORE_UNAVAILABLE', ''))
  })
})

describe('a body that is handed out while it arrives', () => {
  /** What a reader of it reads and meets, and what the watch was told. */
  async function read(
    body: Body,
    { covers = ['body'], digests = [] }: { covers?: readonly Coverage[]; digests?: readonly BodyDigest[] } = {},
  ) {
    const told: unknown[] = []
    const watch = { failed: (error: unknown) => told.push((error as CountersignError).code), accepted: () => {} }
    const chunks: string[] = []
    let ended = 'ok'
    try {
      for await (const chunk of streamOf(attempt(body).request, signature(covers, digests), policy, watch.failed))
        chunks.push(new TextDecoder().decode(chunk))
    } catch (error) {
      ended = (error as CountersignError).code
    }
    return { chunks, ended, told }
  }

  test('is read to its end where it is what was signed', async () => {
    const digests = [sha256('abcd')]
    expect(await read(arriving('ab', 'cd'), { digests })).toEqual({ chunks: ['ab', 'cd'], ended: 'ok', told: [] })
    // Where a scheme binds the body in another way there is no digest to hold it to.
    expect(await read(arriving('ab', 'cd'))).toEqual({ chunks: ['ab', 'cd'], ended: 'ok', told: [] })
  })

  test('ends with an error in place of its last chunk where it is another one', async () => {
    const failed = { ended: 'DIGEST_MISMATCH', told: ['DIGEST_MISMATCH'] }
    expect(await read(arriving('ab', 'ce'), { digests: [sha256('abcd')] })).toEqual({ chunks: ['ab'], ...failed })
    // Every digest has to match.
    const two = [sha256('abcd'), sha256('abce')]
    expect(await read(arriving('abcd'), { digests: two })).toEqual({ chunks: [], ...failed })
    expect(await read(arriving('abce'), { digests: two })).toEqual({ chunks: [], ...failed })
  })

  test('is held to the cap of streams, with and without a digest', async () => {
    for (const digests of [[], [sha256('abcdefg')]])
      expect(await read(arriving('abcdef', 'g'), { digests })).toMatchObject({
        ended: 'BODY_TOO_LARGE',
        told: ['BODY_TOO_LARGE'],
      })
    expect(await read(arriving('abcdef'))).toMatchObject({ chunks: ['abcdef'], ended: 'ok' })
  })

  test('may hold no byte where the signature does not cover what a body needs', async () => {
    const failed = { chunks: [], ended: 'DIGEST_MISSING', told: ['DIGEST_MISSING'] }
    expect(await read(arriving('a'), { covers: [] })).toEqual(failed)
    expect(await read(arriving('', '', 'a'), { covers: [] })).toEqual(failed)
    // Which one that has none does not.
    expect(await read(arriving('', ''), { covers: [] })).toEqual({ chunks: [], ended: 'ok', told: [] })
    expect(await read(arriving(), { covers: [] })).toEqual({ chunks: [], ended: 'ok', told: [] })
  })

  test('that checks itself is given the checks, and is held to them and to the cap for its reader', async () => {
    const given: BodyCheck[] = []
    const own = (...chunks: readonly string[]) =>
      Object.assign(arriving(...chunks), { [checkInPlace]: (check: BodyCheck) => given.push(check) })
    expect(await read(own('ab', 'cd'), { digests: [sha256('abcd')] })).toMatchObject({
      chunks: ['ab', 'cd'],
      ended: 'ok',
    })
    expect(await read(own('abcdefg'))).toMatchObject({ ended: 'BODY_TOO_LARGE', told: ['BODY_TOO_LARGE'] })
    await read(own(), { covers: [] })
    const [proven, capped, uncovered] = given as [BodyCheck, BodyCheck, BodyCheck]
    expect(given).toHaveLength(3)
    expect([proven.chunk(text('abcd')), proven.end()]).toEqual([undefined, undefined])
    expect(capped.chunk(text('abcdefg'))?.code).toBe('BODY_TOO_LARGE')
    expect([uncovered.chunk(text('')), uncovered.chunk(text('a'))?.code]).toEqual([undefined, 'DIGEST_MISSING'])
    for (const check of given) expect(check.failed).toBeTypeOf('function')
  })

  test('that checks itself reports to the watch what it fails with, whether or not anything reads it', () => {
    const told: unknown[] = []
    let given: BodyCheck | undefined
    const body = Object.assign(arriving('a'), {
      [checkInPlace]: (check: BodyCheck) => {
        given = check
      },
    })
    streamOf(attempt(body).request, signature(), policy, (error) => told.push(error))
    const error = new CountersignError('DIGEST_MISMATCH', 'another one')
    given?.failed?.(error)
    expect(told).toEqual([error])
  })

  test('that its source breaks off is an error of its reader and of the watch', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield text('a')
      throw new Error('reset')
    }
    expect(await read(broken())).toEqual({ chunks: ['a'], ended: 'BODY_UNREADABLE', told: ['BODY_UNREADABLE'] })
  })
})

describe('a body that was read', () => {
  const judge = (body: Body, covers: readonly Coverage[], digests: readonly BodyDigest[]) => () =>
    assertBodyProven(attempt(body), signature(covers, digests), policy)

  test('is the one that was signed, by every digest', () => {
    const mismatch = refused('DIGEST_MISMATCH', /^the body is not the one that was signed$/)
    expect(judge(text('abc'), ['body'], [sha256('abc')])).not.toThrow()
    expect(judge(text('abd'), ['body'], [sha256('abc')])).toThrow(mismatch)
    expect(judge(text('abc'), ['body'], [sha256('abc'), sha256('abd')])).toThrow(mismatch)
    expect(judge(text('abc'), ['body'], [sha256('abd'), sha256('abc')])).toThrow(mismatch)
    expect(judge(text('abc'), ['body'], [])).not.toThrow()
  })

  test('and no body is an empty one', () => {
    expect(judge(null, ['body'], [sha256('')])).not.toThrow()
    expect(judge(new Uint8Array(0), ['body'], [sha256('')])).not.toThrow()
    expect(judge(null, ['body'], [sha256('abc')])).toThrow(refused('DIGEST_MISMATCH', ''))
  })

  test('and none is handed over for one that its head announces, where the signature is of the body', () => {
    const announced =
      (covers: readonly Coverage[], digests: readonly BodyDigest[] = []) =>
      () =>
        assertBodyProven(attempt(null, {}, ['content-length', '3']), signature(covers, digests), {
          ...policy,
          requireWithBody: [],
        })
    const none = refused('DIGEST_MISMATCH', 'the host has handed over none')
    expect(announced(['body'], [sha256('')])).toThrow(none)
    expect(announced(['parameters'])).toThrow(none)
    expect(announced(['method'])).not.toThrow()
  })

  test('a body that was read is bytes', () => {
    expect(judge('abc' as never, ['body'], [])).toThrow(refused('BODY_UNREADABLE', 'a body that is no bytes'))
  })

  test('is covered, whatever its head said', () => {
    expect(judge(text('abc'), [], [])).toThrow(refused('DIGEST_MISSING', ''))
    expect(judge(null, [], [])).not.toThrow()
  })

  test('takes the place of the stream, up to the cap', async () => {
    const at = attempt(arriving('ab', 'cd'), {}, ['x-a', 'b'])
    const { request } = at
    await buffer(at, policy)
    expect(at.request).toEqual({ ...request, body: text('abcd') })
    // The request that came is not written to.
    expect(request.body).not.toBeInstanceOf(Uint8Array)
    await expect(buffer(attempt(arriving('ab', 'cde')), policy)).rejects.toThrow(refused('BODY_TOO_LARGE', ''))
  })

  test('is left as it is where it is there, or none', async () => {
    for (const body of [null, text('far more than the cap')]) {
      const at = attempt(body)
      const { request } = at
      await buffer(at, policy)
      expect(at.request).toBe(request)
    }
  })
})
