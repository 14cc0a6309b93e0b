import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { base64url, utf8 } from '../../../../src/crypto/encoding.js'
import { ecdsaPrivateKey, exportPublicKey, hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { type JwtVerifierOptions, jwt, jwtVerifier } from '../../../../src/schemes/legacy/jwt/index.js'
import { codeOf, textOf, withCode } from '../../../expect-code.js'
import { HOST, judge, NOW, only, signed, stated, withLine, withValue } from './judge.js'

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

describe('what a token holds', () => {
  const context = { keyId: 'bot-1', algorithm: 'hmac-sha256', nowMs: NOW + 999, nonce: 'nonce-of-16-chars' } as const
  const decoded = (base: unknown): unknown[] =>
    String(base)
      .split('.')
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown)
  const prepared = (options: object = {}, request: HttpRequest = order) =>
    jwt({ key, ...options }).scheme.prepare(request, context)
  const digest = createHash('sha256').update('{"qty":1}').digest()

  test('is the request, its own claims and its times, in their order', () => {
    const one = prepared({ claims: { iss: 'me' } })
    const [header, claims] = decoded(one.base)
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'bot-1' })
    expect(claims).toEqual({
      ...{ iss: 'me', htm: 'POST', htu: `https://${HOST}/orders?a=1`, bodyHash: digest.toString('base64url') },
      ...{ iat, exp: iat + 60, jti: 'nonce-of-16-chars' },
    })
    expect(Object.keys(claims as object)).toEqual(['iss', 'htm', 'htu', 'bodyHash', 'iat', 'exp', 'jti'])
    expect([one.encoding, one.trace()]).toEqual([
      ...['base64url', { scheme: 'jwt', base: one.base, covered: ['htm', 'htu', 'bodyHash'] }],
    ])
    expect(one.attach(Uint8Array.of(0xff)).fields).toEqual([
      ...[...order.fields, 'Authorization', `Bearer ${one.base as string}._w`],
    ])
    expect(decoded(prepared({ notBefore: true, expiresInMs: 5_999 }).base)[1]).toMatchObject({
      ...{ iat, nbf: iat, exp: iat + 5 },
    })
  })

  test('stands in a field of its own where one is stated', () => {
    const one = prepared({ field: 'X-Token' })
    expect(one.attach(Uint8Array.of(0xff)).fields.slice(-2)).toEqual(['X-Token', `${one.base as string}._w`])
    expect(prepared({ field: 'AUTHORIZATION' }).attach('AAAA').fields.at(-1)).toMatch(/^Bearer /)
    expect(() => prepared({ field: 'X-Token' }, withLine(order, 'x-token', 'x'))).toThrow(
      withCode('MESSAGE_MALFORMED', 'jwt: the request has a field "x-token" already'),
    )
    expect(() => jwt({ key, field: 'a b' })).toThrow()
    expect(() => jwtVerifier({ field: 'a b' })).toThrow()
    const scheme = jwtVerifier({ field: 'X-Token' })
    expect(only(scheme, one.attach(Uint8Array.of(0xff)))).toMatchObject({ keyId: 'bot-1', base: one.base })
    expect(scheme.challenge?.(new Set(), {} as never)).toBeUndefined()
    expect(() => scheme.parse(withLine(order, 'x-token', 'opaque'))).toThrow(withCode('AUTH_MALFORMED', 'three parts'))
    expect(scheme.parse(order)).toEqual([])
  })

  test('is of every fact that can be bound', () => {
    const bind: JwtVerifierOptions['bind'] & object = {
      a: 'method',
      b: 'url',
      c: 'url-without-query',
      d: 'target',
      e: 'path',
      f: 'method-host-path',
      g: 'body-hex',
      h: 'body-base64url',
    }
    const request = { ...order, scheme: 'HTTPS', authority: 'API.example.com:443' }
    const claims = {
      ...{ a: 'POST', b: `https://${HOST}/orders?a=1`, c: `https://${HOST}/orders`, d: '/orders?a=1', e: '/orders' },
      ...{ f: `POST ${HOST}/orders`, g: digest.toString('hex'), h: digest.toString('base64url') },
    }
    const one = prepared({ bind }, request)
    expect(decoded(one.base)[1]).toMatchObject(claims)
    const bodyDigest = { hash: 'sha256', digest: new Uint8Array(digest) }
    expect(only(jwtVerifier({ bind }), one.attach(Uint8Array.of(0xff)))).toMatchObject({
      ...{ label: '', keyId: 'bot-1', claimedAlgorithm: 'hmac-sha256', createdMs: NOW, expiresMs: NOW + 60_000 },
      ...{ nonce: 'nonce-of-16-chars', signature: Uint8Array.of(0xff), base: one.base },
      ...{ covered: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], bodyDigests: [bodyDigest, bodyDigest] },
      covers: ['authority', 'body', 'method', 'path', 'query', 'scheme'],
    })
    for (const [fact, covers] of [
      ['method', ['method']],
      ['url', ['authority', 'path', 'query', 'scheme']],
      ['url-without-query', ['authority', 'path', 'scheme']],
      ['target', ['path', 'query']],
      ['path', ['path']],
      ['method-host-path', ['authority', 'method', 'path']],
      ['body-hex', ['body']],
      ['body-base64url', ['body']],
    ] as const) {
      const own = { bind: { x: fact } }
      expect(only(jwtVerifier(own), prepared(own).attach('AAAA'))).toMatchObject({ covers, covered: ['x'] })
    }
  })

  test('needs options that can be meant', () => {
    for (const [options, text] of [
      [{ bind: {} }, 'jwt: "bind" must name claims'],
      ...[null, 'method', 5].map((bind) => [{ bind }, '"bind" must be']),
      [{ bind: { a: 'nothing' } }, 'jwt: "bind.a" must be one of method, url,'],
      [{ bind: { a: 'toString' } }, 'jwt: "bind.a" must be one of'],
      [{ bind: { ['x'.repeat(65)]: 'nothing' } }, `"bind.${'x'.repeat(64)}" must be`],
      ...['iat', 'nbf', 'exp', 'jti'].map((name) => [{ bind: { [name]: 'method' } }, `"bind" must not name "${name}"`]),
      ...['iat', 'nbf', 'exp', 'jti', 'htm', 'htu', 'bodyHash'].map((name) => [
        { claims: { [name]: 1 } },
        `jwt: "claims" must not hold "${name}", which each token states itself`,
      ]),
      [{ expiresIn: 1 }, 'did you mean "expiresInMs"'],
      [{ expiresInMs: 999 }, '"expiresInMs" must be'],
      [{ key: { ...key, algorithm: 'ed448' } }, 'jwt: "key" must be of hmac-sha256, hmac-sha384,'],
    ] as ReadonlyArray<readonly [object, string]>)
      expect(textOf(() => jwt({ key, ...options }))).toContain(text)
    expect(() => jwt({ key, bind: { a: 'method' }, claims: { htm: 1 } })).not.toThrow()
    expect(textOf(() => jwtVerifier({ bind: {} }))).toContain('jwtVerifier: "bind" must name claims')
    expect(textOf(() => jwtVerifier({ maxTokenAge: 1 } as never))).toContain('did you mean policy: maxAgeMs')
    expect(textOf(() => jwtVerifier({ keyIdIn: 'jti' as never }))).toContain('"keyIdIn" must be')
  })
})

