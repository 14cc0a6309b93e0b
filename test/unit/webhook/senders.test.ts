import { describe, expect, test } from 'vitest'
import { memoryDeliveries, receiveWebhook, signWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { makeSender } from '../../contract/webhooks/row.js'
import { SENDERS } from '../../contract/webhooks/senders.js'
import { codeOf } from '../../expect-code.js'

const at = (nowMs: number) => ({ clock: { now: () => nowMs } })
const code = (verdict: { readonly ok: boolean; readonly code?: string }) => (verdict.ok ? 'ok' : verdict.code)
const bytes = (body: string | Uint8Array) => (typeof body === 'string' ? new TextEncoder().encode(body) : body)

describe.each(SENDERS)('$name', (row) => {
  const url = row.url === undefined ? {} : { url: row.url }
  const body = row.body ?? '{"id":"evt_1","type":"invoice.paid","text":"äöü €"}'
  const nowMs = 1_760_000_000_000
  const receiver = makeSender(row, row.receiving ?? row.options)

  test.each(row.golden)(
    '$title is accepted, and not with another body',
    ({ options, headers, body, nowMs, ...rest }) => {
      const webhook = makeSender(row, options)
      const parts = { headers, ...(rest.url && { url: rest.url }), ...(rest.method && { method: rest.method }) }
      expect(verifyWebhook(webhook, { ...parts, body }, at(nowMs))).toMatchObject({ ok: true, webhook: webhook.id })
      const other = bytes(body).slice()
      other[other.length - 1] = (other[other.length - 1] as number) ^ 1
      expect(code(verifyWebhook(webhook, { ...parts, body: other }, at(nowMs)))).not.toBe('ok')
    },
  )

  test('what it signs is accepted, once, and again when it is released', async () => {
    const signed = await signWebhook(makeSender(row), { body, id: 'msg_1', ...url }, at(nowMs))
    const deliveries = memoryDeliveries()
    const request = { headers: signed.fields, body: signed.body as Uint8Array, ...url }
    const receive = () => receiveWebhook(receiver, request, { ...at(nowMs), deliveries })
    const first = await receive()
    expect(first).toMatchObject({ ok: true, duplicate: false })
    expect(await receive()).toMatchObject({ ok: true, duplicate: true })
    if (first.ok) await first.release()
    expect(await receive()).toMatchObject({ ok: true, duplicate: false })
  })

  test('a Fetch request is judged as its parts are', async () => {
    const signed = await signWebhook(makeSender(row), { body, id: 'msg_1', ...url }, at(nowMs))
    const headers = new Headers()
    for (let i = 0; i < signed.fields.length; i += 2)
      headers.append(signed.fields[i] as string, signed.fields[i + 1] as string)
    const request = new Request(row.url ?? 'https://example.com/hook', { method: 'POST', headers, body })
    const verdict = await receiveWebhook(receiver, request, at(nowMs))
    expect(verdict.ok && verdict.text()).toBe(body)
  })

  test('a time outside the window, a field that is there twice, and none at all are refused', async () => {
    const signed = await signWebhook(makeSender(row), { body, id: 'msg_1', ...url }, at(nowMs))
    const judge = (fields: readonly string[], when = nowMs) =>
      code(verifyWebhook(receiver, { headers: fields, body, ...url }, at(when)))
    expect(judge(signed.fields)).toBe('ok')
    if (receiver.window !== undefined) {
      expect(judge(signed.fields, nowMs + receiver.window.pastMs + 1_001)).toBe('TIMESTAMP_EXPIRED')
      expect(judge(signed.fields, nowMs - receiver.window.futureMs - 1_001)).toBe('TIMESTAMP_FUTURE')
    }
    for (let i = 0; i < signed.fields.length; i += 2) {
      const line = signed.fields.slice(i, i + 2)
      expect([line[0], judge([...signed.fields, ...line])]).not.toContain('ok')
    }
    expect(judge([])).toBe('AUTH_MISSING')
  })

  test('an empty secret is refused when it is made', () => {
    if (!('secret' in row.options)) return
    expect(codeOf(() => makeSender(row, { ...row.options, secret: '' }))).toMatch(/KEY_WEAK|CONFIG_INVALID/)
    expect(codeOf(() => makeSender(row, { ...row.options, secret: [] }))).toBe('CONFIG_INVALID')
    expect(codeOf(() => makeSender(row, { ...row.options, secret: undefined }))).toBe('CONFIG_INVALID')
  })
})
