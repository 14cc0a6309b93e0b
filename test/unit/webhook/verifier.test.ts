import { afterEach, describe, expect, test, vi } from 'vitest'
import { CountersignError } from '../../../src/errors.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { webhookOf } from '../../../src/schemes/webhook/define-webhook.js'
import type { Webhook, WebhookKey, WebhookSpec } from '../../../src/schemes/webhook/webhook.js'
import { memoryDeliveries } from '../../../src/webhook/deliveries.js'
import { type WebhookVerifierOptions, webhookVerifier } from '../../../src/webhook/verifier.js'
import { textOf, verdictCode } from '../../expect-code.js'

const NOW = 1_760_000_000_000
const MIB = 1_048_576
const clock = { now: () => NOW }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const KEY: WebhookKey = {
  keyId: 'a',
  algorithm: 'hmac-sha256',
  verify: (_data, signature) => new TextDecoder().decode(signature) === 'a',
}

/** A sender whose signatures are names of keys. */
const webhookBy = (more: Partial<WebhookSpec> = {}, key: WebhookKey = KEY): Webhook =>
  webhookOf(
    {
      id: 'plain',
      place: {
        codec: { name: 'hex', encode: String, decode: () => undefined },
        read: ({ fields }) => {
          const at = fields.indexOf('signed-by')
          return at < 0 ? undefined : { signatures: [bytes(fields[at + 1] as string)] }
        },
        write: () => [],
      },
      delivery: { field: 'id', signed: true },
      base: ({ body }) => [body],
      weaknesses: [],
      ...more,
    },
    [key],
  )
