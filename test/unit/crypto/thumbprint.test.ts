import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ecdsaPrivateKey } from '../../../src/crypto/ecdsa-key.js'
import { ed25519PrivateKey } from '../../../src/crypto/ed25519-key.js'
import { exportPrivateKey, exportPublicKey, publicSpki } from '../../../src/crypto/export.js'
import type { Jwk } from '../../../src/crypto/format/jwk.js'
import { generateKeyPair, generateSecret } from '../../../src/crypto/generate.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { importRsaSigningKey } from '../../../src/crypto/import-rsa.js'
import { jwkThumbprint } from '../../../src/crypto/thumbprint.js'
import { requiredMembers } from '../../../src/crypto/thumbprint-members.js'
import { textOf, withCode } from '../../expect-code.js'
import { hexOf, keyFile } from './key-files.js'

const keyId = 'k'
const ed25519 = ed25519PrivateKey({ keyId, seed: new Uint8Array(32).fill(1) })
const p256 = ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(1) })
const rsa = await importRsaSigningKey(keyFile('rsa'), { keyId, algorithm: 'rsa-pss-sha512' })
const shared = hmacKey({ keyId, algorithm: 'hmac-sha256', secret: new Uint8Array(32) })

const EC = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'BBBB' }
const OKP = { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }
const RSA = { kty: 'RSA', n: 'AAAA', e: 'AQAB' }

describe('the members that make a thumbprint', () => {
  test.each([EC, OKP, RSA])('are the required ones of %o, in the order of the alphabet', (jwk) => {
    const members = requiredMembers({ ...jwk, kid: 'x', alg: 'y', d: 'AAAA', use: 'sig' })
    expect(members).toEqual(jwk)
    expect(Object.keys(members)).toEqual(Object.keys(jwk).sort())
  })

  test.each<readonly [string, unknown, string]>([
    ['nothing', undefined, 'kty'],
    ['null', null, 'kty'],
    ['a text', 'EC', 'kty'],
    ['a shared secret', { kty: 'oct', k: 'AAAA' }, 'kty'],
    ['no kind', { crv: 'Ed25519', x: 'AAAA' }, 'kty'],
    ['a kind of the prototype', Object.create(OKP), 'kty'],
    ['no curve', { ...OKP, crv: undefined }, 'crv'],
    ['an empty curve', { ...OKP, crv: '' }, 'crv'],
    ['a curve with a quote', { ...OKP, crv: 'a"' }, 'crv'],
    ['a curve with a quote before it', { ...OKP, crv: '"a' }, 'crv'],
    ['a curve of 33 characters', { ...OKP, crv: 'a'.repeat(33) }, 'crv'],
    ['a number', { ...OKP, x: 5 }, 'x'],
    ['an empty number', { ...EC, y: '' }, 'y'],
    ['a number that is no base64url', { ...RSA, n: 'A+/A' }, 'n'],
    ['a missing number', { ...RSA, e: undefined }, 'e'],
  ])('are not those of %s', (_, jwk, name) => {
    expect(textOf(() => requiredMembers(jwk as Jwk))).toBe(
      `KEY_MALFORMED JWK must be an EC, OKP or RSA key with "${name}"`,
    )
  })

  test('may have a curve of the longest name that is allowed', () => {
    expect(requiredMembers({ ...OKP, crv: 'a'.repeat(32) })).toMatchObject({ crv: 'a'.repeat(32) })
  })
})

test.each([ed25519, p256, rsa])('a key has the thumbprint of its public JWK, $algorithm', (key) => {
  const jwk = exportPublicKey(key, 'jwk')
  const members = JSON.stringify(requiredMembers(jwk))
  const expected = crypto.createHash('sha256').update(members).digest('base64url')
  expect([jwkThumbprint(key), jwkThumbprint(key.verifyingKey), jwkThumbprint(jwk)]).toEqual(Array(3).fill(expected))
})

test('what is no key of its own has no thumbprint', () => {
  for (const other of [null, undefined, 'text'] as never[])
    expect(() => jwkThumbprint(other)).toThrow(withCode('KEY_MALFORMED'))
  for (const key of [
    { keyId, algorithm: 'ed25519', verify: () => true },
    { keyId, algorithm: 'ed25519', sign: () => 0 },
  ])
    expect(() => jwkThumbprint(key as never)).toThrow(withCode('KEY_UNSUPPORTED', 'with a public half'))
  expect(() => jwkThumbprint(shared)).toThrow(withCode('KEY_UNSUPPORTED'))
})

