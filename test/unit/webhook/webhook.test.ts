import { expect, test } from 'vitest'
import { httpRequest } from '../../../src/message/message.js'
import { slack } from '../../../src/schemes/webhook/catalogue/slack.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { twilio } from '../../../src/schemes/webhook/catalogue/twilio.js'
import { receiveWebhook, signWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'
import { failingClock, verdictCode, withCode } from '../../expect-code.js'

const at = (seconds: number) => ({ clock: { now: () => seconds * 1_000 } })

test('a time far ahead, far behind, or that is no number is refused', () => {
  const webhook = stripe({ secret: 'whsec_test_secret' })
  const headers = {
    'stripe-signature': 't=1614265330,v1=3c5817089d739023dd6190f70a3757e04f7a2fd8b5dab12c2e000f51970dccff',
  }
  const body = '{"id":"evt_test_webhook","object":"event"}'
  expect(verdictCode(verifyWebhook(webhook, { headers, body }, at(1614265330 - 301)))).toBe('TIMESTAMP_FUTURE')
  expect(verdictCode(verifyWebhook(webhook, { headers, body }, at(1614265330 + 301)))).toBe('TIMESTAMP_EXPIRED')
  for (const time of ['1614265330junk', '01614265330', '-1614265330', '1e9', '']) {
    const value = (headers['stripe-signature'] as string).replace('1614265330', time)
    expect(verdictCode(verifyWebhook(webhook, { headers: { 'stripe-signature': value }, body }, at(1614265330)))).toBe(
      'TIMESTAMP_MALFORMED',
    )
  }
})

test('a secret that is rotated signs twice, and either receiver accepts it', async () => {
  const [old, fresh] = ['whsec_old_old_old_old', 'whsec_new_new_new_new']
  const signed = await signWebhook(stripe({ secret: [fresh, old] }), { body: '{}' })
  for (const secret of [old, fresh]) {
    const verdict = verifyWebhook(stripe({ secret }), { headers: signed.fields, body: '{}' })
    expect(verdictCode(verdict)).toBe('ok')
  }
  const verdict = verifyWebhook(stripe({ secret: ['whsec_nil_nil_nil_nil', old] }), {
    headers: signed.fields,
    body: '{}',
  })
  expect(verdict.ok && verdict.keyId).toBe('stripe-2')
})

test('a request of a framework is refused with what to pass in its place', async () => {
  const webhook = stripe({ secret: 'whsec_test_secret' })
  const node = Object.assign(Object.create({ pipe: () => {} }), { headers: {}, rawHeaders: [], body: {} })
  for (const request of [node, { raw: node }, { raw: new Request('https://a/'), header: () => '' }, { req: node }])
    await expect(receiveWebhook(webhook, request)).rejects.toThrow(
      'the request is one of a framework: Express, Fastify, Koa and node:http take webhookVerifier() as middleware',
    )
})

test("Slack's question for the URL of events is answered only where Slack has signed it", async () => {
  const webhook = slack({ secret: '8f742231b10e8888abcd99yyyzzz85a5' })
  const answered = async (body: string, secret = webhook) => {
    const { fields } = await signWebhook(webhook, { body })
    const verdict = await receiveWebhook(secret, { headers: fields, body })
    return verdict.answer
  }
  const question = {
    token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
    challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY',
    type: 'url_verification',
  }
  expect(await answered(JSON.stringify(question))).toEqual({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: question.challenge,
  })
  expect(await answered(JSON.stringify(question), slack({ secret: 'another-secret-of-slack' }))).toBeUndefined()
  for (const other of [
    { ...question, type: 'event_callback' },
    { ...question, challenge: '<b> </b>' },
  ])
    expect(await answered(JSON.stringify(other))).toBeUndefined()
  expect(await answered('payload=%7B%22type%22%3A%22url_verification%22%7D')).toBeUndefined()
})

test('a delivery is read where a Request has no body to stream, as in Firefox', async () => {
  const webhook = slack({ secret: '8f742231b10e8888abcd99yyyzzz85a5' })
  const { fields } = await signWebhook(webhook, { body: '{"a":1}' })
  const headers = new Headers()
  for (let at = 0; at < fields.length; at += 2) headers.append(fields[at] as string, fields[at + 1] as string)
  const receive = (body: string) => {
    const request = new Request('https://hooks.example.com/', { method: 'POST', headers, body })
    return receiveWebhook(webhook, Object.defineProperty(request, 'body', { value: undefined }))
  }
  expect(await receive('{"a":1}')).toMatchObject({ ok: true })
  expect(await receive('{"a":2}')).toMatchObject({ ok: false, code: 'SIGNATURE_INVALID' })
})

test('of senders that sign the URL the refusal of the middleware names the one that was read, and what to state', async () => {
  const webhook = twilio({ secret: 'an-auth-token-of-the-account' })
  const request = httpRequest({
    method: 'POST',
    url: 'http://10.0.0.5:3000/hook?token=hidden',
    headers: {
      'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'a=1',
  })
  const detail = async (one = webhook) => {
    const verdict = await webhookVerifier(one).verify(request)
    return verdict.ok ? 'ok' : verdict.detail
  }
  expect(await detail()).toBe(
    'no secret has made the signature: this sender signs the URL that it calls, and the request came to http://10.0.0.5:3000. Behind a proxy state "publicOrigin" of the middleware, or "publicUrl" of the webhook',
  )
  const signed = await signWebhook(stripe({ secret: 'whsec_old_old_old_old' }), { body: 'a=1' })
  const other = await webhookVerifier(stripe({ secret: 'whsec_new_new_new_new' })).verify({
    ...request,
    fields: signed.fields.flat(),
  })
  expect(other).toMatchObject({ code: 'SIGNATURE_INVALID', detail: 'no secret has made the signature' })
})

test('the middleware refuses a target that starts with two slashes', async () => {
  const { fields } = await signWebhook(stripe({ secret: 'whsec_old_old_old_old' }), { body: '{}' })
  const request = httpRequest({ method: 'POST', url: 'https://a.example//evil.example', body: '{}' })
  const verdict = await webhookVerifier(stripe({ secret: 'whsec_old_old_old_old' })).verify({
    ...request,
    fields: fields.flat(),
  })
  expect(verdict).toMatchObject({ code: 'TARGET_MALFORMED' })
})

test.each([
  ['in seconds', { now: () => 1_796_067_000 }, 'ARGUMENT_INVALID'],
  ['that is no number', { now: () => Number.NaN }, 'ARGUMENT_INVALID'],
  ['that is a function', () => 1_796_067_000_000, 'CONFIG_INVALID'],
  ['without now()', {}, 'CONFIG_INVALID'],
])('a clock %s is refused by who signs and by who receives', async (_, clock, code) => {
  const webhook = stripe({ secret: 'whsec_test_secret' })
  const options = { clock } as never
  const headers = { 'stripe-signature': 't=1614265330,v1=00' }
  const refused = withCode(code, '"clock" must ')
  await expect(signWebhook(webhook, { body: '{}' }, options)).rejects.toThrow(refused)
  await expect(receiveWebhook(webhook, { headers, body: '{}' }, options)).rejects.toThrow(refused)
  expect(() => verifyWebhook(webhook, { headers, body: '{}' }, options)).toThrow(refused)
  const verifying = async () =>
    webhookVerifier(webhook, options).verify(httpRequest({ method: 'POST', url: 'https://a/', body: '{}', headers }))
  await expect(verifying()).rejects.toThrow(withCode('CONFIG_INVALID', '"clock" must '))
})

test('a verifier is not built with a clock in microseconds', () => {
  const clock = { now: () => 1_796_067_000_000_000 }
  expect(() => webhookVerifier(stripe({ secret: 'whsec_test_secret' }), { clock })).toThrow(
    withCode('CONFIG_INVALID', '"clock" must '),
  )
})

test('a clock that has no time any more is the fault of the server', async () => {
  const verifier = webhookVerifier(stripe({ secret: 'whsec_test_secret' }), { clock: failingClock(1_796_067_000_000) })
  const headers = { 'stripe-signature': 't=1614265330,v1=00' }
  expect(await verifier.verify(httpRequest({ method: 'POST', url: 'https://a/', body: '{}', headers }))).toMatchObject({
    ok: false,
    code: 'HOST_FAULT',
  })
})

test.each([
  [{ authToken: 'an-auth-token-of-the-account' }, 'twilio: unknown option "authToken"; did you mean "secret"?'],
  [
    { secret: 'an-auth-token-of-the-account', url: 'https://a.example/sms' },
    'twilio: unknown option "url"; did you mean "publicUrl"?',
  ],
])('options as the library of Twilio calls them are answered with their names here: %j', (options, message) => {
  expect(() => twilio(options as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }))
})