const post = (more: object = {}, url = 'https://hooks.example.com/in?a=1'): HttpRequest => ({
  ...httpRequest({ method: 'POST', url, headers: { 'signed-by': 'a', id: 'evt_1' }, body: '{}' }),
  ...more,
})
const verify = (request: HttpRequest, options: WebhookVerifierOptions = {}, webhook = webhookBy()) =>
  webhookVerifier(webhook, { clock, ...options }).verify(request)

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a verifier of webhooks', () => {
  test('accepts what the sender has signed, with all that a route needs of it', async () => {
    const answer = { status: 200, headers: {}, body: 'yes' }
    const request = post()
    const verdict = await webhookVerifier(webhookBy({ challenge: () => answer }), { clock }).verify(request, {
      clientIp: '203.0.113.9',
    })
    expect(verdict).toEqual({
      ok: true,
      keyId: 'a',
      owner: 'plain',
      record: { key: KEY, owner: 'plain' },
      scheme: 'plain',
      label: '',
      tag: undefined,
      createdMs: undefined,
      expiresMs: undefined,
      nonce: 'evt_1',
      covered: ['body'],
      body: bytes('{}'),
      bodyStream: undefined,
      request,
      clientIp: '203.0.113.9',
      delivery: {
        id: 'evt_1',
        duplicate: false,
        answer,
        settle: expect.any(Function),
        release: expect.any(Function),
      },
    })
  })

  test('has the time that is signed', async () => {
    const time = { field: 'at', unit: { read: Number, write: String } } as unknown as NonNullable<WebhookSpec['time']>
    const at = post({ fields: ['signed-by', 'a', 'id', 'evt_1', 'at', String(NOW - 5)] })
    expect(await verify(at, {}, webhookBy({ time }))).toMatchObject({ createdMs: NOW - 5 })
    vi.spyOn(Date, 'now').mockReturnValue(NOW + 300_001)
    expect(verdictCode(await webhookVerifier(webhookBy({ time })).verify(at))).toBe('TIMESTAMP_EXPIRED')
  })

  test('answers for any host, or for those alone that are given', async () => {
    expect(webhookVerifier(webhookBy()).policy.authorities).toEqual([])
    expect(webhookVerifier(webhookBy()).challenges).toEqual([])
    for (const url of ['https://a.example/', 'http://b.example:8080/']) {
      expect(verdictCode(await verify(post({}, url)))).toBe('ok')
      expect(verdictCode(await verify(post({}, url), { authorities: ['a.example'] }))).toBe(
        url.includes('a.example') ? 'ok' : 'HOST_MISMATCH',
      )
    }
    const own = webhookVerifier(webhookBy(), { authorities: ['A.example'] })
    expect(own.policy.authorities).toEqual(['a.example'])
    expect(await own.verify(post({ authority: 'A.EXAMPLE:443' }))).toMatchObject({ ok: true })
    expect(textOf(() => webhookVerifier(webhookBy(), { authorities: ['https://a.example'] }))).toMatch(
      /^CONFIG_INVALID /,
    )
  })

  test.each<[string, object, string, number]>([
    ['a method in lower case', { method: 'post' }, 'METHOD_MALFORMED', 400],
    ['a target of two slashes', { target: '//evil.example' }, 'TARGET_MALFORMED', 400],
    ['a target with a blank', { target: '/a b' }, 'TARGET_MALFORMED', 400],
    ['a target of another host', { target: 'https://evil.example/' }, 'HOST_MISMATCH', 421],
    ['no signature', { fields: [] }, 'AUTH_MISSING', 401],
    ['another signature', { fields: ['signed-by', 'b', 'id', 'evt_1'] }, 'SIGNATURE_INVALID', 401],
    ['no id, where it is signed', { fields: ['signed-by', 'a'] }, 'AUTH_MALFORMED', 400],
  ])('refuses %s', async (_, more, code, status) => {
    expect(await verify(post(more))).toMatchObject({ ok: false, code, status })
  })

  test('says why a target of two slashes is refused', async () => {
    expect(await verify(post({ target: '//in' }))).toMatchObject({ detail: expect.stringContaining('two slashes') })
    expect(verdictCode(await verify(post({ target: '/in//' })))).toBe('ok')
  })

  test('takes what is no request for a fault of the host', async () => {
    for (const request of [{}, null, 'https://a.example/', new Request('https://a.example/')])
      expect(await verify(request as HttpRequest)).toMatchObject({
        ok: false,
        code: 'HOST_FAULT',
        status: 500,
        detail: expect.stringMatching(/^verify: /),
      })
  })

  test('reads a body up to its bound, in memory and from a stream', async () => {
    async function* stream(length: number) {
      yield new Uint8Array(length)
    }
    for (const body of [(length: number) => new Uint8Array(length), stream]) {
      expect(verdictCode(await verify(post({ body: body(4) }), { maxBodyBytes: 4 }))).toBe('ok')
      expect(verdictCode(await verify(post({ body: body(5) }), { maxBodyBytes: 4 }))).toBe('BODY_TOO_LARGE')
      expect(verdictCode(await verify(post({ body: body(MIB) })))).toBe('ok')
      expect(verdictCode(await verify(post({ body: body(MIB + 1) })))).toBe('BODY_TOO_LARGE')
    }
    const verdict = await verify(post({ body: stream(3) }))
    expect(verdict).toMatchObject({ ok: true, body: new Uint8Array(3) })
    expect(verdict.request.body).toEqual(new Uint8Array(3))
    expect(await verify(post({ body: null }), { maxBodyBytes: 0 })).toMatchObject({ ok: true, body: null })
  })

  test('reads nothing of a body that is stated to be too large', async () => {
    const chunks = vi.fn()
    const body = { [Symbol.asyncIterator]: chunks }
    const stating = (length: string) => post({ body, fields: [...post().fields, 'Content-Length', length] })
    expect(await verify(stating('5'), { maxBodyBytes: 4 })).toMatchObject({
      code: 'BODY_TOO_LARGE',
      status: 413,
      detail: expect.stringContaining('4 bytes'),
    })
    expect(chunks).not.toHaveBeenCalled()
    const small = { ...stating('4'), body: bytes('four') }
    expect(verdictCode(await verify(small, { maxBodyBytes: 4 }))).toBe('ok')
  })

  test('refuses a route that needs a scope before it remembers anything', async () => {
    const deliveries = memoryDeliveries()
    const verifier = webhookVerifier(webhookBy(), { clock, deliveries })
    expect(await verifier.verify(post(), { scope: 'orders:write' })).toMatchObject({
      code: 'SCOPE_DENIED',
      status: 403,
      detail: 'a webhook has no scopes',
    })
    expect(await verifier.verify(post(), {})).toMatchObject({ ok: true, delivery: { duplicate: false } })
  })

  test('remembers deliveries, and gives each five minutes to be handled', async () => {
    let now = NOW
    const deliveries = memoryDeliveries()
    const claim = vi.spyOn(deliveries, 'claim')
    const verifier = (handleMs?: number) =>
      webhookVerifier(webhookBy(), {
        clock: { now: () => now },
        deliveries,
        ...(handleMs === undefined ? {} : { handleMs }),
      })
    const first = await verifier().verify(post())
    expect(claim.mock.calls.map(([{ handledByMs }]) => handledByMs)).toEqual([NOW + 300_000])
    expect(await verifier().verify(post())).toMatchObject({ code: 'DELIVERY_IN_FLIGHT', status: 503 })
    if (!first.ok) return expect.fail(first.code)
    await first.delivery?.settle()
    expect(await verifier().verify(post())).toMatchObject({ ok: true, delivery: { duplicate: true } })
    now += 259_200_000
    const again = await verifier(1_000).verify(post())
    expect(claim.mock.lastCall?.[0].handledByMs).toBe(now + 1_000)
    if (!again.ok) return expect.fail(again.code)
    await again.delivery?.release()
    expect(await verifier().verify(post())).toMatchObject({ ok: true, delivery: { duplicate: false } })
  })

  test('takes what a key throws for no fault of the message', async () => {
    const failing = (error: Error) =>
      verify(
        post(),
        {},
        webhookBy(
          {},
          {
            ...KEY,
            verify: () => {
              throw error
            },
          },
        ),
      )
    expect(await failing(new TypeError('of a key'))).toMatchObject({ code: 'STORE_UNAVAILABLE', conclusive: false })
    expect(await failing(new CountersignError('KEY_SOURCE_FAILED', 'down'))).toMatchObject({
      code: 'KEY_SOURCE_FAILED',
      detail: 'down',
    })
  })

  test('takes what a clock answers that is no time for a fault of the host', async () => {
    let now: unknown = NOW
    const verifier = webhookVerifier(webhookBy(), { clock: { now: () => now as number } })
    now = 1_760_000_000
    expect(await verifier.verify(post())).toMatchObject({ code: 'HOST_FAULT', status: 500 })
  })

  test('names the origin that was read where the sender signs the URL, cut and without what a terminal acts on', async () => {
    const other = { fields: ['signed-by', 'b', 'id', 'evt_1'] }
    expect(await verify(post(other))).toMatchObject({ detail: 'no secret has made the signature' })
    const detail = async (authority: string) => {
      const verdict = await verify(post({ ...other, authority }), {}, webhookBy({ covers: ['authority'] }))
      return verdict.ok ? 'ok' : verdict.detail
    }
    expect(await detail('10.0.0.5:3000')).toBe(
      'no secret has made the signature: this sender signs the URL that it calls, and the request came to https://10.0.0.5:3000. Behind a proxy state "publicOrigin" of the middleware, or "publicUrl" of the webhook',
    )
    expect(await detail(`a\x1b[2J ü!~${'b'.repeat(200)}`)).toContain(` https://a?[2J??!~${'b'.repeat(119)}. Behind`)
  })
})