describe('what is exported', () => {
  test.each([ed25519, p256, rsa])('of $algorithm is read by OpenSSL as the same key', async (key) => {
    const half = crypto.createPublicKey(exportPublicKey(key, 'pem'))
    expect(half.export({ format: 'der', type: 'spki' }).equals(exportPublicKey(key, 'der'))).toBe(true)
    expect(hexOf(publicSpki(key))).toBe(hexOf(exportPublicKey(key, 'der')))
    expect(exportPublicKey(key, 'jwk')).toMatchObject(half.export({ format: 'jwk' }))
    expect(exportPublicKey(key, 'jwk')).toMatchObject({ kid: keyId, use: 'sig' })
    const whole = crypto.createPrivateKey(await exportPrivateKey(key, 'pem'))
    expect(whole.export({ format: 'der', type: 'pkcs8' }).equals(await exportPrivateKey(key, 'der'))).toBe(true)
    expect(await exportPrivateKey(key, 'jwk')).toMatchObject(whole.export({ format: 'jwk' }))
    // Nothing private in a public one.
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(exportPublicKey(key, 'jwk')).not.toHaveProperty(name)
  })

  test('raw is a copy', async () => {
    for (const key of [ed25519, p256]) {
      const before = hexOf(exportPublicKey(key, 'raw'))
      exportPublicKey(key, 'raw').fill(0)
      expect(hexOf(exportPublicKey(key, 'raw'))).toBe(before)
      ;(await exportPrivateKey(key, 'raw')).fill(0)
      expect(hexOf(await exportPrivateKey(key, 'raw'))).toBe('01'.repeat(32))
    }
  })

  test('of RSA is never raw', async () => {
    expect(() => exportPublicKey(rsa, 'raw')).toThrow(withCode('KEY_UNSUPPORTED', 'there is no raw form'))
    await expect(exportPrivateKey(rsa, 'raw')).rejects.toEqual(withCode('KEY_UNSUPPORTED', 'there is no raw form'))
  })

  test('has one of the known forms', async () => {
    expect(() => exportPublicKey(ed25519, 'ssh' as 'pem')).toThrow(withCode('ARGUMENT_INVALID', '"format" must be'))
    await expect(exportPrivateKey(ed25519, 'ssh' as 'pem')).rejects.toEqual(
      withCode('ARGUMENT_INVALID', '"format" must be'),
    )
  })

  test('is of a key with that half, and with a passphrase only where it is encrypted', async () => {
    for (const key of [shared, ed25519.verifyingKey, undefined, { keyId, algorithm: 'ed25519' }] as never[])
      await expect(exportPrivateKey(key, 'pem')).rejects.toEqual(withCode('KEY_UNSUPPORTED', 'with a private half'))
    for (const key of [undefined, { keyId, algorithm: 'ed25519', sign: () => 0 }] as never[])
      expect(() => exportPublicKey(key, 'pem')).toThrow()
    const plain = exportPrivateKey as (key: unknown, format: string, options: object) => Promise<unknown>
    await expect(plain(ed25519, 'pem', { passphrase: 'x' })).rejects.toEqual(
      withCode('KEY_PASSPHRASE', 'for the format encrypted-pem only'),
    )
    await expect(plain(ed25519, 'encrypted-pem', {})).rejects.toEqual(withCode('KEY_PASSPHRASE', 'got none'))
    await expect(plain(ed25519, 'pem', { password: 'x' })).rejects.toEqual(withCode('ARGUMENT_INVALID', 'passphrase'))
  })
})

describe('what is generated', () => {
  test.each([
    ['hmac-sha256', 32],
    ['hmac-sha384', 48],
    ['hmac-sha512', 64],
  ] as const)('for %s is a secret of %i bytes', (algorithm, length) => {
    expect(generateSecret(algorithm)).toHaveLength(length)
    expect(generateSecret(algorithm).reveal()).not.toEqual(generateSecret(algorithm).reveal())
  })

  test.each(['ed25519', 'ecdsa-p256-sha256', 'ecdsa-p521-sha512'] as const)('for %s is a pair', async (algorithm) => {
    const { signingKey, verifyingKey } = await generateKeyPair(algorithm, { keyId })
    expect([signingKey.keyId, signingKey.algorithm]).toEqual([keyId, algorithm])
    expect(signingKey.verifyingKey).toBe(verifyingKey)
    expect(verifyingKey.verify('text', signingKey.sign('text'))).toBe(true)
  })

  test('for RSA has the modulus that is asked for', async () => {
    const { signingKey } = await generateKeyPair('rsa-pss-sha256', { keyId, modulusLength: 2048 })
    const { n } = exportPublicKey(signingKey, 'jwk')
    expect(Buffer.from(n as string, 'base64url')).toHaveLength(256)
  })

  test.each<readonly [string, object, string]>([
    ['hmac-sha256', { keyId }, 'generateSecret() makes secrets'],
    ['ed25519', { keyId, modulusLength: 2048 }, 'only RSA has one'],
    ['ed25519', { keyId: '' }, '"keyId"'],
    ['ed25519', { keyId, bits: 1 }, '"bits"'],
    ['none', { keyId }, '"algorithm"'],
    ['rsa-pss-sha256', { keyId, modulusLength: 2040 }, '2048 to 8192 in steps of 8'],
    ['rsa-pss-sha256', { keyId, modulusLength: 2049 }, '2048 to 8192 in steps of 8'],
    ['rsa-pss-sha256', { keyId, modulusLength: 8200 }, '2048 to 8192 in steps of 8'],
    ['rsa-pss-sha256', { keyId, modulusLength: Number.NaN }, '2048 to 8192 in steps of 8'],
    ['rsa-pss-sha256', { keyId, modulusLength: '2048' }, '2048 to 8192 in steps of 8'],
  ])('is not for %s with %o', async (algorithm, options, text) => {
    await expect(generateKeyPair(algorithm as 'ed25519', options as { keyId: string })).rejects.toEqual(
      withCode('ARGUMENT_INVALID', text),
    )
  })

  test('for a family of pairs is no secret', () => {
    expect(() => generateSecret('ed25519' as never)).toThrow(withCode('ARGUMENT_INVALID', 'hmac algorithm'))
  })
})
