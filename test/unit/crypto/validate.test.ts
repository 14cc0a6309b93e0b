import crypto from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import type { Algorithm } from '../../../src/crypto/algorithm.js'
import { integer, sequence } from '../../../src/crypto/format/der.js'
import {
  generateKeyPair,
  generateSecret,
  hmacKey,
  importSigningKey,
  importVerifyingKey,
  randomBytes,
  Secret,
  validateForRegistration,
  webCryptoVerifyingKey,
} from '../../../src/crypto/index.js'
import { codeOf, outcomeOf } from '../../expect-code.js'
import { bytes, derOf, keyFile, pemOf } from './key-files.js'

const keyId = 'k'
const verdict = (key: unknown, algorithm: Algorithm): Promise<unknown> =>
  outcomeOf(() => validateForRegistration(key as Uint8Array, { algorithm }))
const FINE = undefined

test.each<[file: string, algorithm: Algorithm]>([
  ['ed25519-public', 'ed25519'],
  ['p256-public', 'ecdsa-p256-sha256'],
  ['p256-public-compressed', 'ecdsa-p256-sha256'],
  ['rsa-public', 'rsa-pss-sha512'],
  ['rsa-public-pkcs1', 'rsa-v1_5-sha256'],
])('%s.pem may register, as text, DER, JWK and key', async (file, algorithm) => {
  const pem = keyFile(file)
  expect(await verdict(pem, algorithm)).toEqual(FINE)
  expect(await verdict(crypto.createPublicKey(pem).export({ format: 'jwk' }), algorithm)).toEqual(FINE)
  expect(await verdict(await importVerifyingKey(pem, { keyId, algorithm }), algorithm)).toEqual(FINE)
  if (file.endsWith('pkcs1')) return
  expect(validateForRegistration(derOf(pem), { algorithm, format: 'der' })).toBeUndefined()
})

describe('Ed25519', () => {
  // The eight points of small order, with every other spelling that fits 255 bits: what "one signature for all messages" needs.
  const small = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ]
  test.each(small)('%s is refused, and already on import', async (hex) => {
    expect(await verdict(bytes(hex), 'ed25519')).toBe('KEY_WEAK')
    expect(await codeOf(() => importVerifyingKey(bytes(hex), { keyId, algorithm: 'ed25519' }))).toBe('KEY_WEAK')
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') }
    expect(await verdict(jwk, 'ed25519')).toBe('KEY_WEAK')
  })

  test('any y that is not below the prime is refused', async () => {
    for (let low = 0xed; low <= 0xff; low++) {
      for (const high of ['7f', 'ff']) {
        expect(await verdict(bytes(`${low.toString(16)}${'ff'.repeat(30)}${high}`), 'ed25519')).toBe('KEY_WEAK')
      }
    }
  })

  test('a point with a small-order part is refused, each of the seven', async () => {
    const { Point } = ed25519
    const torsion = Point.fromBytes(bytes(small[8] as string))
    const honest = Point.fromBytes(ed25519.keygen().publicKey)
    let mixed = honest
    for (let i = 1; i < 8; i++) {
      mixed = mixed.add(torsion)
      const encoded = mixed.toBytes()
      expect(await verdict(encoded, 'ed25519')).toBe('KEY_WEAK')
      const key = await importVerifyingKey(encoded, { keyId, algorithm: 'ed25519' })
      expect(await verdict(key, 'ed25519')).toBe('KEY_WEAK')
    }
    expect(await verdict(mixed.add(torsion).toBytes(), 'ed25519')).toEqual(FINE)
  })

  test('bytes that are no point are refused', async () => {
    for (const y of [2, 7, 8]) {
      const encoded = bytes(`${y.toString(16).padStart(2, '0')}${'00'.repeat(31)}`)
      const isPoint = ed25519.utils.isValidPublicKey(encoded, false)
      if (!isPoint) expect(await verdict(encoded, 'ed25519')).toBe('KEY_WEAK')
    }
    expect(ed25519.utils.isValidPublicKey(bytes(`02${'00'.repeat(31)}`), false)).toBe(false)
  })

  // The keys of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020). The honest one is only in the cases 6 and 7,
  // whose signatures are out of range.
  test.each<[hex: string, expected: unknown]>([
    ['c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa', 'KEY_WEAK'],
    ['f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43', 'KEY_WEAK'],
    ['cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d', 'KEY_WEAK'],
    ['442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623', FINE],
    ['ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'KEY_WEAK'],
  ])('the speccheck key %s is judged as it must be', async (hex, expected) => {
    expect(await verdict(bytes(hex), 'ed25519')).toEqual(expected)
  })
})

