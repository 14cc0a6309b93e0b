import { rootCertificates } from 'node:tls'
import { describe, expect, test, vi } from 'vitest'
import { receiveWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { type PaypalOptions, paypal } from '../../../src/webhook/paypal/paypal.js'
import { PAYPAL_HEADERS, PAYPAL_NOW, PAYPAL_VECTOR } from '../../contract/webhooks/paypal.js'
import { caught, textOf, verdictCode } from '../../expect-code.js'

const { body, certificate, issuer, webhook_id: webhookId } = PAYPAL_VECTOR
const at = (nowMs: number) => ({ clock: { now: () => nowMs } })

function world(options: Partial<PaypalOptions> = {}, answer: () => Response = () => new Response(certificate)) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => answer())
  const webhook = paypal({ webhookId, environment: 'sandbox', fetch, ...options })
  const judge = async (headers: object = {}, more: object = {}, nowMs = PAYPAL_NOW) =>
    verdictCode(await receiveWebhook(webhook, { headers: { ...PAYPAL_HEADERS, ...headers }, body, ...more }, at(nowMs)))
  return { fetch, webhook, judge }
}

describe('a webhook of PayPal', () => {
  test('is accepted by the certificate that it names, which is fetched once', async () => {
    const { fetch, webhook, judge } = world()
    expect(verdictCode(await receiveWebhook(webhook, { headers: PAYPAL_HEADERS, body }, at(PAYPAL_NOW)))).toBe('ok')
    expect(await judge({}, { body: body.replace('USD', 'EUR') })).toBe('SIGNATURE_INVALID')
    expect(await judge({ 'paypal-transmission-id': '071f7d20-1584-11e7-abf0-6b62a8a99ac5' })).toBe('SIGNATURE_INVALID')
    expect(await judge({ 'paypal-transmission-time': '2017-03-30T20:04:06Z' })).toBe('SIGNATURE_INVALID')
    expect(await judge()).toBe('ok')
    expect(verdictCode(verifyWebhook(webhook, { headers: PAYPAL_HEADERS, body }, at(PAYPAL_NOW)))).toBe('ok')
    expect(fetch.mock.calls.map(([url, { redirect }]) => [url, redirect])).toEqual([
      [PAYPAL_HEADERS['paypal-cert-url'], 'manual'],
    ])
  })

  test('waits for one fetch however many deliveries there are', async () => {
    const { fetch, judge } = world()
    expect(new Set(await Promise.all(Array.from({ length: 10 }, () => judge())))).toEqual(new Set(['ok']))
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  test('counts for its own webhook and its own environment alone', async () => {
    expect(await world({ webhookId: '96605875FF6516634' }).judge()).toBe('SIGNATURE_INVALID')
    const live = world({ environment: 'live' })
    expect(await live.judge()).toBe('KEY_UNKNOWN')
    expect(live.fetch).not.toHaveBeenCalled()
    const url = 'https://api.paypal.com/v1/notifications/certs/CERT-1'
    expect(await live.judge({ 'paypal-cert-url': url })).toBe('KEY_UNKNOWN')
    expect(live.fetch).toHaveBeenCalledTimes(1)
  })

  test.each([
    'https://evil.example/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com@evil.example/v1/notifications/certs/CERT-1',
    'https://user@api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-1',
    'http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com/v1/notifications/certs/../../redirect',
    'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?next=https://evil.example',
    'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1#x',
    'https://api.sandbox.paypal.com\\@evil.example/v1/notifications/certs/CERT-1',
    'https://API.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    '//api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    '',
  ])('never fetches a certificate from %j', async (url) => {
    const { fetch, judge } = world()
    expect(await judge({ 'paypal-cert-url': url })).toBe('KEY_UNKNOWN')
    expect(fetch).not.toHaveBeenCalled()
  })

  test('is refused without the algorithm, and before its time', async () => {
    const { judge } = world()
    expect(await judge({ 'paypal-auth-algo': 'SHA1withRSA' })).toBe('AUTH_MALFORMED')
    expect(await judge({ 'paypal-auth-algo': undefined })).toBe('AUTH_MALFORMED')
    expect(await judge({}, {}, PAYPAL_NOW + 259_201_000)).toBe('TIMESTAMP_EXPIRED')
    expect(await judge({}, {}, PAYPAL_NOW - 301_000)).toBe('TIMESTAMP_FUTURE')
  })
})

describe('the certificate', () => {
  test('is taken where a trusted authority has issued it', async () => {
    expect(await world({ authorities: [issuer] }).judge()).toBe('ok')
    expect(await world({ authorities: [`${issuer}\n${certificate}`] }).judge()).toBe('ok')
    // The root has signed the authority, which stands beside the certificate.
    const chain = () => new Response(certificate + issuer)
    expect(await world({ authorities: rootCertificates }, chain).judge()).toBe('ok')
  })

  test('is refused where none has', async () => {
    // It is no authority, although its name and signature would fit.
    expect(await world({ authorities: [certificate] }).judge()).toBe('KEY_UNKNOWN')
    const others = rootCertificates.slice(0, 3)
    expect(await world({ authorities: others }).judge()).toBe('KEY_UNKNOWN')
    const changed = certificate.replace(/\n([A-Za-z0-9+/]{63})[A-Za-z0-9+/]\n(.*)\n-----END/, '\n$1A\n$2\n-----END')
    expect(await world({ authorities: [issuer] }, () => new Response(changed)).judge()).not.toBe('ok')
  })

  test('must be that of PayPal, and valid', async () => {
    expect(await world({}, () => new Response(issuer)).judge()).toBe('KEY_UNKNOWN')
    const { judge } = world({ toleranceMs: 86_400_000 })
    const expired = Date.parse('2019-04-27T00:00:00Z')
    expect(await judge({ 'paypal-transmission-time': '2019-04-27T00:00:00Z' }, {}, expired)).toBe('KEY_UNKNOWN')
  })

  test.each([
    ['a page', () => new Response('<html>')],
    ['nothing', () => new Response('')],
    ['too many', () => new Response(certificate.repeat(9))],
    ['half of one', () => new Response(certificate.slice(0, 900))],
    ['blocks without an end', () => new Response('-----BEGIN CERTIFICATE-----'.repeat(2_000))],
  ])('that is %s is refused', async (_title, answer) => {
    expect(await world({}, answer).judge()).toBe('KEY_UNKNOWN')
  })

  test.each([
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
    ['an error', () => new Response(certificate, { status: 500 })],
    ['too large', () => new Response('x'.repeat(70_000))],
    [
      'a broken connection',
      () => {
        throw new TypeError('fetch failed')
      },
    ],
  ])('that is answered by %s is a fault of the source, so that the sender tries again', async (_title, answer) => {
    const { webhook } = world({}, answer)
    const verdict = await receiveWebhook(webhook, { headers: PAYPAL_HEADERS, body }, at(PAYPAL_NOW))
    expect(verdict).toMatchObject({ ok: false, code: 'KEY_SOURCE_FAILED', status: 503, conclusive: false })
  })

  test('is fetched a bounded number of times, whatever is asked for', async () => {
    const { fetch, judge } = world({}, () => new Response('nothing'))
    const url = (n: number) => ({
      'paypal-cert-url': `https://api.sandbox.paypal.com/v1/notifications/certs/CERT-${n}`,
    })
    const codes = await Promise.all(Array.from({ length: 100 }, (_, n) => judge(url(n))))
    expect(fetch).toHaveBeenCalledTimes(20)
    expect(new Set(codes)).toEqual(new Set(['KEY_UNKNOWN', 'KEY_SOURCE_FAILED']))
    await judge(url(1), {}, PAYPAL_NOW + 61_000)
    expect(fetch).toHaveBeenCalledTimes(21)
  })

  test('takes a bounded time', async () => {
    const { webhook } = world({ fetch: () => new Promise(() => {}), timeoutMs: 20 })
    const verdict = await receiveWebhook(webhook, { headers: PAYPAL_HEADERS, body }, at(PAYPAL_NOW))
    expect(verdictCode(verdict)).toBe('KEY_SOURCE_FAILED')
  })
})

describe('options', () => {
  const key = { keyId: 'k', algorithm: 'rsa-v1_5-sha256', verify: () => true } as const

  test.each<[Partial<Record<keyof PaypalOptions, unknown>>, string]>([
    [{ webhookId: '' }, '"webhookId" must be the id of the webhook, got an empty string'],
    [{ webhookId: 'a|b' }, '"webhookId"'],
    [{ webhookId: 'a'.repeat(65) }, '"webhookId"'],
    [{ webhookId: ['96605875FF6516633'] }, '"webhookId" must be the id of the webhook, got an array'],
    [{ environment: 'production' }, '"environment" must be "live" or "sandbox", got a string'],
    [{ authorities: [] }, '"authorities" must be a list of PEM'],
    [{ authorities: null }, '"authorities" must be a list of PEM, got null'],
    [{ authorities: issuer }, '"authorities" must be a list of PEM, got a string'],
    [{ authorities: { length: 1 } }, '"authorities" must be a list of PEM, got an object'],
    [{ authorities: Array(1_001).fill(issuer) }, '"authorities" must be a list of PEM'],
    [{ authorities: [issuer, 'x'] }, '"authorities[1]" must be certificates in PEM'],
    [{ keys: key }, '"keys" must be a list of keys with verify(), got a verifying key'],
    [{ keys: [{}] }, '"keys"'],
    [{ keys: [null] }, '"keys"'],
    [{ keys: [key, {}] }, '"keys"'],
    [{ fetch: 'fetch' }, '"fetch" must be a function'],
    [{ timeoutMs: 0 }, '"timeoutMs"'],
    [{ timeoutMs: 60_001 }, '"timeoutMs"'],
    [{ toleranceMs: -1 }, '"toleranceMs"'],
  ])('that cannot be meant are refused: %#', (one, meant) => {
    const text = textOf(() => paypal({ webhookId, ...one } as never))
    expect(text).toMatch(/^CONFIG_INVALID paypal: /)
    expect(text).toContain(meant)
  })

  test('that others have are named with what is meant', () => {
    for (const [name, meant] of [
      ['id', 'webhookId'],
      ['ca', 'authorities'],
      ['tolerance', 'toleranceMs'],
      ['publicKey', 'keys'],
    ] as const)
      expect(textOf(() => paypal({ webhookId, [name]: 1 } as never))).toContain(`"${meant}"`)
  })

  test('of authorities say what was wrong with one of them', async () => {
    expect(await caught(() => paypal({ webhookId, authorities: ['x'] }))).toMatchObject({
      cause: { code: 'KEY_MALFORMED' },
    })
    expect(paypal({ webhookId, authorities: Array<string>(1_000).fill(issuer) }).id).toBe('paypal')
  })

  test('of keys take the place of certificates', async () => {
    const fetch = vi.fn()
    const webhook = paypal({ webhookId, keys: [key], fetch })
    expect(webhook.keys).toEqual([key])
    expect(webhook).not.toHaveProperty('keysFor')
    const request = {
      headers: { ...PAYPAL_HEADERS, 'paypal-cert-url': undefined, 'paypal-auth-algo': undefined },
      body,
    }
    expect(verdictCode(verifyWebhook(webhook, request, at(PAYPAL_NOW)))).toBe('ok')
    expect(fetch).not.toHaveBeenCalled()
  })

  test('have their defaults, and the words for what is signed and what is not', async () => {
    const webhook = paypal({ webhookId })
    expect(webhook).toMatchObject({
      keys: [],
      window: { pastMs: 259_200_000, futureMs: 300_000 },
      covered: ['body', 'field:paypal-transmission-id', 'field:paypal-transmission-time'],
      weaknesses: ['weak-body', 'no-url'],
    })
    const fetch = vi.fn(async () => new Response(certificate))
    vi.stubGlobal('fetch', fetch)
    try {
      const one = paypal({ webhookId, environment: 'sandbox' })
      expect(verdictCode(await receiveWebhook(one, { headers: PAYPAL_HEADERS, body }, at(PAYPAL_NOW)))).toBe('ok')
      expect(fetch).toHaveBeenCalledWith(PAYPAL_HEADERS['paypal-cert-url'], expect.anything())
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test('without the URL of a certificate find no key', async () => {
    expect(await world().judge({ 'paypal-cert-url': undefined })).toBe('KEY_UNKNOWN')
  })
})
