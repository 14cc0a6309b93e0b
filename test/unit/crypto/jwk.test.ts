import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Algorithm } from '../../../src/crypto/algorithm.js'
import { importSigningKey, importVerifyingKey, type Jwk, jwkThumbprint } from '../../../src/crypto/index.js'
import { codeOf } from '../../expect-code.js'
import { keyFile } from './key-files.js'

const keyId = 'k'
const publicJwk = (file: string): Record<string, unknown> =>
  crypto.createPublicKey(keyFile(file)).export({ format: 'jwk' }) as Record<string, unknown>
const privateJwk = (file: string): Record<string, unknown> =>
  crypto.createPrivateKey(keyFile(file)).export({ format: 'jwk' }) as Record<string, unknown>

const ED = publicJwk('ed25519-public')
const EC = publicJwk('p256-public')
const RSA = publicJwk('rsa-public')

describe('what a JWK says about its use must not contradict', () => {
  const accepted: readonly [name: string, jwk: Record<string, unknown>, algorithm: Algorithm][] = [
    ['nothing said', ED, 'ed25519'],
    ['EdDSA', { ...ED, alg: 'EdDSA', use: 'sig', key_ops: ['verify'] }, 'ed25519'],
    ['Ed25519 (RFC 9864)', { ...ED, alg: 'Ed25519' }, 'ed25519'],
    ['unknown members', { ...ED, kid: 'x', ext: true, 'x5t#S256': 'y', iat: 1 }, 'ed25519'],
    ['ES256', { ...EC, alg: 'ES256' }, 'ecdsa-p256-sha256'],
    ['PS512', { ...RSA, alg: 'PS512' }, 'rsa-pss-sha512'],
    ['RS256', { ...RSA, alg: 'RS256' }, 'rsa-v1_5-sha256'],
  ]
  test.each(accepted)('the JWK is accepted: %s', async (_name, jwk, algorithm) => {
    const key = await importVerifyingKey(jwk, { keyId, algorithm })
    expect(jwkThumbprint(key)).toBe(jwkThumbprint(jwk))
  })

  const refused: readonly [name: string, jwk: unknown, algorithm: Algorithm][] = [
    ['an array', [ED], 'ed25519'],
    ['a JWK Set', { keys: [ED] }, 'ed25519'],
    ['another alg', { ...RSA, alg: 'RS256' }, 'rsa-pss-sha512'],
    ['alg none', { ...ED, alg: 'none' }, 'ed25519'],
    ['an HMAC alg on an asymmetric key', { ...RSA, alg: 'HS256' }, 'rsa-pss-sha256'],
    ['alg of the wrong type', { ...ED, alg: ['EdDSA'] }, 'ed25519'],
    ['use enc', { ...ED, use: 'enc' }, 'ed25519'],
    ['key_ops without verify', { ...ED, key_ops: ['sign'] }, 'ed25519'],
    ['key_ops as text', { ...ED, key_ops: 'verify' }, 'ed25519'],
    ['another curve', { ...ED, crv: 'X25519' }, 'ed25519'],
    ['a curve in another case', { ...ED, crv: 'ed25519' }, 'ed25519'],
    ['no curve', { ...EC, crv: undefined }, 'ecdsa-p256-sha256'],
    ['P-384 for P-256', { ...EC, crv: 'P-384' }, 'ecdsa-p256-sha256'],
    ['another kty', { ...EC, kty: 'OKP' }, 'ecdsa-p256-sha256'],
    ['kty oct', { kty: 'oct', k: ED['x'] }, 'ed25519'],
    ['padding', { ...ED, x: `${ED['x']}=` }, 'ed25519'],
    ['standard alphabet', { ...ED, x: `${(ED['x'] as string).slice(0, -2)}+/` }, 'ed25519'],
    ['non-zero trailing bits', { ...ED, x: `${'A'.repeat(42)}B` }, 'ed25519'],
    ['a short x', { ...EC, x: 'AAAA' }, 'ecdsa-p256-sha256'],
    ['no y', { ...EC, y: undefined }, 'ecdsa-p256-sha256'],
    [
      'n with a leading zero',
      {
        ...RSA,
        n: Buffer.concat([Buffer.alloc(1), Buffer.from(RSA['n'] as string, 'base64url')]).toString('base64url'),
      },
      'rsa-pss-sha512',
    ],
    ['a private member', { ...RSA, d: 'AQAB' }, 'rsa-pss-sha512'],
    ['a private member of another kind', { ...ED, k: 'AQAB' }, 'ed25519'],
    ['members from the prototype only', Object.create(ED), 'ed25519'],
  ]
  test.each(refused)('the JWK is refused: %s', async (_name, jwk, algorithm) => {
    expect(await codeOf(() => importVerifyingKey(jwk as Jwk, { keyId, algorithm }))).toBe('KEY_MALFORMED')
  })
})

