import { describe, expect, test } from 'vitest'
import { base64url, utf8 } from '../../../../src/crypto/encoding.js'
import { ecdsaPrivateKey, exportPublicKey, hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { jwt, jwtVerifier } from '../../../../src/schemes/legacy/jwt/index.js'
import { codeOf } from '../../../expect-code.js'
import { HOST, judge, NOW, signed, withLine, withValue } from './judge.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })
const order: HttpRequest = httpRequest({ method: 'POST', url: `https://${HOST}/orders?a=1`, body: '{"qty":1}' })
const judged = (scheme = jwtVerifier()) => judge([scheme], [{ key }])

/** A token of its own making, under a good signature. */
const forged = (header: object, claims: object | string, request = order): HttpRequest => {
  const text = typeof claims === 'string' ? claims : JSON.stringify(claims)
  const input = `${base64url(utf8(JSON.stringify({ alg: 'HS256', kid: 'bot-1', ...header })))}.${base64url(utf8(text))}`
  return withLine(request, 'Authorization', `Bearer ${input}.${base64url(key.sign(input))}`)
}
const iat = NOW / 1000
const bodyHash = 'QRdwXNVq0pA7kLJFxRFkD7TMmYPK2oCPsv-C2QbxPS0'
const good = async (): Promise<Record<string, unknown>> => {
  const token = (await signed(jwt({ key }), order)).fields.at(-1) as string
  return JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as Record<string, unknown>
}

describe('both sides', () => {
  test('the example of RFC 7515 A.1 is read, and its signature is that of its key', () => {
    const token =
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const k = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'
    const secret = new Uint8Array(Buffer.from(k, 'base64url'))
    const own = hmacKey({ keyId: 'joe', algorithm: 'hmac-sha256', secret })
    const [found] = jwtVerifier({ keyIdIn: 'iss' }).parse(withLine(order, 'Authorization', `Bearer ${token}`))
    expect(found).toMatchObject({ keyId: 'joe', claimedAlgorithm: 'hmac-sha256', expiresMs: 1_300_819_380_000 })
    expect(own.verify(found?.base as string, found?.signature as Uint8Array)).toBe(true)
    // It names no request.
    expect([...(found?.covers ?? [])]).toEqual([])
  })

  test('a token is accepted once, with issuer and audience where they are demanded', async () => {
    const verdict = judged(jwtVerifier({ issuer: 'me', audience: 'you' }))
    const message = await signed(jwt({ key, claims: { iss: 'me', aud: ['you', 'them'] } }), order)
    expect(await verdict(message)).toBe('ok')
    expect(await verdict(message)).toBe('REPLAY')
    expect(await verdict(await signed(jwt({ key, claims: { iss: 'me' } }), order))).toBe('SIGNATURE_INVALID')
  })

  test('a Bearer that is no JWT belongs to another scheme', async () => {
    expect(await judged()(withLine(order, 'Authorization', 'Bearer opaque'))).toBe('AUTH_MISSING')
  })

  test('what a binding leaves open is listed', () => {
    expect(jwtVerifier().weaknesses).toEqual([])
    expect(jwtVerifier({ bind: { uri: 'method-host-path' } }).weaknesses).toEqual(['no-query', 'no-body'])
  })
})

describe('attacks', () => {
  const attacks: ReadonlyArray<readonly [string, string, () => HttpRequest | Promise<HttpRequest>]> = [
    ['alg none', 'ALG_UNSUPPORTED', async () => forged({ alg: 'none' }, await good())],
    ['another algorithm than that of the key', 'ALG_MISMATCH', async () => forged({ alg: 'RS256' }, await good())],
    ['an extension that must be understood', 'AUTH_MALFORMED', async () => forged({ crit: ['x'], x: 1 }, await good())],
    ['a key in the header', 'AUTH_MALFORMED', async () => forged({ jwk: { kty: 'oct', k: 'AAAA' } }, await good())],
    ['no key id', 'AUTH_MALFORMED', async () => forged({ kid: undefined }, await good())],
    ['another type', 'AUTH_MALFORMED', async () => forged({ typ: 'at+jwt' }, await good())],
    [
      'a claim twice',
      'AUTH_MALFORMED',
      async () => forged({}, JSON.stringify(await good()).replace('{', '{"htm":"GET",')),
    ],
    ['another method', 'SIGNATURE_INVALID', async () => forged({}, { ...(await good()), htm: 'GET' })],
    ['another URL', 'SIGNATURE_INVALID', async () => forged({}, { ...(await good()), htu: `https://${HOST}/orders` })],
    ['another body', 'DIGEST_MISMATCH', async () => forged({}, { ...(await good()), bodyHash })],
    ['no hash of the body', 'DIGEST_MISSING', async () => forged({}, { ...(await good()), bodyHash: undefined })],
    ['a hash that is none', 'AUTH_MALFORMED', async () => forged({}, { ...(await good()), bodyHash: 'AAAA' })],
    ['no method', 'COMPONENT_MISSING', async () => forged({}, { ...(await good()), htm: undefined })],
    ['a time that is text', 'TIMESTAMP_MALFORMED', async () => forged({}, { ...(await good()), iat: 'now' })],
    ['a time with a fraction', 'TIMESTAMP_MALFORMED', async () => forged({}, { ...(await good()), exp: iat + 0.5 })],
    ['no time', 'TIMESTAMP_MALFORMED', async () => forged({}, { ...(await good()), iat: undefined })],
    ['not yet good', 'TIMESTAMP_FUTURE', async () => forged({}, { ...(await good()), nbf: iat + 60 })],
    ['over', 'TIMESTAMP_EXPIRED', async () => forged({}, { ...(await good()), iat: iat - 60, exp: iat - 1 })],
    ['too long a life', 'TIMESTAMP_MALFORMED', async () => forged({}, { ...(await good()), exp: iat + 86_400 })],
    [
      'junk behind the signature',
      'SIGNATURE_MALFORMED',
      async () => withValue(await signed(jwt({ key }), order), 'authorization', (v) => `${v}=`),
    ],
    [
      'a second Authorization line',
      'AUTH_DUPLICATE',
      async () => withLine(await signed(jwt({ key }), order), 'Authorization', 'Bearer x'),
    ],
  ]
  for (const [name, code, make] of attacks)
    test(`an attack is refused, ${name}: ${code}`, async () => {
      expect(await judged()(await make())).toBe(code)
    })
})

describe('a key of one kind is none of another (RFC 8725 3.1)', () => {
  const scalar = new Uint8Array(32).fill(7)
  const pair = ecdsaPrivateKey({ keyId: 'bot-1', algorithm: 'ecdsa-p256-sha256', scalar })
  const records = [{ key: pair.verifyingKey }]
  const token = (alg: string, sign: (input: string) => Uint8Array, claims: object): HttpRequest => {
    const input = [{ alg, kid: 'bot-1' }, claims].map((one) => base64url(utf8(JSON.stringify(one)))).join('.')
    return withLine(order, 'Authorization', `Bearer ${input}.${base64url(sign(input))}`)
  }

  test('the public half of a pair is no shared secret', async () => {
    const claims = await good()
    expect(await judge([jwtVerifier()], records)(token('ES256', pair.sign, claims))).toBe('ok')
    for (const text of [exportPublicKey(pair, 'pem'), JSON.stringify(exportPublicKey(pair, 'jwk'))])
      for (const secret of [utf8(text), utf8(text.trim())]) {
        const own = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret })
        expect(await judge([jwtVerifier()], records)(token('HS256', own.sign, claims))).toBe('ALG_MISMATCH')
      }
  })

  test('a curve is none of RSA, and a signature of another length is refused', async () => {
    const claims = await good()
    for (const alg of ['RS256', 'PS256', 'ES384', 'EdDSA', 'Ed25519', 'HS512'])
      expect([alg, await judge([jwtVerifier()], records)(token(alg, pair.sign, claims))]).toEqual([alg, 'ALG_MISMATCH'])
    for (const alg of ['none', 'None', 'nOnE', '', 'es256', '__proto__', 'constructor'])
      expect([alg, await judge([jwtVerifier()], records)(token(alg, pair.sign, claims))]).toEqual([
        alg,
        'ALG_UNSUPPORTED',
      ])
    const zeros = (length: number) => () => new Uint8Array(length)
    expect(await judge([jwtVerifier()], records)(token('ES256', zeros(64), claims))).toBe('SIGNATURE_INVALID')
    expect(await judge([jwtVerifier()], records)(token('ES256', zeros(63), claims))).toBe('SIGNATURE_MALFORMED')
  })

  test('a token that states no end lives as long as the policy lets it, and no longer', async () => {
    const claims = { ...(await good()), exp: undefined }
    const message = token('ES256', pair.sign, claims)
    expect(await judge([jwtVerifier()], records)(message)).toBe('ok')
    expect(await judge([jwtVerifier()], records, { nowMs: NOW + 300_001 })(message)).toBe('TIMESTAMP_EXPIRED')
  })
})

test('options that cannot be meant are refused', () => {
  expect(codeOf(() => jwt({ key, bind: {} }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => jwt({ key, bind: { iat: 'method' } }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => jwt({ key, bind: { a: 'nothing' as never } }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => jwt({ key, claims: { exp: 1 } }))).toBe('CONFIG_INVALID')
})