describe('the audit of a verifier of webhooks', () => {
  test('has each verdict once, with the key that was proven', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(5)
    const audit = vi.fn()
    const context = { clientIp: '203.0.113.9', requestId: 'r1' }
    const verifier = webhookVerifier(webhookBy(), { clock, audit })
    const verdict = await verifier.verify(post(), context)
    const record = { key: KEY, owner: 'plain' }
    const facts = { context, record, startedMs: 5, signature: undefined }
    expect(audit.mock.calls).toEqual([
      [
        expect.objectContaining({
          event: 'auth.ok',
          time: new Date(NOW).toISOString(),
          owner: 'plain',
          requestId: 'r1',
          bodyBytes: 2,
          latencyUs: 0,
        }),
        verdict,
        facts,
      ],
    ])
    const refused = await verifier.verify(post({ fields: [] }), context)
    expect(audit.mock.lastCall).toEqual([
      expect.objectContaining({ event: 'auth.fail', code: 'AUTH_MISSING', proven: false }),
      refused,
      { ...facts, record: undefined },
    ])
    const denied = await verifier.verify(post(), { ...context, scope: 'orders:write' })
    expect(audit.mock.lastCall?.[0]).toMatchObject({ code: 'SCOPE_DENIED', proven: true, owner: 'plain' })
    expect(denied.request.body).toEqual(bytes('{}'))
  })

  test('may throw, and be left out', async () => {
    const audit = () => {
      throw new Error('of a log')
    }
    expect(verdictCode(await verify(post(), { audit }))).toBe('ok')
    const now = vi.spyOn(performance, 'now')
    expect(verdictCode(await verify(post()))).toBe('ok')
    expect(webhookVerifier(webhookBy(), { clock }).refuse(post(), 'RATE_LIMITED', 'too much').ok).toBe(false)
    expect(now).not.toHaveBeenCalled()
  })

  test('has what a middleware refuses afterwards, with the key that was accepted', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(5)
    const audit = vi.fn()
    const verifier = webhookVerifier(webhookBy(), { clock, audit })
    const accepted = await verifier.verify(post())
    if (!accepted.ok) return expect.fail(accepted.code)
    const context = { clientIp: '203.0.113.9' }
    const verdict = verifier.refuse(post(), 'RATE_LIMITED', 'too much', context, accepted)
    expect(verdict).toEqual({
      ok: false,
      code: 'RATE_LIMITED',
      status: 429,
      conclusive: false,
      detail: 'too much',
      claimedKeyId: 'a',
      request: post(),
      clientIp: '203.0.113.9',
      retryAfterMs: 1_000,
    })
    const facts = { context, record: accepted.record, startedMs: 5, signature: undefined }
    expect(audit.mock.lastCall).toEqual([
      expect.objectContaining({ code: 'RATE_LIMITED', keyId: 'a', latencyUs: 0 }),
      verdict,
      facts,
    ])
    const bare = verifier.refuse(post(), 'RATE_LIMITED', 'too much')
    expect(bare).toMatchObject({ claimedKeyId: undefined, clientIp: undefined })
    expect(audit.mock.lastCall?.[2]).toEqual({ context: {}, record: undefined, startedMs: 5, signature: undefined })
  })
})

