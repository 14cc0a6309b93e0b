import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import { base64url, utf8 } from '../../../../src/crypto/encoding.js'
import { ecdsaPrivateKey, exportPublicKey, importRsaSigningKey, jwkThumbprint } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { dpop, dpopNonces, dpopVerifier } from '../../../../src/schemes/legacy/dpop/index.js'
import { boundKeys } from '../../../../src/server/bound-keys.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import { refusalResponse } from '../../../../src/server/respond.js'
import { createVerifier } from '../../../../src/server/verifier.js'
import { rsaPem } from '../../../attacks/world.js'
import { codeOf } from '../../../expect-code.js'
import EXAMPLES from '../../../vectors/legacy/dpop.json' with { type: 'json' }
import { HOST, judge, NOW, signed, withLine, withValue } from './judge.js'

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