describe('an RSA key for registration', () => {
  const pkcs1 = (n: bigint, e: bigint): string => {
    const magnitude = (value: bigint): Uint8Array => {
      const text = value.toString(16)
      return bytes(text.length % 2 === 0 ? text : `0${text}`)
    }
    return pemOf('RSA PUBLIC KEY', sequence(integer(magnitude(n)), integer(magnitude(e))))
  }
  const odd = (bits: number): bigint => (1n << BigInt(bits - 1)) + 1n
  const F4 = 65537n

  test.each<[name: string, n: bigint, e: bigint, expected: unknown]>([
    ['512 bits', odd(512), F4, 'KEY_WEAK'],
    ['1024 bits', odd(1024), F4, 'KEY_WEAK'],
    ['2047 bits', odd(2047), F4, 'KEY_WEAK'],
    ['2048 bits', odd(2048), F4, FINE],
    ['2049 bits', odd(2049), F4, FINE],
    ['8192 bits', odd(8192), F4, FINE],
    ['8193 bits', odd(8193), F4, 'KEY_WEAK'],
    ['16384 bits', odd(16_384), F4, 'KEY_WEAK'],
    ['16392 bits', odd(16_392), F4, 'KEY_WEAK'],
    ['even modulus', odd(2048) + 1n, F4, 'KEY_WEAK'],
    ['modulus 0', 0n, F4, 'KEY_WEAK'],
    ['e = 0', odd(2048), 0n, 'KEY_WEAK'],
    ['e = 1', odd(2048), 1n, 'KEY_WEAK'],
    ['e = 2', odd(2048), 2n, 'KEY_WEAK'],
    ['e = 3', odd(2048), 3n, 'KEY_WEAK'],
    ['e = 65535', odd(2048), 65_535n, 'KEY_WEAK'],
    ['e = 65538', odd(2048), 65_538n, 'KEY_WEAK'],
    ['e = 65539', odd(2048), 65_539n, FINE],
    ['e = 2^32 - 1', odd(2048), 2n ** 32n - 1n, FINE],
    ['e = 2^32 + 1', odd(2048), 2n ** 32n + 1n, 'KEY_WEAK'],
    ['e of 65 bits', odd(2048), 2n ** 64n + 1n, 'KEY_WEAK'],
  ])('is judged by its sizes: %s', async (_name, n, e, expected) => {
    for (const algorithm of ['rsa-v1_5-sha256', 'rsa-pss-sha512'] as const) {
      expect(await verdict(pkcs1(n, e), algorithm)).toEqual(expected)
    }
  })

  test('what can never be safe is refused on import already', async () => {
    const cases = [
      [odd(2048), 1n],
      [odd(2048), 2n],
      [odd(2048) + 1n, F4],
      [odd(1023), F4],
      [odd(16_385), F4],
    ] as const
    for (const [n, e] of cases) {
      expect(await codeOf(() => importVerifyingKey(pkcs1(n, e), { keyId, algorithm: 'rsa-v1_5-sha256' }))).toBe(
        'KEY_WEAK',
      )
    }
    // 1024 bits hold no SHA-512 with its salt (RFC 8017 9.1.1), but SHA-256.
    const small = pkcs1(odd(1024), F4)
    expect(await codeOf(() => importVerifyingKey(small, { keyId, algorithm: 'rsa-pss-sha512' }))).toBe('KEY_WEAK')
  })
})

test('a point off the curve, at infinity or in hybrid form is refused', async () => {
  const jwk = crypto.createPublicKey(keyFile('p256-public')).export({ format: 'jwk' })
  const [x, y] = [Buffer.from(jwk.x as string, 'base64url'), Buffer.from(jwk.y as string, 'base64url')]
  const off = Buffer.concat([Buffer.of(4), y, x])
  expect(await verdict(off, 'ecdsa-p256-sha256')).toBe('KEY_WEAK')
  expect(await codeOf(() => importVerifyingKey(off, { keyId, algorithm: 'ecdsa-p256-sha256' }))).toBe('KEY_WEAK')
  expect(await verdict({ ...jwk, x: jwk.y, y: jwk.x }, 'ecdsa-p256-sha256')).toBe('KEY_WEAK')
  for (const bad of [
    Buffer.of(0),
    Buffer.alloc(65),
    Buffer.concat([Buffer.of(6 + ((y.at(-1) as number) & 1)), x, y]),
  ]) {
    expect(await verdict(bad, 'ecdsa-p256-sha256')).toBe('KEY_MALFORMED')
  }
  // A compressed x with no y.
  expect(await verdict(Buffer.concat([Buffer.of(2), Buffer.alloc(32, 0xff)]), 'ecdsa-p256-sha256')).toBe('KEY_WEAK')
})

