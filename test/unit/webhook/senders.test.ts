import { describe, expect, test } from 'vitest'
import { memoryDeliveries, receiveWebhook, signWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { makeSender, received } from '../../contract/webhooks/row.js'
import { SENDERS } from '../../contract/webhooks/senders.js'
import { codeOf } from '../../expect-code.js'

const at = (nowMs: number) => ({ clock: { now: () => nowMs } })
const code = (verdict: { readonly ok: boolean; readonly code?: string }) => (verdict.ok ? 'ok' : verdict.code)
const bytes = (body: string | Uint8Array) => (typeof body === 'string' ? new TextEncoder().encode(body) : body)

describe.each(SENDERS)('$name', (row) => {
  const { url, method, body = '{"id":"evt_1","type":"invoice.paid","text":"äöü €"}' } = row
  const delivery = { body, id: 'msg_1', ...(url && { url }), ...(method && { method }) }
  const nowMs = 1_760_000_000_000
  const receiver = makeSender(row, row.receiving ?? row.options)
  const sign = async () => received(await signWebhook(makeSender(row), delivery, at(nowMs)))

  test.each(row.golden)(
    '$title is accepted, and not with another body',
    ({ options, headers, body, nowMs, ...rest }) => {
      const webhook = makeSender(row, options)
      const parts = { headers, ...(rest.url && { url: rest.url }), ...(rest.method && { method: rest.method }) }
      expect(verifyWebhook(webhook, { ...parts, body }, at(nowMs))).toMatchObject({ ok: true, webhook: webhook.id })
      const other = bytes(body).slice()
      other[other.length - 1] = (other[other.length - 1] as number) ^ 1
      const verdict = verifyWebhook(webhook, { ...parts, body: other }, at(nowMs))
      if (row.bodyUnsigned === true) expect(webhook.weaknesses).toContain('no-body')
      else expect(code(verdict)).not.toBe('ok')
    },
  )

  test.each(row.golden)('$title is refused by another secret', ({ options, headers, body, nowMs, ...rest }) => {
    if (!('secret' in options)) return
    const secret = String(options['secret']).startsWith('whsec_MfK')
      ? 'whsec_AAAAr8GKYqrTwjUPD8ILPZIo2LaLaSw='
      : 'whsec_BBBBdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q='
    const webhook = makeSender(row, { ...options, secret, ...('sharedKey' in options && { sharedKey: secret }) })
    const parts = { headers, body, ...(rest.url && { url: rest.url }), ...(rest.method && { method: rest.method }) }
    expect(code(verifyWebhook(webhook, parts, at(nowMs)))).toBe('SIGNATURE_INVALID')
  })

  test('what it signs is accepted, once, and again when it is released', async () => {
    const request = await sign()
    const deliveries = memoryDeliveries()
    const receive = () => receiveWebhook(receiver, request, { ...at(nowMs), deliveries })
    const first = await receive()
    expect(first).toMatchObject({ ok: true, duplicate: false })
    expect(await receive()).toMatchObject({ ok: true, duplicate: true })
    if (first.ok) await first.release()
    expect(await receive()).toMatchObject({ ok: true, duplicate: false })
  })

  test('a Fetch request is judged as its parts are', async () => {
    const signed = await sign()
    const fields = signed.headers as readonly string[]
    const headers = new Headers()
    for (let i = 0; i < fields.length; i += 2) headers.append(fields[i] as string, fields[i + 1] as string)
    const request = new Request(signed.url ?? 'https://example.com/hook', {
      method: signed.method as string,
      headers,
      body: signed.method === 'GET' ? null : (signed.body as BodyInit | null),
    })
    const verdict = await receiveWebhook(receiver, request, at(nowMs))
    expect(verdict.ok && verdict.body).toEqual(signed.body)
  })

  test('a time outside the window, a field or parameter that is there twice, and none at all are refused', async () => {
    const signed = await sign()
    const fields = signed.headers as readonly string[]
    // RSA answers with a promise where WebCrypto computes it.
    const judge = async (changes: object, when = nowMs) =>
      code(await receiveWebhook(receiver, { ...signed, ...changes }, at(when)))
    expect(await judge({})).toBe('ok')
    if (receiver.window !== undefined) {
      expect(await judge({}, nowMs + receiver.window.pastMs + 1_001)).toBe('TIMESTAMP_EXPIRED')
      expect(await judge({}, nowMs - receiver.window.futureMs - 1_001)).toBe('TIMESTAMP_FUTURE')
    }
    for (let i = 0; i < fields.length; i += 2) {
      const line = fields.slice(i, i + 2)
      expect([line[0], await judge({ headers: [...fields, ...line] })]).not.toContain('ok')
    }
    const inQuery = /[?&]((?:hmac|signature|hash)=[^&]*)/.exec(String(signed.url))
    if (inQuery !== null) {
      expect(await judge({ url: `${signed.url}&${inQuery[1]}` })).toBe('AUTH_DUPLICATE')
      expect(await judge({ url })).toBe('AUTH_MISSING')
    } else expect(await judge({ headers: [], body })).toBe('AUTH_MISSING')
  })

  test('an empty secret is refused when it is made', () => {
    if (!('secret' in row.options)) return
    expect(codeOf(() => makeSender(row, { ...row.options, secret: '' }))).toMatch(/KEY_WEAK|CONFIG_INVALID/)
    expect(codeOf(() => makeSender(row, { ...row.options, secret: [] }))).toBe('CONFIG_INVALID')
    expect(codeOf(() => makeSender(row, { ...row.options, secret: undefined }))).toBe('CONFIG_INVALID')
  })
})
