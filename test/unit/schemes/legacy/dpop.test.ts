import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import { base64url, utf8 } from '../../../../src/crypto/encoding.js'
import { ecdsaPrivateKey, exportPublicKey, importRsaSigningKey, jwkThumbprint } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { dpop, dpopNonces, dpopVerifier } from '../../../../src/schemes/legacy/dpop/index.js'
import { boundKeys } from '../../../../src/server/bound-keys.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import { refusalResponse } from '../../../../src/server/respond.js'
import { createVerifier } from '../../../../src/server/verifier.js'
import { rsaPem } from '../../../attacks/world.js'
import { codeOf, textOf, withCode } from '../../../expect-code.js'
import EXAMPLES from '../../../vectors/legacy/dpop.json' with { type: 'json' }
import { HOST, judge, NOW, only, signed, stated, withLine, withValue } from './judge.js'

const key = ecdsaPrivateKey({ keyId: 'client-1', algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(8) })
const jkt = jwkThumbprint(key)
const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
const keys = boundKeys({ token: (token) => (token === accessToken ? { jkt, owner: 'alice' } : undefined) })
const request = httpRequest({ url: `https://${HOST}/resource?a=1` })
const judged = (verifier = dpopVerifier()) => judge([verifier], [], { keys })

describe('examples of RFC 9449', () => {
  for (const { id, proof, url, method, token, nowMs, thumbprint } of EXAMPLES)
    test(`the example ${id} is verified`, async () => {
      const headers = { dpop: proof, ...(token === undefined ? {} : { authorization: `DPoP ${token}` }) }
      const source =
        token === undefined ? boundKeys({ unbound: true }) : boundKeys({ token: () => ({ jkt: thumbprint }) })
      const scheme = dpopVerifier({ accessToken: token !== undefined })
      const policy = { authorities: [new URL(url).host] }
      const message = httpRequest({ method, url, headers })
      expect(scheme.parse(message)[0]?.keyId).toBe(thumbprint)
      expect(await judge([scheme], [], { keys: source, policy, nowMs })(message)).toBe('ok')
    })
})

