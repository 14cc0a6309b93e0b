import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CountersignError } from '../../../src/errors.js'
import { webhookOf } from '../../../src/schemes/webhook/define-webhook.js'
import type { Webhook, WebhookKey, WebhookSpec } from '../../../src/schemes/webhook/webhook.js'
import { prove } from '../../../src/webhook/prove.js'
import { memoryOf, type ReceiveOptions, receiveWebhook, verifyWebhook } from '../../../src/webhook/receive.js'
import { fromParts, type WebhookRequest } from '../../../src/webhook/request.js'
import { caught, textOf, verdictCode } from '../../expect-code.js'

const NOW = 1_760_000_000_000
const MIB = 1_048_576
const clock = { now: () => NOW }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A key that has signed what ends with its name. */
const keyOf = (keyId: string, more: object = {}): WebhookKey => ({
  keyId,
  algorithm: 'hmac-sha256',
  verify: (_data, signature) => new TextDecoder().decode(signature) === keyId,
  ...more,
})

/** A sender whose signatures are names of keys, in a field with blanks between them. */
const specOf = (more: Partial<WebhookSpec> = {}): WebhookSpec => ({
  id: 'plain',
  place: {
    codec: { name: 'hex', encode: String, decode: () => undefined },
    read: ({ fields }) => {
      const at = fields.indexOf('signed-by')
      return at < 0 ? undefined : { signatures: (fields[at + 1] as string).split(' ').map(bytes) }
    },
    write: () => [],
  },
  base: ({ body }) => [body],
  weaknesses: [],
  ...more,
})
const webhookBy = (keys: readonly WebhookKey[], more: Partial<WebhookSpec> = {}): Webhook =>
  webhookOf(specOf(more), keys)
