import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { HmacKey } from '../../src/crypto/key.js'
import { httpRequest } from '../../src/message/message.js'
import { calendly } from '../../src/schemes/webhook/catalogue/calendly.js'
import { dropbox } from '../../src/schemes/webhook/catalogue/dropbox.js'
import { lark } from '../../src/schemes/webhook/catalogue/lark.js'
import { linear as linearApp } from '../../src/schemes/webhook/catalogue/linear.js'
import { meta } from '../../src/schemes/webhook/catalogue/meta.js'
import { paddle } from '../../src/schemes/webhook/catalogue/paddle.js'
import { standardWebhooks } from '../../src/schemes/webhook/catalogue/standard.js'
import { stripe } from '../../src/schemes/webhook/catalogue/stripe.js'
import { twilio } from '../../src/schemes/webhook/catalogue/twilio.js'
import { workos } from '../../src/schemes/webhook/catalogue/workos.js'
import { zoom } from '../../src/schemes/webhook/catalogue/zoom.js'
import { isIdSigned } from '../../src/schemes/webhook/ids.js'
import { type ReadDelivery, readDelivery, signedText } from '../../src/schemes/webhook/read.js'
import type { Webhook } from '../../src/schemes/webhook/webhook.js'
import {
  memoryDeliveries,
  receiveWebhook,
  signWebhook,
  verifyWebhook,
  type WebhookRequest,
} from '../../src/webhook/index.js'
import { makeSender, received, type SenderRow } from '../contract/webhooks/row.js'
import { SENDERS } from '../contract/webhooks/senders.js'
import { codeOf, verdictCode } from '../expect-code.js'
import { bestMs } from './linear.js'

const NOW = 1_760_000_000_000
const at = (nowMs: number) => ({ clock: { now: () => nowMs } })
const judge = (row: SenderRow, request: WebhookRequest, nowMs = NOW) =>
  verdictCode(verifyWebhook(makeSender(row, row.receiving ?? row.options), request, at(nowMs)))

const bodyFor = ({ body, shape }: SenderRow): string | Uint8Array =>
  body ?? (shape === 'json' ? '{"a":"b"}' : '{"id":"evt_1"}')

/** A delivery as the sender makes it. */
async function delivery(row: SenderRow, body = bodyFor(row), nowMs = NOW): Promise<WebhookRequest> {
  const { url, method } = row
  const signed = await signWebhook(
    makeSender(row),
    { body, id: 'msg_1', ...(url && { url }), ...(method && { method }) },
    at(nowMs),
  )
  return received(signed)
}

/** The same delivery with a text exchanged wherever it stands: fields, query or body. */
function exchanged(request: WebhookRequest, from: string, to: string): WebhookRequest {
  const { headers, url, body } = request
  const swap = (text: string) => text.replaceAll(from, () => to)
  return {
    ...request,
    headers: (headers as readonly string[]).map((one, index) => (index % 2 === 1 ? swap(one) : one)),
    ...(url === undefined
      ? {}
      : { url: String(url).replaceAll(encodeURIComponent(from), () => encodeURIComponent(to)) }),
    body: body instanceof Uint8Array ? new TextEncoder().encode(swap(new TextDecoder().decode(body))) : body,
  }
}

/** The signature of {@link delivery}, as text. */
function signatureIn(row: SenderRow, request: WebhookRequest): string {
  const webhook = makeSender(row)
  const key = webhook.keys[0] as HmacKey
  const message = httpRequest({
    method: request.method as string,
    url: request.url ?? 'https://a.example/',
    headers: request.headers,
    body: request.body,
  })
  const read = readDelivery(webhook.spec, message) as ReadDelivery
  const [signature] = read.signatures as readonly [Uint8Array]
  expect(key.verify(signedText(webhook.spec.base, message, read).whole(), signature)).toBe(true)
  return row.name.endsWith('gitlabToken')
    ? new TextDecoder().decode(signature)
    : webhook.spec.place.codec.encode(signature)
}

