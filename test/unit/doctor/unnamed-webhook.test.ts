import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'

const SECRET = 'canary-secret-5d41402abc4b2a76'
const BODY = '{"id": 1, "name": "a"}'
const request = (lines: string, body = BODY) =>
  `POST /hook HTTP/1.1\nHost: app.example.com\n${lines}Content-Length: ${body.length}\n\n${body}`
const mac = (text: string, form: 'hex' | 'base64' | 'base64url' = 'hex', hash = 'sha256') =>
  createHmac(hash, SECRET).update(text).digest(form)

test.each([
  ['in hexadecimal', `X-Acme-Signature: ${mac(BODY)}\n`],
  ['behind the name of the hash', `X-Signature-256: sha256=${mac(BODY)}\n`],
  ['in base64', `X-Acme-Hmac-SHA256: ${mac(BODY, 'base64')}\n`],
  ['in base64url', `X-Acme-Hmac: ${mac(BODY, 'base64url')}\n`],
  ['of SHA-1', `X-Webhook-Signature: ${mac(BODY, 'hex', 'sha1')}\n`],
  ['of SHA-512', `X-Webhook-Signature: ${mac(BODY, 'hex', 'sha512')}\n`],
])('a sender that is not known here, whose signature fits %s', async (_, lines) => {
  expect(await diagnose(request(lines), { secret: SECRET })).toMatchObject({ scheme: 'webhook', signature: 'fits' })
})

test.each<[string, string, string]>([
  ['a body that was parsed', `X-Acme-Signature: ${mac('{"id":1,"name":"a"}')}\n`, 'body-json-compact'],
  ['a line break that is lost', `X-Acme-Signature: ${mac(`${BODY}\n`)}\n`, 'body-line-break'],
])('the finding names %s', async (_, lines, id) => {
  const { findings } = await diagnose(request(lines), { secret: SECRET })
  expect(findings[0]?.id).toBe(id)
})

test('takes the time before the body, where a header states one', async () => {
  const lines = `X-Acme-Timestamp: 1700000000\nX-Acme-Signature: ${mac(`1700000000.${BODY}`)}\n`
  const { findings, signature } = await diagnose(request(lines), { secret: SECRET })
  expect([signature, findings[0]?.id]).toEqual(['fits', 'text-alternative'])
})

test.each([
  ['two that may be one', `X-Signature: ${mac(BODY)}\nX-Acme-Signature: ${mac(BODY)}\n`, BODY],
  ['what is too short', 'X-Signature: abcdef\n', BODY],
  ['no body', `X-Signature: ${mac('')}\n`, ''],
])('reads no signature in %s', async (_, lines, body) => {
  const { scheme, findings } = await diagnose(request(lines, body), { secret: SECRET })
  expect([scheme, findings[0]?.id]).toEqual([undefined, 'scheme-unknown'])
})

test('names of signed headers are no secrets in what is shown, and values of credentials are', async () => {
  const { findings } = await diagnose(
    `GET / HTTP/1.1\nHost: a.execute-api.us-east-1.amazonaws.com\nx-amz-date: 20231114T221320Z\nx-amz-meta-a: 1\nx-amz-security-token: canary-token\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date;x-amz-meta-a;x-amz-security-token, Signature=${'0'.repeat(64)}\n\n`,
    {
      refusal: `{"message":"The request signature we calculated does not match\\n\\nThe Canonical String for this request should have been\\n'GET\\n/\\n\\nhost:a.execute-api.us-east-1.amazonaws.com\\nx-amz-date:20231114T221320Z\\nx-amz-meta-a:2\\nx-amz-security-token:canary-token\\n\\nhost;x-amz-date;x-amz-meta-a;x-amz-security-token\\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\\n"}`,
    },
  )
  expect(findings[0]).toMatchObject({ id: 'x-amz-meta-a-other', cause: expect.stringContaining('"x-amz-meta-a:2"') })
  expect(JSON.stringify(findings)).not.toContain('canary-token')
})