const post = (by: string | undefined, body: WebhookRequest['body'] = '{}'): WebhookRequest => ({
  headers: by === undefined ? [] : ['signed-by', by],
  body,
})
const A = webhookBy([keyOf('a')])
const receive = (request: WebhookRequest | Request, options: ReceiveOptions = {}, webhook = A) =>
  receiveWebhook(webhook, request, { clock, ...options })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('both receivers', () => {
  const BOTH = [
    ['receiveWebhook', (webhook: Webhook, request: WebhookRequest) => receiveWebhook(webhook, request, { clock })],
    ['verifyWebhook', async (webhook: Webhook, request: WebhookRequest) => verifyWebhook(webhook, request, { clock })],
  ] as const

  test.each(BOTH)('%s takes what any key has signed with any signature, and names the key', async (_, judge) => {
    const webhook = webhookBy([keyOf('a'), keyOf('b')])
    for (const [by, keyId] of [
      ['a', 'a'],
      ['x b', 'b'],
      ['b a', 'a'],
    ])
      expect(await judge(webhook, post(by))).toMatchObject({ ok: true, keyId, webhook: 'plain', covered: ['body'] })
    expect(await judge(webhook, post('x y'))).toEqual({
      ok: false,
      code: 'SIGNATURE_INVALID',
      status: 401,
      detail: 'no secret has made the signature',
      conclusive: true,
    })
    expect(verdictCode(await judge(webhookBy([]), post('a')))).toBe('SIGNATURE_INVALID')
  })

  test.each(BOTH)('%s takes nothing for a yes but true', async (_, judge) => {
    for (const answer of [1, 'true', {}, undefined])
      expect(verdictCode(await judge(webhookBy([keyOf('a', { verify: () => answer })]), post('a')))).toBe(
        'SIGNATURE_INVALID',
      )
  })

  test.each(BOTH)('%s refuses what has no signature', async (_, judge) => {
    expect(await judge(A, post(undefined))).toEqual({
      ok: false,
      code: 'AUTH_MISSING',
      status: 401,
      detail: 'the request carries no signature of this sender',
      conclusive: true,
    })
  })

  test.each(BOTH)('%s tries each text that the sender may have signed', async (_, judge) => {
    const seen: string[] = []
    const verify = (data: string | Uint8Array) => {
      seen.push(typeof data === 'string' ? data : new TextDecoder().decode(data))
      return seen.length === 3
    }
    const webhook = webhookBy([keyOf('a', { verify })], { alternatives: [() => ['2', '!'], () => ['3'], () => ['4']] })
    expect(verdictCode(await judge(webhook, post('a')))).toBe('ok')
    expect(seen).toEqual(['{}', '2!', '3'])
  })

  test.each(BOTH)('%s hands the parts of a text to a key that can read them', async (_, judge) => {
    const calls: unknown[] = []
    const key = keyOf('a', {
      verifyParts(this: unknown, parts: unknown, signature: unknown) {
        calls.push([this, parts, signature])
        return true
      },
    })
    expect(verdictCode(await judge(webhookBy([key], { base: () => ['1', '2'] }), post('a')))).toBe('ok')
    expect(calls).toEqual([[key, ['1', '2'], bytes('a')]])
  })

  test.each(BOTH)('%s asks for the keys of the message, with its time', async (_, judge) => {
    const keysFor = vi.fn(() => [keyOf('b')])
    const request = post('b')
    expect(await judge({ ...A, keysFor }, request)).toMatchObject({ ok: true, keyId: 'b' })
    expect(keysFor.mock.calls).toEqual([[fromParts(request), NOW]])
    expect(verdictCode(await judge({ ...A, keysFor }, post('a')))).toBe('SIGNATURE_INVALID')
  })

  test.each(BOTH)('%s refuses a time outside of the window, where one is signed', async (_, judge) => {
    const time = { field: 'at', unit: { read: Number, write: String } } as unknown as NonNullable<WebhookSpec['time']>
    const webhook = webhookBy([keyOf('a')], { time })
    const at = async (createdMs: number) => {
      const verdict = await judge(webhook, { ...post('a'), headers: ['signed-by', 'a', 'at', String(createdMs)] })
      return verdict.ok ? verdict.createdMs : verdict.code
    }
    expect(await at(NOW - 300_000)).toBe(NOW - 300_000)
    expect(await at(NOW - 300_001)).toBe('TIMESTAMP_EXPIRED')
    expect(await at(NOW + 300_001)).toBe('TIMESTAMP_FUTURE')
  })

  test.each(BOTH)(
    '%s refuses with the code that a key or a sender states, and passes on any other error',
    async (_, judge) => {
      const failing = (error: Error) =>
        judge(
          webhookBy([
            keyOf('a', {
              verify: () => {
                throw error
              },
            }),
          ]),
          post('a'),
        )
      expect(await failing(new CountersignError('KEY_SOURCE_FAILED', 'it is down'))).toEqual({
        ok: false,
        code: 'KEY_SOURCE_FAILED',
        status: 503,
        detail: 'it is down',
        conclusive: false,
      })
      expect(await failing(new CountersignError('HOST_FAULT', 'set up'))).toMatchObject({
        status: 500,
        conclusive: false,
      })
      for (const error of [new TypeError('of the program'), new CountersignError('CONFIG_INVALID', 'set up')])
        expect(await caught(() => failing(error))).toBe(error)
      // A code that every object has is none of a verdict.
      const odd = Object.assign(new CountersignError('CONFIG_INVALID', 'odd'), { code: 'toString' })
      expect(await caught(() => failing(odd))).toBe(odd)
    },
  )

  test.each(BOTH)('%s refuses what is no webhook', async (name, judge) => {
    for (const [webhook, got] of [
      [undefined, 'nothing'],
      [null, 'null'],
      ['stripe', 'a string'],
      [() => A, 'a function'],
      [{}, 'an object'],
      [{ spec: {}, keys: [] }, 'an object'],
      [{ spec: { base: [] }, keys: [] }, 'an object'],
      [{ spec: specOf() }, 'an object'],
      [{ spec: specOf(), keys: 'a' }, 'an object'],
    ])
      expect(await caught(() => judge(webhook as never, post('a')))).toMatchObject({
        code: 'CONFIG_INVALID',
        message: `${name}: the first argument must be a webhook, such as stripe({ secret }), got ${got}`,
      })
  })

  test.each(BOTH)('%s writes what a sender leaves open to the console, once', async (name, judge) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const weak = webhookBy([keyOf('a')], { id: `weak-${name}`, weaknesses: ['weak-body'] })
    for (let i = 0; i < 2; i++) expect(verdictCode(await judge(weak, post('a')))).toBe('ok')
    expect(warn.mock.calls).toEqual([[`countersign: weak-${name} leaves open: weak-body`]])
  })
})