describe('both sides', () => {
  test('a proof with its token is accepted once, and names the key by its thumbprint', async () => {
    const verdict = judged()
    const message = await signed(dpop({ key, accessToken }), request)
    expect(await verdict(message)).toBe('ok')
    expect(await verdict(message)).toBe('REPLAY')
    expect(dpopVerifier().parse(message)[0]?.keyId).toBe(jkt)
  })

  test('both sides agree on RSA, a token of the caller, and a token endpoint without one', async () => {
    const rsa = await importRsaSigningKey(rsaPem, { keyId: 'rsa-1', algorithm: 'rsa-pss-sha256' })
    const bound = boundKeys({ token: () => ({ jkt: jwkThumbprint(rsa.verifyingKey) }) })
    const own = await signed(dpop({ key: rsa }), withLine(request, 'Authorization', 'DPoP abc'))
    expect(await judge([dpopVerifier()], [], { keys: bound })(own)).toBe('ok')
    const endpoint = judge([dpopVerifier({ accessToken: false })], [], { keys: boundKeys({ unbound: true }) })
    expect(await endpoint(await signed(dpop({ key }), request))).toBe('ok')
    expect(await endpoint(own)).toBe('AUTH_MALFORMED')
  })

  test("a client takes the server's nonce and sends once more, and keeps it", async () => {
    const nonces = dpopNonces({ secret: new Uint8Array(32).fill(1), clock: { now: () => NOW } })
    const verifier = createVerifier({
      schemes: [dpopVerifier({ nonces })],
      keys,
      policy: strictPolicy({ authorities: [HOST] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      clock: { now: () => NOW },
    })
    const answers: number[] = []
    const transport = async (url: string, init: object) => {
      const { method, headers } = init as { method: string; headers: string[] }
      const verdict = await verifier.verify(httpRequest({ method, url, headers }))
      const answer = verdict.ok ? { status: 200, headers: {}, body: '' } : refusalResponse(verdict, verifier)
      answers.push(answer.status)
      return new Response(answer.body, { status: answer.status, headers: { ...answer.headers } })
    }
    const boundFetch = createSignedFetch(dpop({ key, accessToken }), {
      origins: [`https://${HOST}`],
      clock: { now: () => NOW },
      fetch: transport,
    })
    expect((await boundFetch(`https://${HOST}/a`)).status).toBe(200)
    expect((await boundFetch(`https://${HOST}/b`)).status).toBe(200)
    expect(answers).toEqual([401, 200, 200])
    // A server that is never content is asked twice, and no more.
    answers.length = 0
    const other = createSignedFetch(dpop({ key, accessToken: 'other' }), {
      origins: [`https://${HOST}`],
      clock: { now: () => NOW },
      fetch: transport,
    })
    expect((await other(`https://${HOST}/a`)).status).toBe(401)
    expect(answers).toEqual([401, 401])
  })

  test('a nonce lives for two spans', () => {
    let now = NOW
    const nonces = dpopNonces({ secret: new Uint8Array(32).fill(1), clock: { now: () => now }, lifeMs: 60_000 })
    const first = nonces.current()
    expect(nonces.accepts(first)).toBe(true)
    now += 60_000
    expect(nonces.current()).not.toBe(first)
    expect(nonces.accepts(first)).toBe(true)
    now += 60_000
    expect(nonces.accepts(first)).toBe(false)
  })
})

describe('attacks', () => {
  /** A proof with another header or other claims, signed by its own key. */
  const forged = async (header: object, claims: object, by = key): Promise<HttpRequest> => {
    const message = await signed(dpop({ key, accessToken }), request)
    const parts = (message.fields.at(-1) as string).split('.')
    const [h, c] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object)
    const input = [
      { ...h, ...header },
      { ...c, ...claims },
    ]
      .map((one) => base64url(utf8(JSON.stringify(one))))
      .join('.')
    return withValue(message, 'dpop', () => `${input}.${base64url(by.sign(input))}`)
  }
  const thief = ecdsaPrivateKey({ keyId: 'x', algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(3) })
  const { kty, crv, x, y } = exportPublicKey(thief, 'jwk')
  const cases: ReadonlyArray<readonly [string, string, () => Promise<HttpRequest>]> = [
    ['a stolen token with the key of the thief', 'KEY_UNKNOWN', () => forged({ jwk: { kty, crv, x, y } }, {}, thief)],
    ['the key of the client, signed by another', 'SIGNATURE_INVALID', () => forged({}, {}, thief)],
    ['another method', 'SIGNATURE_INVALID', () => forged({}, { htm: 'POST' })],
    ['another host', 'SIGNATURE_INVALID', () => forged({}, { htu: 'https://other.example/resource' })],
    ['a htu with its query', 'SIGNATURE_INVALID', () => forged({}, { htu: `https://${HOST}/resource?a=1` })],
    ['the hash of another token', 'SIGNATURE_INVALID', () => forged({}, { ath: 'x' })],
    ['no hash of the token', 'AUTH_MALFORMED', () => forged({}, { ath: undefined })],
    ['a private key in the header', 'AUTH_MALFORMED', () => forged({ jwk: { kty, crv, x, y, d: x } }, {})],
    ['another type', 'AUTH_MALFORMED', () => forged({ typ: 'JWT' }, {})],
    ['alg none', 'ALG_UNSUPPORTED', () => forged({ alg: 'none' }, {})],
    ['a shared secret', 'ALG_UNSUPPORTED', () => forged({ alg: 'HS256' }, {})],
    ['an extension that must be understood', 'AUTH_MALFORMED', () => forged({ crit: ['exp'] }, {})],
    ['a time that is text', 'TIMESTAMP_MALFORMED', () => forged({}, { iat: String(NOW / 1000) })],
    ['no time', 'TIMESTAMP_MALFORMED', () => forged({}, { iat: undefined })],
    ['a short jti', 'NONCE_MALFORMED', () => forged({}, { jti: 'short' })],
    ['two proofs', 'AUTH_DUPLICATE', async () => withLine(await forged({}, {}), 'DPoP', 'x')],
    [
      'a token without a proof',
      'AUTH_MALFORMED',
      async () => withLine(request, 'Authorization', `DPoP ${accessToken}`),
    ],
    [
      'a proof beside a Bearer token',
      'AUTH_MALFORMED',
      async () => withValue(await forged({}, {}), 'authorization', (v) => v.replace('DPoP', 'Bearer')),
    ],
    [
      'junk behind the signature',
      'SIGNATURE_MALFORMED',
      async () => withValue(await forged({}, {}), 'dpop', (v) => `${v}!`),
    ],
  ]
  for (const [name, code, make] of cases)
    test(`an attack is refused, ${name}: ${code}`, async () => {
      expect(await judged()(await make())).toBe(code)
    })
})

test('set-ups that cannot be safe are refused', () => {
  expect(codeOf(() => boundKeys({}))).toBe('CONFIG_INVALID')
  expect(codeOf(() => boundKeys({ token: () => undefined, unbound: true }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => dpopNonces({ secret: new Uint8Array(8), clock: Date }))).toBe('KEY_WEAK')
  expect(codeOf(() => dpopVerifier({ algorithms: ['hmac-sha256'] }))).toBe('CONFIG_INVALID')
})

describe('what a proof holds', () => {
  const context = {
    keyId: 'ignored',
    algorithm: 'ecdsa-p256-sha256',
    nowMs: NOW + 999,
    nonce: 'nonce-of-16-chars',
  } as const
  const { kty, crv, x, y } = exportPublicKey(key, 'jwk')
  const ath = createHash('sha256').update(accessToken).digest('base64url')
  const decoded = (base: unknown): unknown[] =>
    String(base)
      .split('.')
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown)
  const prepared = (options: object = {}, message: HttpRequest = request) =>
    dpop({ key, ...options }).scheme.prepare(message, context)

  test('is the request, the key and the hash of the token', () => {
    const one = prepared({ accessToken })
    const claims = { jti: 'nonce-of-16-chars', htm: 'GET', htu: `https://${HOST}/resource`, iat: NOW / 1000, ath }
    const [header, stated] = decoded(one.base)
    expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
    expect(stated).toEqual(claims)
    expect(Object.keys(stated as object)).toEqual(Object.keys(claims))
    expect([one.encoding, one.trace()]).toEqual([
      ...['base64url', { scheme: 'dpop', base: one.base, covered: ['htm', 'htu', 'ath'] }],
    ])
    expect(one.attach(Uint8Array.of(0xff)).fields).toEqual([
      ...[...request.fields, 'Authorization', `DPoP ${accessToken}`, 'DPoP', `${one.base as string}._w`],
    ])
    expect(one.attach('AAAA').fields.at(-1)).toBe(`${one.base as string}.AAAA`)
  })

  test('has no hash where there is no token, and that of the token that the request brings', () => {
    const bare = prepared()
    expect(decoded(bare.base)[1]).not.toHaveProperty('ath')
    expect(bare.trace().covered).toEqual(['htm', 'htu'])
    expect(bare.attach('AAAA').fields.slice(0, -2)).toEqual(request.fields)
    const own = prepared({}, withLine(request, 'Authorization', `DPoP ${accessToken}`))
    expect(decoded(own.base)[1]).toMatchObject({ ath })
    expect(prepared({ accessToken: () => accessToken }).base).toBe(prepared({ accessToken }).base)
    const odd = { ...request, scheme: 'HTTPS', authority: 'API.example.com:443', target: '/r?a' }
    expect(decoded(prepared({}, odd).base)[1]).toMatchObject({ htu: `https://${HOST}/r` })
  })

  test('has a token that can stand in a field, and stands in none yet', () => {
    for (const token of ['a b', 'é', '=', 'a=b', '', 'a'.repeat(8_193), ' a'])
      expect(() => prepared({ accessToken: () => token })).toThrow(
        withCode('MESSAGE_MALFORMED', 'dpop: the access token cannot stand in a field'),
      )
    expect(() => prepared({ accessToken: () => `${'a'.repeat(8_192)}==` })).not.toThrow()
    for (const [options, field] of [
      [{}, 'dpop'],
      [{ accessToken }, 'authorization'],
    ] as const)
      expect(() => prepared(options, withLine(request, field, 'x'))).toThrow(
        withCode('MESSAGE_MALFORMED', `dpop: the request has a field "${field}" already`),
      )
  })

  test('has the public half that is stated for a key of elsewhere, and nothing private', () => {
    const sign = () => new Uint8Array(64)
    const far = { keyId: 'far', algorithm: 'ecdsa-p256-sha256', sign } as const
    const jwk = { kty, crv, x, y, alg: 'ES256', kid: 'k', use: 'sig' } as never
    expect(decoded(dpop({ key: far, jwk }).scheme.prepare(request, context).base)[0]).toEqual({
      ...{ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } },
    })
    expect(() => dpop({ key: far })).toThrow(withCode('KEY_UNSUPPORTED', '"jwk" must state the public half'))
    expect(() => dpop({ key: far, jwk: { kty: 'EC' } as never })).toThrow(withCode('KEY_MALFORMED'))
  })

  test('needs options that can be meant', () => {
    for (const [options, text] of [
      [{ accessToken: '' }, '"accessToken" must be text, or a function that returns it'],
      [{ accessToken: 5 }, '"accessToken" must be text'],
      [{ token: 'x' }, 'did you mean "accessToken"'],
      [{ key: { ...key, algorithm: 'hmac-sha256' } }, 'dpop: "key" must be of ecdsa-p256-sha256,'],
    ])
      expect(textOf(() => dpop({ key, ...(options as object) }))).toContain(text)
    for (const [options, text] of [
      [{ algorithms: [] }, 'dpopVerifier: "algorithms" must be some of ecdsa-p256-sha256,'],
      [{ algorithms: ['ed25519', 'hmac-sha256'] }, '"algorithms" must be some of'],
      [{ nonces: { current: () => 'x' } }, '"nonces" must be nonces of dpopNonces()'],
      [{ maxAgeMs: 1 }, 'did you mean policy: maxAgeMs'],
    ])
      expect(textOf(() => dpopVerifier(options as never))).toContain(text)
  })
})

