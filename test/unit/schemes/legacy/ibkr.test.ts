import { describe, expect, test } from 'vitest'
import { hexDecode } from '../../../../src/crypto/encoding.js'
import { importRsaSigningKey, Secret } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import {
  ibkr,
  ibkrAccessTokenSecret,
  ibkrChallenge,
  ibkrSession,
  ibkrSessionAnswer,
  ibkrSignatureKey,
  ibkrVerifier,
} from '../../../../src/schemes/legacy/ibkr/index.js'
import { codeOf } from '../../../expect-code.js'
import VECTORS from '../../../vectors/legacy/ibkr.json' with { type: 'json' }
import { judge, signed, withLine, withValue } from './judge.js'

/** Vectors of an implementation in Python that shares nothing with this one. */
const { consumerKey, accessToken, prime, nowMs } = VECTORS
const pem = (label: string, der: string): string => `-----BEGIN ${label}-----\n${der}\n-----END ${label}-----\n`
const encryptionKey = pem('PRIVATE KEY', VECTORS.encryptionKey)
const accessTokenSecret = await ibkrAccessTokenSecret({ encryptionKey, accessTokenSecret: VECTORS.sealed })
const signatureKey = await importRsaSigningKey(pem('PRIVATE KEY', VECTORS.signatureKey), {
  keyId: 'signature',
  algorithm: 'rsa-v1_5-sha256',
})
const party = { consumerKey, accessToken, accessTokenSecret, prime }
const policy = { authorities: ['api.ibkr.com'] }
const ask = httpRequest({ method: 'POST', url: 'https://api.ibkr.com/v1/api/oauth/live_session_token' })
const [row] = VECTORS.sessions as [(typeof VECTORS.sessions)[number], ...unknown[]]
const { key } = ibkrSessionAnswer({
  ...party,
  challenge: row.challenge,
  exponent: hexDecode(row.serverExponent) as Uint8Array,
  expiresMs: nowMs,
})

