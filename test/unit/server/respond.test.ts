import { describe, expect, it } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { VERDICT_STATUS, type VerdictCode } from '../../../src/errors.js'
import { fieldValues } from '../../../src/message/fields.js'
import { httpRequest, httpResponse } from '../../../src/message/message.js'
import { component, rfc9421Signer, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { createResponseSigner, refusalResponse, varyOnProof } from '../../../src/server/respond.js'

const challenges = [{ field: 'Accept-Signature', value: 'sig1=("@method");created' }]
const answer = (status: number, retryAfterMs?: number, what = challenges) =>
  refusalResponse({ status, retryAfterMs }, { challenges: what })

describe('refusalResponse', () => {
  it('has a title for every status a refusal can have', () => {
    for (const code of Object.keys(VERDICT_STATUS) as VerdictCode[]) {
      const status = VERDICT_STATUS[code]
      const problem = JSON.parse(answer(status).body) as { title: string }
      expect(problem).toEqual({ type: 'about:blank', title: expect.stringMatching(/^[A-Z]/) as string, status })
      expect(problem.title).not.toBe('Error')
    }
  })

  it('says how to sign with 401 only', () => {
    expect(answer(401).headers).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'accept-signature': 'sig1=("@method");created',
      'www-authenticate': 'Signature',
    })
    expect(Object.keys(answer(403).headers)).toEqual(['cache-control', 'content-type'])
    const several = [
      ...challenges,
      { field: 'accept-signature', value: 'b=()' },
      { field: 'WWW-Authenticate', value: 'X' },
    ]
    expect(answer(401, undefined, several).headers).toMatchObject({
      'accept-signature': 'sig1=("@method");created, b=()',
      'www-authenticate': 'X',
    })
  })

  it('has the Signature-Error of a refusal, whatever its status', () => {
    const signatureError = 'error=invalid_signature'
    for (const status of [400, 401, 403])
      expect(
        refusalResponse({ status, retryAfterMs: undefined, signatureError }, { challenges }).headers,
      ).toMatchObject({
        'signature-error': signatureError,
      })
    expect(answer(401).headers).not.toHaveProperty('signature-error')
  })

  it('says when to come back with 429 and 503, in whole seconds and never at once', () => {
    expect(
      [answer(503, 1_000), answer(429, 1_001), answer(503, 0), answer(503)].map((one) => one.headers['retry-after']),
    ).toEqual(['1', '2', '1', '1'])
    expect(answer(401, 5_000).headers['retry-after']).toBeUndefined()
  })
})

describe('varyOnProof', () => {
  it.each([
    [undefined, 'Authorization, Signature, Signature-Input'],
    ['', 'Authorization, Signature, Signature-Input'],
    ['Origin', 'Origin, Authorization, Signature, Signature-Input'],
    ['signature,Accept-Encoding', 'signature, Accept-Encoding, Authorization, Signature-Input'],
    ['Origin, *', '*'],
  ])('the field %j becomes %j', (existing, expected) => {
    expect(varyOnProof(existing)).toBe(expected)
  })
})

describe('createResponseSigner', () => {
  const key = hmacKey({ keyId: 'server-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(5) })
  const request = httpRequest({ method: 'POST', url: 'https://api.example.com/a?b', body: '{}' })
  const response = httpResponse({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' })

  it('signs status, content and the request they answer', async () => {
    const signed = await createResponseSigner(rfc9421Signer({ key }), { clock: { now: () => 1_790_000_000_000 } })(
      response,
      request,
    )
    expect(signed.request).toBe(request)
    expect(fieldValues(signed.fields, 'signature-input')[0]).toMatch(
      /^sig1=\("@status" "@method";req "@authority";req "@path";req "@query";req "content-type" "content-digest"\);created=1790000000;/,
    )
    const [signature] = rfc9421Verifier().parse(signed)
    expect(signature && key.verify(signature.base, signature.signature)).toBe(true)
    const [moved] = rfc9421Verifier().parse({ ...signed, request: { ...request, target: '/a?c' } })
    expect(moved && key.verify(moved.base, moved.signature)).toBe(false)
  })

  it('binds to the very request where its signer is configured to', async () => {
    const components = ['@status', component('signature', { req: true })]
    const sign = createResponseSigner(rfc9421Signer({ key, components }))
    const asked = { ...request, fields: ['Signature', 'sig1=:AAAA:'] }
    const signed = await sign(response, asked)
    const [again] = rfc9421Verifier().parse({
      ...signed,
      request: { ...request, fields: ['Signature', 'sig1=:BBBB:'] },
    })
    expect(again && key.verify(again.base, again.signature)).toBe(false)
  })

  it('uses a new nonce for every answer', async () => {
    const sign = createResponseSigner(rfc9421Signer({ key }))
    const inputs = await Promise.all(
      [1, 2].map(async () => fieldValues((await sign(response, request)).fields, 'signature-input')[0]),
    )
    expect(inputs[0]).not.toBe(inputs[1])
  })

  it('refuses what is no clock', () => {
    for (const clock of [null, {}, { now: 5 }, { now: () => 1_790_000_000 }])
      expect(() => createResponseSigner(rfc9421Signer({ key }), { clock: clock as never })).toThrow(
        expect.objectContaining({ message: expect.stringContaining('"clock"') }),
      )
  })

  it('refuses what is no signer', () => {
    for (const signer of [undefined, null, {}, { key }, { scheme: rfc9421Signer({ key }).scheme }, key]) {
      expect(() => createResponseSigner(signer as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
  })
})