describe('a client learns the nonce of a server', () => {
  const context = { keyId: 'k', algorithm: 'ecdsa-p256-sha256', nowMs: NOW, nonce: 'nonce-of-16-chars' } as const
  const answer = (status: number, nonce: string | null, challenge: string | null = 'DPoP error="use_dpop_nonce"') =>
    ({
      status,
      headers: new Headers({
        ...(nonce !== null && { 'dpop-nonce': nonce }),
        ...(challenge !== null && { 'www-authenticate': challenge }),
      }),
    }) as never
  const nonceOf = (signer: ReturnType<typeof dpop>, message = request): unknown => {
    const [, claims] = String(signer.scheme.prepare(message, context).base).split('.')
    return (JSON.parse(Buffer.from(claims as string, 'base64url').toString()) as { nonce?: unknown }).nonce
  }

  test('and asks again where the answer asks for it, and the nonce is a new one', () => {
    for (const [status, nonce, challenge, again] of [
      [401, 'n', undefined, true],
      [400, 'n', null, true],
      [401, 'n', null, false],
      [401, 'n', 'DPoP error="invalid_token"', false],
      [403, 'n', undefined, false],
      [200, 'n', undefined, false],
      [401, null, undefined, false],
    ] as const) {
      const signer = dpop({ key })
      expect(signer.learn?.(answer(status, nonce, challenge), request)).toBe(again)
      expect(nonceOf(signer)).toBe(nonce ?? undefined)
    }
    const signer = dpop({ key })
    expect([1, 2].map(() => signer.learn?.(answer(401, 'n'), request))).toEqual([true, false])
    expect(signer.learn?.(answer(401, 'm'), request)).toBe(true)
    expect(nonceOf(signer)).toBe('m')
  })

  test('and takes none that a proof cannot hold', () => {
    for (const nonce of ['a b', 'a"b', 'a\\b', 'x'.repeat(513)]) {
      const signer = dpop({ key })
      expect(signer.learn?.(answer(401, nonce), request)).toBe(false)
      expect(nonceOf(signer)).toBeUndefined()
    }
    expect(dpop({ key }).learn?.(answer(401, 'x'.repeat(512)), request)).toBe(true)
  })

  test('and keeps those of the hundred origins that were heard of last', () => {
    const signer = dpop({ key })
    const at = (index: number): HttpRequest => ({ ...request, authority: `h${index}.example` })
    for (let index = 0; index < 100; index++) signer.learn?.(answer(401, `n${index}`), at(index))
    signer.learn?.(answer(200, 'n0'), at(0))
    expect([0, 1, 99].map((index) => nonceOf(signer, at(index)))).toEqual(['n0', 'n1', 'n99'])
    signer.learn?.(answer(401, 'n100'), at(100))
    expect([0, 1, 2, 100].map((index) => nonceOf(signer, at(index)))).toEqual(['n0', undefined, 'n2', 'n100'])
    // Another scheme is another origin.
    expect(nonceOf(signer, { ...at(0), scheme: 'http' })).toBeUndefined()
  })
})