const TIMED = SENDERS.filter((row) => makeSender(row).window !== undefined)
const timeIn = (request: WebhookRequest): string => {
  const { headers, url, body } = request
  const all = [
    ...(headers as readonly string[]),
    String(url),
    new TextDecoder().decode((body as Uint8Array) ?? undefined),
  ]
  return /1760000000(?:000)?|2025-10-09T08:53:20Z/.exec(all.join('\n'))?.[0] as string
}

/**
 * Ten times the message may take thirty times as long, because an engine keeps large texts in another way; a quadratic step takes a
 * hundred times.
 */
async function grows(make: (size: number) => () => unknown, size: number): Promise<void> {
  const base = Math.max(0.05, await bestMs(make(size), 15))
  expect((await bestMs(make(10 * size), 7)) / base).toBeLessThan(30)
}

describe.each(TIMED)('the time of $name', (row) => {
  test('stripe 23.1.0 takes one that is ten years ahead', async () => {
    const ahead = NOW + 10 * 31_557_600_000
    expect(judge(row, await delivery(row, bodyFor(row), ahead))).toBe('TIMESTAMP_FUTURE')
    expect(judge(row, await delivery(row, bodyFor(row), ahead), ahead)).toBe('ok')
  })

  test('standardwebhooks 1.1.1 takes one with junk behind it, hawk 9.0.2 one that is no number', async () => {
    const request = await delivery(row)
    const time = timeIn(request)
    const wrong = [
      `${time}junk`,
      `${time}.5`,
      `0${time}`,
      `-${time}`,
      '1e9',
      'abc',
      'NaN',
      'Infinity',
      '',
      ' ',
      '１７６００００００',
    ]
    // In JSON some of these are no number, and so no time at all.
    for (const other of wrong)
      expect([other, judge(row, exchanged(request, time, other))]).toEqual([
        other,
        expect.stringMatching(/^(?:TIMESTAMP|AUTH)_MALFORMED$|^AUTH_MISSING$/),
      ])
  })

  test('a tolerance of 0 switches the check off in stripe 23.1.0', () => {
    for (const toleranceMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '300'])
      expect(codeOf(() => makeSender(row, { ...row.options, toleranceMs }))).toBe('CONFIG_INVALID')
  })
})