describe('what cannot be meant', () => {
  test.each<[object, string]>([
    [{ store: {} }, '"deliveries"'],
    [{ authority: ['a.example'] }, '"authorities"'],
    [{ audit: 'log' }, 'webhookVerifier: "audit" must be a function, such as the sink of a log'],
    [{ deliveries: {} }, 'webhookVerifier: "deliveries" must be a store of deliveries'],
    [{ maxBodyBytes: -1 }, 'webhookVerifier: "maxBodyBytes" must be '],
    [{ rememberMs: 5 }, 'webhookVerifier: "rememberMs" must be '],
    [{ handleMs: 5 }, 'webhookVerifier: "handleMs" must be '],
    [{ clock: {} }, 'webhookVerifier: "clock" must '],
    [{ clock: { now: () => 1_760_000_000 } }, 'are these seconds?'],
    [{ toleranceMs: 1 }, 'stripe({ toleranceMs })'],
  ])('is refused when a verifier is made: %#', (options, meant) => {
    const text = textOf(() => webhookVerifier(webhookBy(), options))
    expect(text).toMatch(/^CONFIG_INVALID /)
    expect(text).toContain(meant)
  })

  test('is refused in place of a webhook', () => {
    expect(textOf(() => webhookVerifier({} as never))).toBe(
      'CONFIG_INVALID webhookVerifier: the first argument must be a webhook, such as stripe({ secret }), got an object',
    )
  })

  test('is refused of a context, and of a refusal', async () => {
    const verifier = webhookVerifier(webhookBy(), { clock })
    await expect(verifier.verify(post(), { ip: '203.0.113.9' } as never)).rejects.toThrow('verify: ')
    await expect(verifier.verify(post(), null as never)).rejects.toThrow('verify: "context" must be an object')
    expect(textOf(() => verifier.refuse(post(), 'NO_CODE' as never, 'x'))).toMatch(/^CONFIG_INVALID refuse: "code" /)
    expect(textOf(() => verifier.refuse(post(), 'RATE_LIMITED', 5 as never))).toMatch(/"detail"/)
    expect(textOf(() => verifier.refuse(post(), 'RATE_LIMITED', 'x', 5 as never))).toMatch(/refuse: "context"/)
  })

  test('is what a sender leaves open, which is written to the console', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    webhookVerifier(webhookBy({ id: 'weak-verifier', weaknesses: ['weak-body'] }))
    expect(warn.mock.calls).toEqual([['countersign: weak-verifier leaves open: weak-body']])
  })
})