test('the secret of an access token is decrypted, and nothing else is taken for one', async () => {
  expect(Buffer.from(accessTokenSecret.reveal()).toString('hex')).toBe(VECTORS.accessTokenSecret)
  const other = pem('PRIVATE KEY', VECTORS.signatureKey)
  for (const [encryption, sealed] of [
    [other, VECTORS.sealed],
    [encryptionKey, 'AAAA'],
    [encryptionKey, VECTORS.sealed.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'))],
  ] as const)
    expect(await codeOf(() => ibkrAccessTokenSecret({ encryptionKey: encryption, accessTokenSecret: sealed }))).toBe(
      'CONFIG_INVALID',
    )
})

test('an encryption key that is neither text nor a Secret is refused as an option', async () => {
  for (const encryption of [undefined, null, 5, {}, new Uint8Array(8)] as never[])
    expect(
      await codeOf(() => ibkrAccessTokenSecret({ encryptionKey: encryption, accessTokenSecret: VECTORS.sealed })),
    ).toBe('CONFIG_INVALID')
})

describe.each(VECTORS.sessions)('a live session (first bit set: $fullFirstByte)', (session) => {
  const asked = ibkrSession({ ...party, signatureKey, exponent: hexDecode(session.exponent) as Uint8Array })
  const made = {
    diffie_hellman_response: session.response,
    live_session_token_signature: session.proof,
    live_session_token_expiration: nowMs,
  }

  test('is asked for as Python asks, and the request is accepted', async () => {
    const message = await signed(asked.signer, ask, nowMs, session.nonce)
    expect(message.fields.at(-1)).toBe(session.authorization)
    const verifyingKey = ibkrSignatureKey({
      consumerKey,
      accessToken,
      accessTokenSecret,
      key: signatureKey.verifyingKey,
    })
    expect(await judge([ibkrVerifier()], [{ key: verifyingKey }], { nowMs, policy })(message)).toBe('ok')
    expect(ibkrChallenge(message)).toBe(session.challenge)
  })

  test('has the key that signs as Python signs, on both sides', async () => {
    const theirs = ibkrSessionAnswer({
      ...party,
      challenge: session.challenge,
      exponent: hexDecode(session.serverExponent) as Uint8Array,
      expiresMs: nowMs,
    })
    expect(theirs.answer).toEqual(made)
    for (const own of [asked.key(made), theirs.key])
      for (const request of session.requests) {
        const message = httpRequest({ method: request.method, url: request.url })
        const signer = ibkr({ key: own })
        const context = { keyId: own.keyId, algorithm: own.algorithm, nowMs, nonce: request.nonce }
        expect(signer.scheme.prepare(message, context).base).toBe(request.base)
        const sent = await signed(signer, message, nowMs, request.nonce)
        expect(sent.fields.at(-1)).toBe(request.authorization)
        expect(await judge([ibkrVerifier()], [{ key: own }], { nowMs, policy })(sent)).toBe('ok')
      }
  })

  test('is refused where the answer is of another party', () => {
    for (const change of [
      { live_session_token_signature: session.proof.replace(/^./, (one) => (one === '0' ? '1' : '0')) },
      { live_session_token_signature: '' },
      { diffie_hellman_response: `${session.response.slice(0, -1)}${session.response.endsWith('0') ? '1' : '0'}` },
    ])
      expect(codeOf(() => asked.key({ ...made, ...change }))).toBe('SIGNATURE_INVALID')
    for (const outside of ['0', '1', prime, (BigInt(`0x${prime}`) - 1n).toString(16), 'x', undefined])
      expect(codeOf(() => asked.key({ ...made, diffie_hellman_response: outside as string }))).toBe('AUTH_MALFORMED')
  })
})

describe('attacks', () => {
  const request = httpRequest({
    method: 'POST',
    url: 'https://api.ibkr.com/v1/api/orders?a=1&b=x+y',
    body: '{"qty":1}',
  })
  const value = (change: (value: string) => string) => (one: HttpRequest) => withValue(one, 'authorization', change)
  test.each<[string, string, (message: HttpRequest) => HttpRequest]>([
    ['another method', 'SIGNATURE_INVALID', (m) => ({ ...m, method: 'DELETE' })],
    ['another path', 'SIGNATURE_INVALID', (m) => ({ ...m, target: m.target.replace('orders', 'order') })],
    ['another parameter', 'SIGNATURE_INVALID', (m) => ({ ...m, target: m.target.replace('a=1', 'a=2') })],
    ['a parameter of two, hidden in one', 'AUTH_MALFORMED', (m) => ({ ...m, target: m.target.replace('&b', '%26b') })],
    ['a name with "="', 'AUTH_MALFORMED', (m) => ({ ...m, target: m.target.replace('a=', 'a%3D=') })],
    ['a repeated parameter', 'AUTH_DUPLICATE', (m) => ({ ...m, target: `${m.target}&a=1` })],
    [
      'a parameter of the header in the query',
      'AUTH_DUPLICATE',
      (m) => ({ ...m, target: `${m.target}&oauth_token=a` }),
    ],
    ['a challenge in the query', 'AUTH_DUPLICATE', (m) => ({ ...m, target: `${m.target}&diffie_hellman_challenge=2` })],
    ['a realm in the query', 'AUTH_DUPLICATE', (m) => ({ ...m, target: `${m.target}&realm=2` })],
    ['a repeated parameter of the header', 'AUTH_DUPLICATE', value((v) => `${v}, oauth_nonce="b"`)],
    ['an unknown one', 'AUTH_MALFORMED', value((v) => `${v}, oauth_version="1.0"`)],
    ['a challenge that was added', 'SIGNATURE_INVALID', value((v) => `${v}, diffie_hellman_challenge="2"`)],
    ['two fields', 'AUTH_DUPLICATE', (m) => withLine(m, 'Authorization', m.fields.at(-1) as string)],
    ['a signature in another spelling', 'SIGNATURE_MALFORMED', value((v) => v.replace(/%3D"/, '="'))],
    ['PLAINTEXT', 'ALG_UNSUPPORTED', value((v) => v.replace('HMAC-SHA256', 'PLAINTEXT'))],
    ['the algorithm of another key', 'ALG_MISMATCH', value((v) => v.replace('HMAC-SHA256', 'RSA-SHA256'))],
    ['another consumer', 'KEY_UNKNOWN', value((v) => v.replace('TESTCONS1', 'TESTCONS2'))],
    ['a time that is none', 'TIMESTAMP_MALFORMED', value((v) => v.replace('1790000000', '1790000000x'))],
  ])('%s is refused: %s', async (_, code, change) => {
    const message = await signed(ibkr({ key }), request, nowMs)
    const verdict = judge([ibkrVerifier()], [{ key }], { nowMs, policy })
    expect(await verdict(change(message))).toBe(code)
    expect(await verdict(message)).toBe('ok')
    expect(await verdict(message)).toBe('REPLAY')
  })

  test('what cannot be signed, and what cannot be safe, is refused before it is sent', async () => {
    const attempt = (url: string) => codeOf(() => signed(ibkr({ key }), httpRequest({ url }), nowMs))
    expect(await attempt('https://api.ibkr.com/a?a=1%262')).toBe('AUTH_MALFORMED')
    expect(await attempt('https://api.ibkr.com/a?a=1&a=2')).toBe('AUTH_DUPLICATE')
    expect(await attempt('https://api.ibkr.com/a?oauth_token=1')).toBe('MESSAGE_MALFORMED')
    const build = (change: object) =>
      codeOf(() => ibkrSession({ ...party, signatureKey, exponent: new Uint8Array(32).fill(9), ...change }))
    expect(build({ prime: 'ff' })).toBe('KEY_WEAK')
    expect(build({ prime: `${prime.slice(0, -1)}e` })).toBe('CONFIG_INVALID')
    expect(build({ exponent: new Uint8Array(31) })).toBe('CONFIG_INVALID')
    expect(build({ consumerKey: 'a:b' })).toBe('CONFIG_INVALID')
    expect(build({ accessTokenSecret: new Secret(new Uint8Array(8)) })).toBe('KEY_WEAK')
    expect(codeOf(() => ibkr({ key: { ...key, keyId: 'bot-1' } }))).toBe('CONFIG_INVALID')
    expect(() => ibkrVerifier({ windowMs: 1_000 } as never)).toThrow(
      'ibkrVerifier: unknown option "windowMs"; it takes none',
    )
    for (const request of [undefined, {}, new Request('https://api.ibkr.com/')])
      expect(() => ibkrChallenge(request as never)).toThrow(
        'ibkrChallenge: "request" must be a request with its fields, got ',
      )
  })
})