describe.each(SENDERS)('$name', (row) => {
  test('an empty secret is refused, which standardwebhooks 1.0.0 took', () => {
    for (const secret of ['', 'whsec_', new Uint8Array(0), null])
      expect(codeOf(() => makeSender(row, { ...row.options, secret }))).toMatch(/^KEY_WEAK$|^CONFIG_INVALID$/)
  })

  test('a secret of a few letters is refused', () => {
    expect(codeOf(() => makeSender(row, { ...row.options, secret: 'abc' }))).toMatch(/^KEY_WEAK$|^CONFIG_INVALID$/)
  })

  test('a signature has one spelling, where octokit picks hexadecimal out of anything', async () => {
    const request = await delivery(row)
    const text = signatureIn(row, request)
    expect(judge(row, request)).toBe('ok')
    const others = [
      `${text}0`,
      `${text}00`,
      `${text} junk!`,
      `xx${text}`,
      `${text.slice(0, 8)} ${text.slice(8)}`,
      text.slice(0, 8).split('').join('-') + text.slice(8),
      text.slice(0, -4),
      text.slice(0, 4),
      '=',
      'foo',
      '%',
      ...(text.endsWith('=') ? [text.replace(/=+$/, ''), `${text.slice(0, -2)}~=`] : []),
      ...(text.toUpperCase() === text ? [] : [text.toUpperCase()]),
      ...(/[+/]/.test(text) ? [text.replaceAll('+', '-').replaceAll('/', '_')] : []),
    ]
    for (const other of others)
      expect([other, judge(row, exchanged(request, text, other))]).toEqual([
        other,
        expect.stringMatching(/^SIGNATURE_(?:MALFORMED|INVALID)$|^AUTH_MALFORMED$/),
      ])
  })

  test('an empty signature is none that fits, as in svix for Rust before 1.17', async () => {
    const request = await delivery(row)
    expect(judge(row, exchanged(request, signatureIn(row, request), ''))).not.toBe('ok')
  })

  test('bytes that are no UTF-8 are not one body, as they are in standardwebhooks 1.1.1', async () => {
    if (row.bodyUnsigned === true || row.shape !== undefined) return
    const body = (last: number) => new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, last, 0x7d])
    const request = await delivery(row, body(0xff))
    expect(judge(row, request)).toBe('ok')
    expect(judge(row, { ...request, body: body(0xfe) })).toBe('SIGNATURE_INVALID')
  })

  test('no request makes the receiver throw, as in octokit/webhooks (CVE-2023-50728)', async () => {
    const deliveries = memoryDeliveries()
    const webhook = makeSender(row, row.receiving ?? row.options)
    const request = await delivery(row)
    const names = (request.headers as readonly string[]).filter((_, index) => index % 2 === 0)
    const junk = ['', '=', ',', ';', 'null', 't=,v1=', 'v1,', '\u0000', '€', '%', '{}', '[]', 'a'.repeat(9_000)]
    const bodies = [
      '',
      'null',
      '[]',
      '{"signature":null}',
      '{"signature":{"token":1}}',
      '[',
      '%',
      '\ud800',
      '['.repeat(9_000),
    ]
    for (const value of junk)
      for (const body of bodies) {
        const parts = { headers: names.flatMap((name) => [name, value]), body, url: `https://a.example/?hmac=${value}` }
        expect(verdictCode(await receiveWebhook(webhook, parts, { deliveries, ...at(NOW) }))).toMatch(
          /^[A-Z]+_[A-Z_]+$/,
        )
      }
  })

  test('an id that is not signed does not make a copy a new delivery', async () => {
    const webhook = makeSender(row, row.receiving ?? row.options)
    const request = await delivery(row)
    const deliveries = memoryDeliveries()
    const receive = (one: WebhookRequest) => receiveWebhook(webhook, one, { deliveries, ...at(NOW) })
    expect(await receive(request)).toMatchObject({ ok: true, duplicate: false })
    const verdict = await receive(exchanged(request, 'msg_1', 'msg_2'))
    if (!isIdSigned(webhook.spec)) expect(verdict).toMatchObject({ ok: true, duplicate: true })
    else expect(verdict.ok && !verdict.duplicate).toBe(false)
  })

  test('what it does takes a time that grows with the message', { timeout: 60_000 }, async () => {
    const webhook = makeSender(row, row.receiving ?? row.options)
    const request = await delivery(row)
    const fields = request.headers as readonly string[]
    const ask = (parts: Partial<WebhookRequest>) => () => verifyWebhook(webhook, { ...request, ...parts }, at(NOW))
    await grows((n) => ask({ body: `{"a":"${'\\u00e9%2b&='.repeat(n / 10)}"}` }), 20_000)
    await grows(
      (n) => ask({ headers: fields.map((one, index) => (index % 2 ? one + ',='.repeat(n / 2) : one)) }),
      20_000,
    )
    if (row.url !== undefined)
      await grows((n) => ask({ url: `https://a.example/${'%3A'.repeat(n / 6)}?a=${'%2b+'.repeat(n / 6)}` }), 6_000)
  })
})