describe('a delivery that was accepted', () => {
  test('has its body as bytes, text and JSON', async () => {
    const accepted = async (body: WebhookRequest['body']) => {
      const verdict = await receive(post('a', body))
      return verdict.ok ? verdict : expect.fail(verdict.code)
    }
    const one = await accepted('{"a":["é"]}')
    expect([one.body, one.text(), one.json()]).toEqual([bytes('{"a":["é"]}'), '{"a":["é"]}', { a: ['é'] }])
    const none = await accepted(null)
    expect([none.body, none.text()]).toEqual([new Uint8Array(0), ''])
    expect(textOf(() => none.json())).toBe('BODY_UNREADABLE the body is no JSON')
    const odd = await accepted(Uint8Array.of(0xff))
    for (const read of [odd.text, odd.json])
      expect(textOf(() => read.call(odd))).toBe('BODY_UNREADABLE the body is no UTF-8')
    const page = await accepted('<html>')
    expect(await caught(() => page.json())).toMatchObject({ cause: { name: 'SyntaxError' } })
  })

  test('without a memory is no duplicate, and is settled and released at once', async () => {
    const verdict = await receive(post('a'))
    if (!verdict.ok) return expect.fail(verdict.code)
    expect(verdict).toMatchObject({ duplicate: false, deliveryId: undefined, answer: undefined, createdMs: undefined })
    expect(await Promise.all([verdict.settle(), verdict.release()])).toEqual([undefined, undefined])
  })

  test('has its id, and the answer to a question that the sender has signed', async () => {
    const answer = { status: 200, headers: {}, body: 'yes' }
    const challenge = vi.fn(() => answer)
    const key = keyOf('a')
    const webhook = webhookBy([key], { challenge, delivery: { field: 'id', signed: false } })
    const request = { headers: ['signed-by', 'a', 'id', 'evt_1'], body: '{}' }
    const verdict = await receive(request, {}, webhook)
    expect(verdict).toMatchObject({ ok: true, deliveryId: 'evt_1', answer })
    expect(challenge).toHaveBeenCalledWith(fromParts(request), bytes('{}'), key)
  })

  test('is proven with its key and its text', async () => {
    const key = keyOf('a')
    const found = await prove(webhookBy([keyOf('b'), key], { base: () => ['1', '2'] }), fromParts(post('a')), NOW)
    expect(found).toMatchObject({ key, text: { parts: ['1', '2'] }, verdict: { keyId: 'a' } })
    expect(found?.text.whole()).toBe('12')
    expect(await prove(A, fromParts(post('b')), NOW)).toBeUndefined()
  })
})

