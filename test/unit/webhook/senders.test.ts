import { describe, expect, test } from 'vitest'
import { Secret } from '../../../src/crypto/secret.js'
import { github } from '../../../src/schemes/webhook/catalogue/github.js'
import { linear } from '../../../src/schemes/webhook/catalogue/linear.js'
import { mailgun } from '../../../src/schemes/webhook/catalogue/mailgun.js'
import { paddle } from '../../../src/schemes/webhook/catalogue/paddle.js'
import { shopify, shopifyOauth, shopifyProxy } from '../../../src/schemes/webhook/catalogue/shopify.js'
import { slack } from '../../../src/schemes/webhook/catalogue/slack.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { memoryDeliveries, receiveWebhook, signWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { makeSender, received } from '../../contract/webhooks/row.js'
import { SENDERS } from '../../contract/webhooks/senders.js'
import { codeOf, textOf, verdictCode } from '../../expect-code.js'

const at = (nowMs: number) => ({ clock: { now: () => nowMs } })
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
      else expect(verdictCode(verdict)).not.toBe('ok')
    },
  )

  test.each(row.golden)('$title is refused by another secret', ({ options, headers, body, nowMs, ...rest }) => {
    if (!('secret' in options)) return
    const secret = String(options['secret']).startsWith('whsec_MfK')
      ? 'whsec_AAAAr8GKYqrTwjUPD8ILPZIo2LaLaSw='
      : 'whsec_BBBBdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q='
    const webhook = makeSender(row, { ...options, secret, ...('sharedKey' in options && { sharedKey: secret }) })
    const parts = { headers, body, ...(rest.url && { url: rest.url }), ...(rest.method && { method: rest.method }) }
    expect(verdictCode(verifyWebhook(webhook, parts, at(nowMs)))).toBe('SIGNATURE_INVALID')
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
      verdictCode(await receiveWebhook(receiver, { ...signed, ...changes }, at(when)))
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
    for (const secret of ['', [], [''], ['x'.repeat(64), '']]) {
      // Of a secret with a beginning of its own any other text is refused as such.
      const code = codeOf(() => makeSender(row, { ...row.options, secret }))
      expect(code).toMatch(Array.isArray(secret) && secret.length === 0 ? /^KEY_WEAK$/ : /^(KEY_WEAK|CONFIG_INVALID)$/)
    }
    expect(codeOf(() => makeSender(row, { ...row.options, secret: undefined }))).toBe('CONFIG_INVALID')
  })
})

test('a form of Mailgun whose parts of the signature are repeated, broken or left out is refused', async () => {
  const webhook = mailgun({ secret: 'a-webhook-signing-key-of-the-account' })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const receive = async (body: string) =>
    verdictCode(await receiveWebhook(webhook, { headers, body }, at(1_760_000_000_000)))
  const good = `timestamp=1760000000&token=${'e'.repeat(50)}&signature=${'0'.repeat(64)}`
  expect(await receive(good)).toBe('SIGNATURE_INVALID')
  for (const name of ['timestamp', 'token', 'signature']) {
    expect(await receive(`${good}&${name}=1`)).toBe('AUTH_DUPLICATE')
    expect(await receive(good.replace(`${name}=`, 'x='))).toMatch(/^(?:AUTH|TIMESTAMP)_MALFORMED$/)
  }
  expect(await receive(`${good}&a=%zz`)).toBe('BODY_UNREADABLE')
  expect(await receive('a=1')).toBe('AUTH_MISSING')
})

test('a list without a secret and an empty secret are refused in words of their own', () => {
  const said = (secret: string | string[], more = {}) => textOf(() => stripe({ secret, ...more }))
  expect(said([])).toBe('KEY_WEAK stripe: "secret" must be 1 to 8 secrets, got 0')
  expect(said(Array(9).fill('x'.repeat(32)))).toBe('CONFIG_INVALID stripe: "secret" must be 1 to 8 secrets, got 9')
  expect(said('')).toMatch(/^KEY_WEAK stripe: "secret" must have at least 16 bytes, got nothing \(is it set\?\); /)
  expect(said('', { allowShortSecret: true })).toMatch(
    /"secret" must have at least 1 bytes, got nothing \(is it set\?\)$/,
  )
  expect(said(['x'.repeat(32), 'short'])).toMatch(/"secret\[1\]" must have at least 16 bytes, got 5; /)
})

const REST = '0123456789abcdef0123456789abcdef'

// What of the same account is taken for the secret, and what may be it.
test.each([
  [
    stripe,
    'sk_test_ sk_live_ rk_test_ rk_live_ pk_test_ pk_live_',
    'which starts with whsec_, got an API key',
    'whsec_ sk_',
  ],
  [github, 'ghp_ gho_ ghu_ ghs_ ghr_ github_pat_', 'the secret of the webhook, got an access token', 'gh_ ghp whsec_'],
  [slack, 'xoxb- xoxp- xapp- xoxe.xoxp-', 'the signing secret of the app, which is hexadecimal, got a token', 'a1 xox'],
  [shopify, 'shpat_ shpca_ shppa_ shpua_', 'the client secret of the app, got an access token', 'shpss_'],
  [shopifyOauth, 'shpat_', 'the client secret of the app, got an access token', 'shpss_'],
  [shopifyProxy, 'shpat_', 'the client secret of the app, got an access token', 'shpss_'],
  [paddle, 'pdl_live_apikey_ pdl_sdbx_apikey_', 'destination, got an API key', 'pdl_ntfset_'],
  [linear, 'lin_api_ lin_oauth_', 'such as lin_wh_…, got an API key', 'lin_wh_'],
] as const)('%o does not take another credential for its secret', (make, wrong, text, right) => {
  for (const begins of wrong.split(' ')) {
    const secret = begins + REST
    for (const one of [secret, Secret.fromText(secret), [right.split(' ')[0] + REST, secret]]) {
      const said = textOf(() => make({ secret: one }))
      expect(said).toContain(text)
      expect(said).toMatch(/^CONFIG_INVALID [a-z-]+: "secret(\[1\])?" must be /)
      expect(said).not.toContain(REST)
    }
  }
  for (const begins of right.split(' ')) expect(make({ secret: begins + REST }).keys).toHaveLength(1)
})
