import { afterEach, describe, expect, test, vi } from 'vitest'
import { webhookOf } from '../../../src/schemes/webhook/define-webhook.js'
import type { WebhookKey, WebhookSpec } from '../../../src/schemes/webhook/webhook.js'
import { signWebhook, type WebhookDelivery } from '../../../src/webhook/sign-webhook.js'
import { caught } from '../../expect-code.js'

const NOW = 1_760_000_000_000
const clock = { now: () => NOW }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const signing = (keyId: string): WebhookKey => ({
  keyId,
  algorithm: 'hmac-sha256',
  verify: () => false,
  sign: () => bytes(keyId),
})
const verifying = (keyId: string): WebhookKey => ({ keyId, algorithm: 'hmac-sha256', verify: () => false })

/** A sender whose signatures are names of keys. */
const spec: WebhookSpec = {
  id: 'plain',
  place: {
    codec: { name: 'hex', encode: (one) => new TextDecoder().decode(one), decode: () => undefined },
    read: () => undefined,
    write: (signatures) => ['signed-by', signatures.join(' ')],
  },
  delivery: { field: 'id', signed: true },
  time: { field: 'at', unit: { read: Number, write: String } } as unknown as NonNullable<WebhookSpec['time']>,
  base: ({ body }) => [body],
  weaknesses: [],
}
const sign = (delivery: WebhookDelivery, options: object = { clock }, keys = [signing('a')]) =>
  signWebhook(webhookOf(spec, keys), delivery, options)

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a delivery that is signed', () => {
  test('is a POST to nowhere where nothing else is given', async () => {
    expect(await sign({ body: 'é', id: 'evt_1' })).toEqual({
      method: 'POST',
      scheme: 'https',
      authority: '',
      target: '/',
      fields: ['id', 'evt_1', 'at', String(NOW), 'signed-by', 'a'],
      body: Uint8Array.of(0xc3, 0xa9),
    })
  })

  test('has the URL, the method, the fields and the bytes that are given', async () => {
    const body = bytes('{}')
    const delivery = { body, id: 'evt_1', url: 'http://a.example/b?c', method: 'PUT', headers: { 'X-A': '1' } }
    expect(await sign(delivery)).toMatchObject({
      method: 'PUT',
      scheme: 'http',
      authority: 'a.example',
      target: '/b?c',
      fields: ['X-A', '1', 'id', 'evt_1', 'at', String(NOW), 'signed-by', 'a'],
    })
    expect((await sign(delivery)).body).toBe(body)
  })

  test('has an id of its own where none is given', async () => {
    const ids = await Promise.all([1, 2].map(async () => (await sign({ body: '' })).fields[1] as string))
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/)
  })

  test('has the signatures of all keys that can sign, in their order', async () => {
    const keys = [signing('a'), verifying('b'), signing('c')]
    expect((await sign({ body: '', id: 'evt_1' }, { clock }, keys)).fields.at(-1)).toBe('a c')
  })

  test('cannot be signed with what only verifies', async () => {
    for (const keys of [[], [verifying('a')]])
      expect(await caught(() => sign({ body: '' }, { clock }, keys))).toMatchObject({
        code: 'CONFIG_INVALID',
        message: 'plain: these webhooks cannot be signed with what only verifies',
      })
  })

  test('has the time of this machine where no clock is given', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(NOW + 5)
    for (const options of [{}, undefined]) {
      const { fields } = await signWebhook(webhookOf(spec, [signing('a')]), { body: '' }, options)
      expect(fields[3]).toBe(String(NOW + 5))
    }
  })
})

test.each<[unknown, string]>([
  [undefined, 'nothing'],
  [null, 'null'],
  [{}, 'an object'],
  [5, 'a number'],
  [new ArrayBuffer(1), 'an ArrayBuffer'],
])('a body that is none is refused by its kind: %#', async (body, got) => {
  const error = (await caught(() => sign({ body } as WebhookDelivery))) as Error
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(error.message).toMatch(/"body"/)
  expect(error.message).toContain(`got ${got}`)
})

test.each<[object, object, string]>([
  [{ payload: '{}' }, {}, '"body"'],
  [{ body: '{}', header: {} }, {}, '"headers"'],
  [{ body: '{}' }, { clocks: clock }, '"clock"'],
  [{ body: '{}' }, { clock: {} }, '"clock" must be a clock'],
  [{ body: '{}' }, { clock: { now: () => 1_760_000_000 } }, 'are these seconds?'],
  [{ body: '{}', url: '/b' }, {}, '"url"'],
])('what cannot be meant is refused with what is: %#', async (delivery, options, meant) => {
  const error = (await caught(() => sign(delivery as WebhookDelivery, options))) as Error
  expect(error).toMatchObject({ name: 'CountersignError' })
  expect(error.message).toContain(meant)
})

test('what is no webhook signs nothing', async () => {
  expect(await caught(() => signWebhook({ id: 'plain', keys: [] } as never, { body: '' }))).toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'signWebhook: the first argument must be a webhook, such as stripe({ secret }), got an object',
  })
})
