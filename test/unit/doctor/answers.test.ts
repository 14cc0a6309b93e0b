import { createHash, createPublicKey, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'
import { ED25519_KEY } from '../../doctor/keys.mjs'

const publicKey = createPublicKey(ED25519_KEY).export({ type: 'spki', format: 'pem' }) as string
const BODY = '{"ok":true}'
const digest = (of: string) => `sha-256=:${createHash('sha256').update(of).digest('base64')}:`
const COMPONENTS = '("@status" "content-digest" "@path";req);created=1700000000'
const REQUEST = 'GET /v1/items HTTP/1.1\r\nHost: api.example.com\r\n\r\n'

/** An answer whose signature is for `signed`, and what is sent. */
const answer = (signed: { status?: string; path?: string; body?: string } = {}, sentBody = BODY) => {
  const { status = '200', path = '/v1/items', body = BODY } = signed
  const base = `"@status": ${status}\n"content-digest": ${digest(body)}\n"@path";req: ${path}\n"@signature-params": ${COMPONENTS}`
  const signature = sign(null, Buffer.from(base), ED25519_KEY).toString('base64')
  return `HTTP/1.1 200 OK\r\nContent-Digest: ${digest(body)}\r\nSignature-Input: sig1=${COMPONENTS}\r\nSignature: sig1=:${signature}:\r\n\r\n${sentBody}`
}

test('a signed answer that is as it should be fits, with the components of its request', async () => {
  const found = await diagnose(`${REQUEST}\r\n${answer()}`, { publicKey })
  expect(found).toMatchObject({ scheme: 'rfc9421', verified: true, signature: 'fits', findings: [] })
})

test.each([
  ['another status was signed', answer({ status: '201' }), '@status-other'],
  ['another path of the request was signed', answer({ path: '/v1/items/' }), '@path-slash'],
  ['the body was written anew', answer({}, '{"ok": true}'), 'digest-mismatch'],
])('the finding of a signed answer says that %s', async (_, text, id) => {
  const { findings, scheme } = await diagnose(`${REQUEST}\r\n${text}`, { publicKey, budgetMs: 20_000 })
  expect({ scheme, id: findings[0]?.id }).toEqual({ scheme: 'rfc9421', id })
})

test('an answer that was pasted alone is judged for what it holds, and the request is named as unread', async () => {
  const { findings, unread } = await diagnose(answer({}, '{"ok": true}'))
  expect(findings[0]?.id).toBe('digest-mismatch')
  expect(unread.map(({ part }) => part)).toContain('request')
})

test('an answer that refuses is not judged in place of its request', async () => {
  const refused = answer().replace('200 OK', '401 Unauthorized')
  expect((await diagnose(`${REQUEST}\r\n${refused}`)).scheme).toBeUndefined()
})

test.each([
  ['{"code":-1022,"msg":"Signature for this request is not valid."}', 'refused-signature'],
  ['{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}', 'refused-key-or-rights'],
])('the answer %s alone says what is refused', async (text, id) => {
  const { findings, unread } = await diagnose(text)
  expect(findings.map((one) => one.id)).toEqual([id])
  expect(unread.map(({ part }) => part)).toEqual(['request'])
})