test('a shared secret has 32 bytes at least, and is never a text', async () => {
  for (const length of [1, 16, 31]) {
    expect(await verdict(randomBytes(length), 'hmac-sha256')).toBe('KEY_WEAK')
    expect(await verdict(new Secret(randomBytes(length)), 'hmac-sha512')).toBe('KEY_WEAK')
    expect(
      await verdict(hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(length) }), 'hmac-sha256'),
    ).toBe('KEY_WEAK')
  }
  expect(await verdict(new Uint8Array(0), 'hmac-sha256')).toBe('KEY_WEAK')
  expect(await verdict(randomBytes(32), 'hmac-sha256')).toEqual(FINE)
  expect(await verdict(generateSecret('hmac-sha256'), 'hmac-sha256')).toEqual(FINE)
  expect(await verdict(hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) }), 'hmac-sha256')).toEqual(
    FINE,
  )
  expect(await verdict('a'.repeat(64), 'hmac-sha256')).toBe('KEY_MALFORMED')
  expect(await verdict(Buffer.from(keyFile('rsa-public')), 'hmac-sha256')).toBe('KEY_MALFORMED')
})

test('a private key where a public one is expected', async () => {
  for (const [file, algorithm] of [
    ['ed25519', 'ed25519'],
    ['p256', 'ecdsa-p256-sha256'],
    ['rsa', 'rsa-pss-sha512'],
  ] as const) {
    expect(await verdict(keyFile(file), algorithm)).toBe('KEY_MALFORMED')
    expect(await verdict(await importSigningKey(keyFile(file), { keyId, algorithm }), algorithm)).toBe('KEY_MALFORMED')
  }
  // Before the algorithm is compared.
  const signing = await importSigningKey(keyFile('ed25519'), { keyId, algorithm: 'ed25519' })
  expect(await verdict(signing, 'hmac-sha256')).toBe('KEY_MALFORMED')
  expect(await verdict(new Secret(randomBytes(32)), 'ed25519')).toBe('KEY_MALFORMED')
  expect(await verdict({ keyId, algorithm: 'ed25519', sign: () => new Uint8Array(64) }, 'ed25519')).toBe(
    'KEY_MALFORMED',
  )
})

test('keys whose material is not known here, or of another algorithm', async () => {
  const remote = { keyId, algorithm: 'ed25519', verify: () => true }
  expect(await verdict(remote, 'ed25519')).toBe('KEY_UNSUPPORTED')
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const wrapped = webCryptoVerifyingKey(pair.publicKey as CryptoKey, { keyId, algorithm: 'ecdsa-p256-sha256' })
  expect(await verdict(wrapped, 'ecdsa-p256-sha256')).toBe('KEY_UNSUPPORTED')
  const { verifyingKey } = await generateKeyPair('ed25519', { keyId })
  expect(await verdict(verifyingKey, 'rsa-pss-sha512')).toBe('ARGUMENT_INVALID')
  expect(await verdict(verifyingKey, 'none' as never)).toBe('ARGUMENT_INVALID')
  const secret = hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) })
  expect(await verdict(secret, 'hmac-sha512')).toBe('ARGUMENT_INVALID')
  // The public half of a key must not come from a shared secret.
  expect(await verdict(secret, 'ed25519')).toBe('KEY_MALFORMED')
  expect(await verdict(null, 'ed25519')).toBe('KEY_MALFORMED')
})

const KNOWN =
  'hmac-sha256, hmac-sha384, hmac-sha512, ed25519, rsa-v1_5-sha256, rsa-v1_5-sha512, rsa-pss-sha256, rsa-pss-sha512, ecdsa-p256-sha256, ecdsa-p384-sha384, ecdsa-p521-sha512'

describe('the name of an algorithm', () => {
  test.each([
    ['Ed25519', ': did you mean "ed25519"?'],
    ['EdDSA', ': did you mean "ed25519"?'],
    ['RS512', ': did you mean "rsa-v1_5-sha512"?'],
    ['rsa-sha512', ': did you mean "rsa-v1_5-sha512"?'],
    ['RSA-SHA256', ': did you mean "rsa-v1_5-sha256"?'],
    ['RSA-PSS-SHA512', ': did you mean "rsa-pss-sha512"?'],
    ['ecdsa-p256', ': did you mean "ecdsa-p256-sha256"?'],
    ['none', `, got a string; known: ${KNOWN}`],
    [5, `, got a number; known: ${KNOWN}`],
    [undefined, `, got nothing; known: ${KNOWN}`],
  ] as const)('is written as it is here, not %j', async (name, hint) => {
    await expect(generateKeyPair(name as never, { keyId: 'a' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: `"algorithm" must be a supported algorithm${hint}`,
    })
  })

  test('of one family is found among those of that family', () => {
    expect(() => generateSecret('HMAC-SHA256' as never)).toThrow('did you mean "hmac-sha256"?')
    expect(() => generateSecret('Ed25519' as never)).toThrow(
      'hmac algorithm, got a string; known: hmac-sha256, hmac-sha384, hmac-sha512',
    )
  })
})