describe('private JWKs', () => {
  test('must state their own public key', async () => {
    const ed = privateJwk('ed25519')
    const ec = privateJwk('p256')
    const other = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
    const wrong: [Jwk, Algorithm][] = [
      [{ ...ed, x: Buffer.alloc(32, 9).toString('base64url') }, 'ed25519'],
      [{ ...ec, x: other.x as string, y: other.y as string }, 'ecdsa-p256-sha256'],
      [{ ...ec, x: Buffer.alloc(32, 9).toString('base64url') }, 'ecdsa-p256-sha256'],
      [{ ...ed, x: undefined as never }, 'ed25519'],
    ]
    for (const [jwk, algorithm] of wrong) {
      expect(await codeOf(() => importSigningKey(jwk, { keyId, algorithm }))).toBe('KEY_MALFORMED')
    }
    expect(await codeOf(() => importSigningKey({ ...ed, key_ops: ['verify'] }, { keyId, algorithm: 'ed25519' }))).toBe(
      'KEY_MALFORMED',
    )
  })

  test.each(['n', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'e'])('RSA with a wrong %s is refused', async (name) => {
    const jwk = privateJwk('rsa')
    const value = Buffer.from(jwk[name] as string, 'base64url')
    value[value.length - 1] = (value.at(-1) as number) ^ 2
    const changed = { ...jwk, [name]: value.toString('base64url') } as Jwk
    const { [name]: _, ...without } = jwk
    const options = { keyId, algorithm: 'rsa-pss-sha512' } as const
    expect(await codeOf(() => importSigningKey(changed, options))).toBe('KEY_MALFORMED')
    expect(await codeOf(() => importSigningKey(without as Jwk, options))).toBe('KEY_MALFORMED')
  })
})

describe('thumbprints', () => {
  test('the thumbprints of RFC 7638 3.1 and RFC 8037 A.3 are as they are printed', () => {
    const rsa = {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      alg: 'RS256',
      kid: '2011-04-29',
    }
    expect(jwkThumbprint(rsa)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
    const okp = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
    expect(jwkThumbprint(okp)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })

  test('either half and every form give the same one', async () => {
    for (const [file, algorithm] of [
      ['ed25519', 'ed25519'],
      ['p256', 'ecdsa-p256-sha256'],
      ['rsa', 'rsa-pss-sha512'],
    ] as const) {
      const name = jwkThumbprint(publicJwk(file))
      const key = await importSigningKey(keyFile(file), { keyId, algorithm })
      expect(jwkThumbprint(key)).toBe(name)
      expect(jwkThumbprint(privateJwk(file))).toBe(name)
      expect(name).toMatch(/^[A-Za-z0-9_-]{43}$/)
    }
  })

  test.each<[unknown, string]>([
    [{ kty: 'oct', k: 'AAAA' }, 'KEY_MALFORMED'],
    [{}, 'KEY_MALFORMED'],
    [null, 'KEY_MALFORMED'],
    [{ ...ED, x: 5 }, 'KEY_MALFORMED'],
    [{ ...ED, x: '' }, 'KEY_MALFORMED'],
    [{ ...ED, x: 'a"b' }, 'KEY_MALFORMED'],
    [{ ...ED, crv: 'a"b' }, 'KEY_MALFORMED'],
    [Object.create(ED), 'KEY_MALFORMED'],
    [{ keyId, algorithm: 'ed25519', verify: () => true }, 'KEY_UNSUPPORTED'],
  ])('a thumbprint of %o is refused', async (jwk, code) => {
    expect(await codeOf(() => jwkThumbprint(jwk as Jwk))).toBe(code)
  })
})