describe('receiveWebhook', () => {
  test('waits for keys that must be awaited', async () => {
    const slow = keyOf('a', { verify: async (_: unknown, one: Uint8Array) => new TextDecoder().decode(one) === 'a' })
    expect(verdictCode(await receive(post('x a'), {}, webhookBy([slow])))).toBe('ok')
    expect(verdictCode(await receive(post('x y'), {}, webhookBy([slow])))).toBe('SIGNATURE_INVALID')
    expect(verdictCode(await receive(post('b'), {}, { ...A, keysFor: async () => [keyOf('b')] }))).toBe('ok')
  })

  test('refuses a body that is too large, in parts and of Fetch', async () => {
    const fetched = (body: string) => new Request('https://a/', { method: 'POST', headers: { 'signed-by': 'a' }, body })
    for (const make of [(body: string) => post('a', body), fetched]) {
      expect(verdictCode(await receive(make('x'.repeat(MIB))))).toBe('ok')
      expect(await receive(make('x'.repeat(MIB + 1)))).toMatchObject({ code: 'BODY_TOO_LARGE', status: 413 })
      expect(verdictCode(await receive(make('four'), { maxBodyBytes: 4 }))).toBe('ok')
      expect(verdictCode(await receive(make('five!'), { maxBodyBytes: 4 }))).toBe('BODY_TOO_LARGE')
    }
    expect(await receive(post('a', 'five!'), { maxBodyBytes: 4 })).toMatchObject({
      detail: 'the body must have at most 4 bytes',
    })
    for (const body of [null, '']) expect(verdictCode(await receive(post('a', body), { maxBodyBytes: 0 }))).toBe('ok')
  })

  test.each<[keyof ReceiveOptions, readonly number[], readonly number[]]>([
    ['maxBodyBytes', [0, Number.MAX_SAFE_INTEGER], [-1, 1.5, Number.NaN]],
    ['rememberMs', [1_000, Number.MAX_SAFE_INTEGER], [999, 1_000.5]],
    ['storeTimeoutMs', [1, 600_000], [0, 600_001]],
    ['handleMs', [1_000, 86_400_000], [999, 86_400_001]],
  ])('takes %s within its bounds', async (name, good, bad) => {
    for (const value of good) expect(verdictCode(await receive(post('a', null), { [name]: value }))).toBe('ok')
    for (const value of bad)
      expect(await caught(() => receive(post('a', null), { [name]: value }))).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`receiveWebhook: "${name}" must be `),
      })
  })

  test.each<[object, string]>([
    [{ replay: {} }, 'deliveries'],
    [{ store: {} }, 'deliveries'],
    [{ toleranceMs: 1 }, 'the option of the webhook, such as stripe({ toleranceMs })'],
    [{ handlems: 1 }, 'handleMs'],
    [{ deliveries: {} }, 'a store of deliveries, such as memoryDeliveries()'],
    [{ deliveries: { claim: () => true, release: 1 } }, 'a function'],
    [{ clock: {} }, 'a clock'],
  ])('refuses %j with what is meant', async (options, meant) => {
    expect(await caught(() => receiveWebhook(A, post('a'), options))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(meant),
    })
  })

  test('remembers for three days, and gives a store a second, where nothing else is given', () => {
    expect(memoryOf('x', {})).toEqual({
      deliveries: undefined,
      rememberMs: 259_200_000,
      handleMs: undefined,
      storeTimeoutMs: 1_000,
      clock: Date,
    })
    const deliveries = { claim: () => true, release: () => {} }
    const given = { deliveries, rememberMs: 1_000, handleMs: 2_000, storeTimeoutMs: 3, clock }
    expect(memoryOf('x', given)).toEqual(given)
  })

  test('takes the time of this machine where no clock is given', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(NOW)
    const keysFor = vi.fn(() => [keyOf('a')])
    await receiveWebhook({ ...A, keysFor }, post('a'))
    verifyWebhook({ ...A, keysFor }, post('a'))
    expect(keysFor.mock.calls.map(([, nowMs]: unknown[]) => nowMs)).toEqual([NOW, NOW])
  })

  test('passes on that the body was read before', async () => {
    const request = new Request('https://a/', { method: 'POST', headers: { 'signed-by': 'a' }, body: 'x' })
    await request.text()
    expect(await caught(() => receive(request))).toMatchObject({ code: 'BODY_CONSUMED' })
  })

  describe('a request without a signature that is a question of the sender', () => {
    const answer = { status: 200, headers: {}, body: 'token' }
    const asked = (question: WebhookSpec['question'], request: WebhookRequest | Request = post(undefined)) =>
      receive(request, {}, webhookBy([keyOf('a')], question === undefined ? {} : { question }))

    test('is refused, with its answer beside it', async () => {
      const question = vi.fn(() => answer)
      expect(await asked(question)).toEqual({
        ok: false,
        code: 'AUTH_MISSING',
        status: 401,
        conclusive: true,
        detail: 'the request is a question of the sender, not a delivery: send "answer"',
        answer,
      })
      expect(question).toHaveBeenCalledWith(fromParts(post(undefined)))
      expect(await asked(async () => answer)).toMatchObject({ ok: false, answer })
    })

    test('has no answer where it is none', async () => {
      const refused = await asked(undefined)
      expect(refused).not.toHaveProperty('answer')
      expect(await asked(() => undefined)).toEqual(refused)
    })

    test('is refused with what its answer fails with', async () => {
      const failing = (error: Error) =>
        asked(() => {
          throw error
        })
      const refusal = await failing(new CountersignError('AUTH_DUPLICATE', 'two of them'))
      expect(refusal).toMatchObject({ ok: false, code: 'AUTH_DUPLICATE', detail: 'two of them' })
      const error = new TypeError('of the program')
      expect(await caught(() => failing(error))).toBe(error)
    })

    test('is not asked for what has a signature, nor for what could not be read', async () => {
      const question = vi.fn(() => answer)
      expect(await asked(question, post('b'))).not.toHaveProperty('answer')
      expect(await asked(question, post(undefined, 'x'.repeat(MIB + 1)))).toMatchObject({ code: 'BODY_TOO_LARGE' })
      const body = new ReadableStream({
        pull() {
          throw new CountersignError('AUTH_MISSING', 'of the stream')
        },
      })
      const request = new Request('https://a/', { method: 'POST', body, duplex: 'half' } as RequestInit)
      expect(await asked(question, request)).toMatchObject({ ok: false, code: 'AUTH_MISSING', detail: 'of the stream' })
      expect(question).not.toHaveBeenCalled()
    })
  })
})