describe('faults of single packages', () => {
  const parts = (headers: Record<string, string>, body = '{}'): WebhookRequest => ({ headers, body })

  test('two times in one field are refused, of which stripe 23.1.0 takes the last', async () => {
    for (const [make, field, time, mark] of [
      [stripe, 'stripe-signature', 't', ','],
      [workos, 'workos-signature', 't', ','],
      [calendly, 'calendly-webhook-signature', 't', ','],
      [paddle, 'paddle-signature', 'ts', ';'],
    ] as const) {
      const webhook = make({ secret: 'a-secret-of-some-length' })
      const signed = await signWebhook(webhook, { body: '{}' }, at(NOW))
      const value = signed.fields[signed.fields.findIndex((one) => one.toLowerCase() === field) + 1] as string
      for (const twice of [`${time}=1${mark}${value}`, `${value}${mark}${time}=1760000000`])
        expect(verdictCode(verifyWebhook(webhook, parts({ [field]: twice }), at(NOW)))).toBe('AUTH_DUPLICATE')
    }
  })

  test('an id with a dot in it cannot move bytes from one part to the next, as in standardwebhooks 1.1.1', async () => {
    const webhook = standardWebhooks({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
    await expect(signWebhook(webhook, { body: '1.{}', id: 'a.1760000000' }, at(NOW))).rejects.toThrow(/"id"/)
    const signed = received(await signWebhook(webhook, { body: '{}', id: 'a' }, at(NOW)))
    expect(verdictCode(verifyWebhook(webhook, exchanged(signed, 'a', 'a.1'), at(NOW)))).not.toBe('ok')
  })

  test('a fresh time that is not signed does not help an old body, as in @linear/sdk before #1140', async () => {
    const webhook = linearApp({ secret: 'lin_wh_0123456789abcdef' })
    const { headers, body } = received(await signWebhook(webhook, { body: '{"a":1}' }, at(NOW - 120_000)))
    const fresh = [...(headers as readonly string[]), 'linear-timestamp', String(NOW)]
    expect(verdictCode(verifyWebhook(webhook, { headers: fresh, body }, at(NOW)))).toBe('TIMESTAMP_EXPIRED')
  })

  test('the URL that is signed is never made of fields that any client can write (CVE-2026-28465)', async () => {
    for (const row of SENDERS.filter(({ shape, name }) => shape === 'form' || name.endsWith('#hubspot'))) {
      const request = await delivery(row)
      const { host, protocol } = new URL(row.url as string)
      const forwarded = ['X-Forwarded-Host', host, 'X-Forwarded-Proto', protocol.slice(0, -1), 'Host', host]
      const headers = [...(request.headers as readonly string[]), ...forwarded]
      const elsewhere = String(request.url).replace(host, 'attacker.example')
      expect(judge(row, { ...request, headers, url: elsewhere })).toBe('SIGNATURE_INVALID')
      const behind = makeSender(row, { ...row.options, publicUrl: new URL(row.url as string).origin })
      expect(verdictCode(verifyWebhook(behind, { ...request, url: elsewhere }, at(NOW)))).toBe('ok')
      const { url, ...without } = request
      expect(url).toBeDefined()
      expect(codeOf(() => verifyWebhook(makeSender(row), without, at(NOW)))).toBe('CONFIG_INVALID')
    }
  })

  test('a URL is signed as it is written: letters, quotes and ports are not made another text', () => {
    const token = { secret: '12345', allowShortSecret: true }
    for (const url of ["https://MyCompany.com/a'b?q='x'&r=%7e|é", 'https://mycompany.com:8443/?', 'http://a.example']) {
      const text = url === 'http://a.example' ? `${url}/` : url
      const signature = createHmac('sha1', '12345').update(text).digest('base64')
      const request = { headers: { 'x-twilio-signature': signature }, body: '', url }
      expect([url, verdictCode(verifyWebhook(twilio(token), request))]).toEqual([url, 'ok'])
    }
    for (const publicUrl of [
      'hooks.example.com',
      'ftp://a.example',
      'https://u:p@a.example',
      'https://a.example/?b=1',
      '',
      7,
    ])
      expect(codeOf(() => twilio({ ...token, publicUrl: publicUrl as string }))).toBe('CONFIG_INVALID')
  })

  test('parameters in another order are the same delivery, once (CVE-2026-41395)', async () => {
    const row = SENDERS.find(({ name }) => name.endsWith('#plivo')) as SenderRow
    const request = await delivery(row)
    const deliveries = memoryDeliveries()
    const receive = (url: string) => receiveWebhook(makeSender(row), { ...request, url }, { deliveries, ...at(NOW) })
    expect(await receive('https://answer.example/in?b=2&a=1')).toMatchObject({ ok: true, duplicate: false })
    expect(await receive('https://answer.example/in?a=1&b=2')).toMatchObject({ ok: true, duplicate: true })
  })

  test('a hash of the body that is not that of the body is refused, as is one that stands twice', () => {
    const webhook = twilio({ secret: '12345', allowShortSecret: true })
    const hash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
    const headers = { 'x-twilio-signature': 'a9nBmqA0ju/hNViExpshrM61xv4=' }
    const url = `https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=${hash}`
    const ask = (body: string, to = url) => verdictCode(verifyWebhook(webhook, { headers, body, url: to }))
    expect(ask('{"property": "value", "boolean": true}')).toBe('ok')
    expect(ask('{"property": "value", "boolean": false}')).toBe('DIGEST_MISMATCH')
    expect(ask('{"property": "value", "boolean": true}', `${url}&bodySHA256=${hash}`)).toBe('AUTH_DUPLICATE')
  })
})

describe('questions for the URL', () => {
  const ask = (webhook: Webhook, url: string, method = 'GET') =>
    receiveWebhook(webhook, { headers: {}, body: null, method, url }, at(NOW))

  test('Zoom is answered with an HMAC of its token, and only of what is no signed text', async () => {
    const webhook = zoom({ secret: 'a-secret-token-of-the-app' })
    const receive = async (plainToken: string) => {
      const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken } })
      const signed = received(await signWebhook(webhook, { body }, at(NOW)))
      const verdict = verifyWebhook(webhook, signed, at(NOW))
      return verdict.ok ? verdict.answer : verdict
    }
    expect(await receive('qgg8vlvZRS6UYooatFL8Aw')).toMatchObject({
      status: 200,
      body: '{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"5de6b71c1d0ca95663bc29ee8bcb717074769c248df62df5a17b5c01708e3206"}',
    })
    expect(await receive('v0:1760000000:{"event":"meeting.started"}')).toBeUndefined()
  })

  test('Meta is answered where it shows the token, Dropbox always, and neither with markup', async () => {
    const page = meta({ secret: 'an-app-secret-of-the-app', verifyToken: 'a-text-of-your-choice' })
    const url = 'https://a.example/?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token='
    expect(await ask(page, `${url}a-text-of-your-choice`)).toMatchObject({ ok: false, answer: { body: '1158201444' } })
    expect(await ask(page, `${url}another-text`)).not.toHaveProperty('answer')
    expect(await ask(page, `${url}a-text-of-your-choice`, 'POST')).not.toHaveProperty('answer')
    expect(await ask(page, `${url}a-text-of-your-choice&hub.challenge=2`)).toMatchObject({ code: 'AUTH_DUPLICATE' })
    expect(await ask(meta({ secret: 'an-app-secret-of-the-app' }), `${url}undefined`)).not.toHaveProperty('answer')
    const files = dropbox({ secret: 'an-app-secret-of-dropbox' })
    expect(await ask(files, 'https://a.example/?challenge=abc_1')).toMatchObject({
      answer: { status: 200, body: 'abc_1' },
    })
    expect(await ask(files, 'https://a.example/?challenge=%3Cscript%3E')).not.toHaveProperty('answer')
    expect(await ask(files, 'https://a.example/?challenge=%zz')).toMatchObject({ code: 'TARGET_MALFORMED' })
  })

  test('Lark is answered where the question is sealed with the encrypt key', async () => {
    const webhook = lark({ secret: 'test-key-of-sixteen-bytes' })
    const seal = (text: string, key = 'test-key-of-sixteen-bytes') => {
      const iv = new Uint8Array(16).fill(7)
      const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv)
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
    }
    const receive = (encrypt: string) =>
      receiveWebhook(webhook, { headers: {}, body: JSON.stringify({ encrypt }) }, at(NOW))
    const text = JSON.stringify({ challenge: 'ajls384kdjx98XX', token: 'x', type: 'url_verification' })
    expect(await receive(seal(text))).toMatchObject({ ok: false, answer: { body: '{"challenge":"ajls384kdjx98XX"}' } })
    for (const other of [seal(text, 'another-key-of-16'), seal('{}'), seal(text).slice(4), 'AAAA', '', '%'])
      expect(await receive(other)).not.toHaveProperty('answer')
  })
})