describe('what a verifier of tokens reads', () => {
  const read = (claims: object, header: object = {}, options: object = {}) =>
    only(jwtVerifier(options), forged(header, claims))
  const refused = (claims: object, header: object = {}, options: object = {}) =>
    expect(() => read(claims, header, options))

  test('is the id of the key where it is said to stand', () => {
    expect(read({ iss: 'a', sub: 'b' }, {}, { keyIdIn: 'iss' })).toMatchObject({ keyId: 'a' })
    expect(read({ iss: 'a', sub: 'b' }, {}, { keyIdIn: 'sub' })).toMatchObject({ keyId: 'b' })
    refused({}, {}, { keyIdIn: 'iss' }).toThrow(withCode('AUTH_MALFORMED', 'the token lacks the text "iss"'))
    refused({ kid: 'x' }, { kid: undefined }).toThrow(withCode('AUTH_MALFORMED', 'the header lacks the text "kid"'))
  })

  test('is a token of this issuer and this audience', () => {
    const options = { issuer: 'me', audience: 'you' }
    for (const aud of ['you', ['them', 'you']]) expect(read({ iss: 'me', aud }, {}, options)).toBeDefined()
    for (const iss of ['you', undefined, ['me'], null])
      refused({ iss, aud: 'you' }, {}, options).toThrow(withCode('SIGNATURE_INVALID', 'of another issuer'))
    for (const aud of ['me', undefined, [], ['yo', 'u'], { you: 1 }, null])
      refused({ iss: 'me', aud }, {}, options).toThrow(withCode('SIGNATURE_INVALID', 'for another audience'))
    expect(read({ iss: 5, aud: 5 })).toBeDefined()
  })

  test('is a JWT, by its type', () => {
    for (const typ of [undefined, 'JWT', 'jwt', 'application/JWT']) expect(read({}, { typ })).toBeDefined()
    for (const typ of ['at+jwt', 'xjwt', 'jwtx', 'x/jwt', 5, null, '', 'application/jwt+x'])
      refused({}, { typ }).toThrow(withCode('AUTH_MALFORMED', 'the token is of another type than JWT'))
    for (const name of ['jwk', 'jku', 'x5u', 'x5c'])
      refused({}, { [name]: null }).toThrow(withCode('AUTH_MALFORMED', 'the token brings a key of its own'))
  })

  test('is the later of its times, and a nonce that is long enough', () => {
    for (const [claims, createdMs, expiresMs] of [
      [{}, undefined, undefined],
      [{ iat }, NOW, undefined],
      [{ nbf: iat }, NOW, undefined],
      [{ iat, nbf: iat + 1 }, NOW + 1_000, undefined],
      [{ iat, nbf: iat - 1, exp: iat + 2 }, NOW, NOW + 2_000],
    ] as const)
      expect(read(claims)).toMatchObject({ createdMs, expiresMs })
    for (const name of ['iat', 'nbf', 'exp'])
      refused({ [name]: 'x' }).toThrow(withCode('TIMESTAMP_MALFORMED', `"${name}"`))
    expect(read({ jti: 'nonce-of-16-chars' })).toMatchObject({ nonce: 'nonce-of-16-chars' })
    for (const jti of ['short', undefined]) expect(read({ jti })).toMatchObject({ nonce: undefined })
    refused({ jti: 5 }).toThrow(withCode('AUTH_MALFORMED', '"jti" must be text'))
  })

  test('is what is bound, which has to be that of the request', () => {
    expect(read({})).toMatchObject({ covers: [], bodyDigests: [], covered: ['htm', 'htu', 'bodyHash'] })
    expect(read({ htm: 'POST' })).toMatchObject({ covers: ['method'] })
    refused({ htm: 'GET' }).toThrow(withCode('SIGNATURE_INVALID', 'the token was made for another request'))
    refused({ htm: 5 }).toThrow(withCode('AUTH_MALFORMED', '"htm" must be text'))
    for (const text of ['AAAA', '!', ''])
      refused({ bodyHash: text }).toThrow(withCode('AUTH_MALFORMED', 'the hash of the body must be a SHA-256'))
  })

  test('is nothing where there is no token', () => {
    expect(jwtVerifier().parse(order)).toEqual([])
    for (const token of ['a', 'a.b', 'a.b.c.d', 'a.b.c.d.e'])
      expect(jwtVerifier().parse(withLine(order, 'Authorization', `Bearer ${token}`))).toEqual([])
    const response = httpResponse({ status: 200, headers: { authorization: forged({}, {}).fields.at(-1) as string } })
    expect(jwtVerifier().parse(response)).toEqual([])
  })

  test('states what a binding demands, and what it leaves open', () => {
    const of = (bind?: object) => stated(jwtVerifier(bind === undefined ? {} : { bind: bind as never }))
    const algorithms = [
      ...['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'rsa-v1_5-sha256', 'rsa-v1_5-sha512', 'rsa-pss-sha256'],
      ...['rsa-pss-sha512', 'ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p521-sha512', 'ed25519'],
    ]
    const demands = { requireNonce: false, algorithms }
    expect(of()).toEqual({
      ...{ id: 'jwt', weaknesses: [], readsBody: false },
      demands: { ...demands, require: ['method', 'scheme', 'authority', 'path', 'query'], requireWithBody: ['body'] },
    })
    expect(of({ a: 'path' })).toEqual({
      ...{ id: 'jwt', weaknesses: ['no-method', 'no-authority', 'no-query', 'no-body'], readsBody: false },
      demands: { ...demands, require: ['path'], requireWithBody: [] },
    })
    expect(jwtVerifier().challenge?.(new Set(), {} as never)).toEqual({ field: 'WWW-Authenticate', value: 'Bearer' })
  })
})