describe('verifyWebhook', () => {
  test('refuses keys that must be awaited, whatever becomes of their promise', async () => {
    const late = Promise.reject(new Error('of a key'))
    for (const webhook of [
      webhookBy([keyOf('a', { verify: () => late })]),
      { ...A, keysFor: () => late },
      webhookBy([keyOf('a', { verify: async () => true })]),
    ] as Webhook[])
      expect(textOf(() => verifyWebhook(webhook, post('a')))).toBe(
        'KEY_ASYNC the key must answer at once, got a promise: use receiveWebhook',
      )
    // A rejection without a handler would end the process.
    await new Promise((resolve) => setTimeout(resolve))
  })

  test('has no option but its clock', () => {
    for (const options of [{ deliveries: {} }, { clocks: clock }, { clock: {} }, null, 5])
      expect(textOf(() => verifyWebhook(A, post('a'), options as never))).toMatch(/^CONFIG_INVALID /)
    expect(textOf(() => verifyWebhook(A, post('a'), { toleranceMs: 1 } as never))).toContain('stripe({ toleranceMs })')
    expect(verdictCode(verifyWebhook(A, post('a'), {}))).toBe('ok')
  })

  test('proves an HMAC of the catalogue without a copy of the body', () => {
    const secret = 'a-secret-of-this-repository'
    const mac = createHmac('sha256', secret).update('{}').digest('hex')
    const key = keyOf('a', {
      verifyParts: (parts: readonly Uint8Array[]) => {
        const whole = createHmac('sha256', secret)
        for (const part of parts) whole.update(part)
        return whole.digest('hex') === mac
      },
      verify: () => expect.fail('a copy was made'),
    })
    expect(verdictCode(verifyWebhook(webhookBy([key]), post('a')))).toBe('ok')
  })
})