describe('what a verifier of proofs reads', () => {
  const jwk = exportPublicKey(key, 'jwk') as Readonly<Record<string, unknown>>
  const good = { jti: 'nonce-of-16-chars', htm: 'GET', htu: `https://${HOST}/resource`, iat: NOW / 1000 }
  const { kty, crv, x, y } = jwk
  const proof = (claims: object, header: object = {}): string =>
    `${[
      { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y }, ...header },
      { ...good, ...claims },
    ]
      .map((one) => base64url(utf8(JSON.stringify(one))))
      .join('.')}._w`
  const bare = dpopVerifier({ accessToken: false })
  const read = (claims: object = {}, header: object = {}, scheme = bare) =>
    only(scheme, withLine(request, 'DPoP', ` ${proof(claims, header)} `))
  const refused = (claims: object, header: object = {}, scheme = bare) => expect(() => read(claims, header, scheme))

  test('is the request, with the key and the token that it carries', () => {
    const input = proof({}).split('.').slice(0, 2).join('.')
    expect(read()).toMatchObject({
      ...{ label: '', keyId: jkt, claimedAlgorithm: 'ecdsa-p256-sha256', createdMs: NOW, expiresMs: undefined },
      ...{ nonce: 'nonce-of-16-chars', signature: Uint8Array.of(0xff), base: input, bodyDigests: [] },
      ...{ covered: ['htm', 'htu'], covers: ['authority', 'method', 'path', 'scheme'] },
      carried: { jwk: { kty, crv, x, y }, algorithm: 'ecdsa-p256-sha256', token: undefined },
    })
    const ath = createHash('sha256').update(accessToken).digest('base64url')
    const message = withLine(withLine(request, 'Authorization', `DPoP ${accessToken}`), 'DPoP', proof({ ath }))
    expect(only(dpopVerifier(), message)).toMatchObject({
      ...{ covered: ['htm', 'htu', 'ath'], carried: { token: accessToken } },
    })
    expect(dpopVerifier().parse(request)).toEqual([])
    const response = httpResponse({ status: 200, headers: { dpop: proof({}) } })
    expect(bare.parse(response)).toEqual([])
  })

  test('is refused where a member is missing or of another request', () => {
    for (const name of ['jti', 'htm', 'htu'])
      refused({ [name]: undefined }).toThrow(withCode('AUTH_MALFORMED', `the proof lacks the text "${name}"`))
    for (const claims of [{ htm: 'get' }, { htu: `https://${HOST}/resource?a=1` }, { htu: `http://${HOST}/resource` }])
      refused(claims).toThrow(withCode('SIGNATURE_INVALID', 'the proof was made for another request'))
    expect(read({ iat: undefined })).toMatchObject({ createdMs: undefined })
    for (const typ of [undefined, 'JWT', 'DPoP+jwt'])
      refused({}, { typ }).toThrow(withCode('AUTH_MALFORMED', 'the proof must be of type dpop+jwt'))
    refused({}, { alg: 'HS256' }).toThrow(withCode('ALG_UNSUPPORTED', 'an algorithm that is not taken'))
    refused({}, {}, dpopVerifier({ accessToken: false, algorithms: ['ed25519'] })).toThrow(
      withCode('ALG_UNSUPPORTED', 'an algorithm that is not taken'),
    )
    const token = withLine(request, 'Authorization', `DPoP ${accessToken}`)
    expect(() => dpopVerifier().parse(withLine(token, 'DPoP', proof({ ath: 'x' })))).toThrow(
      withCode('SIGNATURE_INVALID', 'the proof was made for another access token'),
    )
    expect(() => dpopVerifier().parse(token)).toThrow(withCode('AUTH_MALFORMED', 'comes without a proof'))
    expect(() => dpopVerifier().parse(withLine(request, 'DPoP', proof({})))).toThrow(
      withCode('AUTH_MALFORMED', 'the proof must come with an access token'),
    )
    expect(() => bare.parse(withLine(token, 'DPoP', proof({})))).toThrow(
      withCode('AUTH_MALFORMED', 'the proof must come without an access token'),
    )
  })

  test('is refused where its key is none, or a private one', () => {
    for (const odd of [undefined, null, 'x', [], 5])
      refused({}, { jwk: odd }).toThrow(withCode('AUTH_MALFORMED', 'the proof holds no public key'))
    for (const odd of [{}, { kty: 'EC' }, { kty: 'toString' }])
      refused({}, { jwk: odd }).toThrow(withCode('AUTH_MALFORMED', 'the proof holds no public key'))
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
      refused({}, { jwk: { kty, crv, x, y, [name]: null } }).toThrow(
        withCode('AUTH_MALFORMED', 'the proof holds a private key'),
      )
  })

  test('is refused without a nonce of this server, where it hands some out', () => {
    const nonces = { current: () => 'now', accepts: (nonce: string) => nonce === 'now' }
    const scheme = dpopVerifier({ accessToken: false, nonces })
    expect(read({ nonce: 'now' }, {}, scheme)).toBeDefined()
    expect(read({ nonce: 'then' })).toBeDefined()
    for (const nonce of ['then', undefined, 5, null, ['now']])
      refused({ nonce }, {}, scheme).toThrow(
        withCode('TIMESTAMP_EXPIRED', 'the proof holds no current nonce of this server'),
      )
    expect(scheme.moreChallenges).toEqual([{ field: 'DPoP-Nonce', value: 'now' }])
    const challenge = scheme.challenge?.(new Set(), {} as never)
    expect(challenge?.field).toBe('WWW-Authenticate')
    expect(challenge?.value).toMatch(
      /^DPoP error="use_dpop_nonce", algs="ES256 ES384 ES512 \S+ RS256 RS512 PS256 PS512"$/,
    )
    expect(bare.challenge?.(new Set(), {} as never)?.value).toMatch(/^DPoP algs="ES256 /)
    expect(bare.moreChallenges).toEqual([])
  })

  test('states what it demands and what is left open', () => {
    expect(stated(dpopVerifier({ algorithms: ['ed25519'] }))).toEqual({
      ...{ id: 'dpop', weaknesses: ['no-query', 'no-body'], readsBody: false },
      demands: {
        ...{ require: ['method', 'authority', 'path'], requireWithBody: [], requireNonce: true },
        algorithms: ['ed25519'],
      },
    })
    expect((stated(dpopVerifier()) as { demands: { algorithms: string[] } }).demands.algorithms).toEqual([
      ...['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p521-sha512', 'ed25519', 'rsa-v1_5-sha256'],
      ...['rsa-v1_5-sha512', 'rsa-pss-sha256', 'rsa-pss-sha512'],
    ])
  })
})

test('nonces are made of a secret of 32 bytes and a clock, and change with every span', () => {
  let now = 600_000
  const clock = { now: () => now }
  const secret = new Uint8Array(32).fill(1)
  const nonces = dpopNonces({ secret, clock })
  const [first, other] = [nonces.current(), dpopNonces({ secret: new Uint8Array(32).fill(2), clock }).current()]
  expect(first).toMatch(/^[\w-]{32}$/)
  expect([nonces.accepts(other), nonces.accepts('')]).toEqual([false, false])
  now = 899_999
  expect(nonces.current()).toBe(first)
  now = 900_000
  expect([nonces.current() === first, nonces.accepts(first)]).toEqual([false, true])
  now = 1_199_999
  expect(nonces.accepts(first)).toBe(true)
  now = 1_200_000
  expect(nonces.accepts(first)).toBe(false)
  const next = nonces.current()
  now = 600_000
  expect(nonces.accepts(next)).toBe(false)
  expect(codeOf(() => dpopNonces({ secret: new Uint8Array(31), clock }))).toBe('KEY_WEAK')
  for (const [options, text] of [
    [{ secret }, '"clock"'],
    [{ secret, clock: {} }, '"clock" must be'],
    [{ clock }, '"secret" must have at least 32 bytes'],
    [{ secret, clock, lifeMs: 999 }, '"lifeMs" must be'],
  ])
    expect(textOf(() => dpopNonces(options as never))).toContain(text)
})
