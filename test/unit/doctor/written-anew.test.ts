import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'

const SECRET = 'a secret of this test'
const signed = '{"a": 1, "b":  "x"}'
const SIGNATURE = createHmac('sha256', SECRET).update(signed).digest('hex')
const HEAD = `POST /hook HTTP/1.1\nHost: a.example\nX-GitHub-Event: push\nX-Hub-Signature-256: sha256=${SIGNATURE}\nContent-Type: application/json\n`
const BODY = '{"a":1,"b":"x"}'
const first = async (text: string, secret = SECRET) => (await diagnose(text, { secret, budgetMs: 5_000 })).findings[0]

describe('a body of which the text shows that it was written anew', () => {
  test.each([
    'JSON.stringify(req.body)',
    'JSON.stringify(ctx.request.body)',
    'json_encode($request->all())',
    'json.dumps(request.json)',
    'JSON.generate(request.params)',
  ])('%s beside a signature that nothing leads to is named', async (call) => {
    expect(await first(`${HEAD}\n${call}: ${BODY}\n`)).toMatchObject({ id: 'body-parsed', certainty: 'likely' })
  })

  test('what a client makes of its own value is not called so', async () => {
    expect(await first(`${HEAD}\nJSON.stringify(order): ${BODY}\n`)).toMatchObject({ id: 'no-hypothesis' })
  })

  test('spaces behind some commas and colons alone are found', async () => {
    const odd = '{"events":[],"first": 0,"last": 0, "entropy": "X"}'
    const signature = createHmac('sha256', SECRET).update(odd).digest('base64')
    const text = `POST /hook HTTP/1.1\nHost: a.example\nx-xero-signature: ${signature}\n\n${JSON.stringify(JSON.parse(odd))}`
    expect(await first(text)).toMatchObject({ id: 'body-json-some-spaces', certainty: 'proven' })
  })

  test.each([
    [
      'two that a double is printed as',
      '{"a":4820982911946154500,"b":4820982911946154777}',
      'body-json-numbers-rounded',
      true,
    ],
    ['one that is no double', '{"a":4820982911946154508,"b":4820982911946154777}', 'no-hypothesis', false],
  ])('long numbers are suspected where they are such as a double is printed as: %s', async (_, body, id, isRounded) => {
    const text = `${HEAD}\n${isRounded ? JSON.stringify(JSON.parse(body)) : body}`
    expect(await first(text)).toMatchObject({ id })
  })
})

describe('a key of another place that is given as the secret', () => {
  test.each([
    're_8sKq2LxTz_ofthistest',
    'key-0123456789abcdef0123456789abcdef',
    'SG.0123456789abcdefXYZ.0123456789',
    'pdl_live_apikey_01h0123456789',
    'AC0123456789abcdef0123456789abcdef',
  ])('%s is named, and not shown', async (secret) => {
    const found = await diagnose(`${HEAD}\n${BODY}`, { secret, budgetMs: 5_000 })
    expect(found.findings[0]).toMatchObject({ id: 'secret-other', certainty: 'likely' })
    expect(JSON.stringify(found)).not.toContain(secret)
  })
})
