import { describe, expect, test } from 'vitest'
import {
  ALGORITHM_NAMES,
  ALGORITHMS,
  addAlgorithm,
  algorithmSpec,
  assertAlgorithm,
  ECDSA_ALGORITHMS,
  HMAC_HASHES,
  isAlgorithm,
  isKeyAlgorithm,
  type KeyAlgorithm,
  nearAlgorithm,
  signatureBytesOf,
} from '../../../src/crypto/algorithm.js'
import { textOf, withCode } from '../../expect-code.js'

test('the list of all algorithms has the rows of the table, with the same length of a signature', () => {
  expect(ALGORITHM_NAMES).toEqual(Object.keys(ALGORITHMS))
  for (const name of ALGORITHM_NAMES.filter(isAlgorithm))
    expect([name, signatureBytesOf(name)]).toEqual([name, ALGORITHMS[name].signatureBytes])
})

test.each(['toString', '__proto__', 'EdDSA', 'HMAC-SHA256', '', undefined, 5])('%j is no algorithm', (name) => {
  expect(isAlgorithm(name)).toBe(false)
  expect(isKeyAlgorithm(name)).toBe(false)
})

test('an array that reads like the name of an algorithm is none', () => {
  expect(isAlgorithm(['ed25519'])).toBe(false)
})

/** RFC 7518 3.1, RFC 8037 3.1, RFC 9421 3.3, FIPS 186-5; the names of WebCrypto are those of its specification. */
const hmac = (bits: number) => ({ family: 'hmac', hash: `sha${bits}`, hashBytes: bits / 8, signatureBytes: bits / 8 })
const rsa = (bits: number) => ({ family: 'rsa', hash: `sha${bits}`, hashBytes: bits / 8, signatureBytes: 0 })
const ecdsa = (bits: number, curve: string, signatureBytes: number) => ({
  ...{ family: 'ecdsa', hash: `sha${bits}`, hashBytes: bits / 8, signatureBytes, curve },
})
const PKCS1 = { webCrypto: 'RSASSA-PKCS1-v1_5', padding: 'pkcs1' }
const PSS = { webCrypto: 'RSA-PSS', padding: 'pss' }

test('the table has every algorithm with its facts, and names them as WebCrypto and JOSE do', () => {
  expect({ ...ALGORITHMS }).toEqual({
    'hmac-sha256': { ...hmac(256), webCrypto: 'HMAC', jose: 'HS256' },
    'hmac-sha384': { ...hmac(384), webCrypto: 'HMAC', jose: 'HS384' },
    'hmac-sha512': { ...hmac(512), webCrypto: 'HMAC', jose: 'HS512' },
    ed25519: {
      ...{ family: 'ed25519', hash: 'sha512', hashBytes: 64, signatureBytes: 64, webCrypto: 'Ed25519', jose: 'EdDSA' },
    },
    'rsa-v1_5-sha256': { ...rsa(256), ...PKCS1, jose: 'RS256' },
    'rsa-v1_5-sha512': { ...rsa(512), ...PKCS1, jose: 'RS512' },
    'rsa-pss-sha256': { ...rsa(256), ...PSS, jose: 'PS256' },
    'rsa-pss-sha512': { ...rsa(512), ...PSS, jose: 'PS512' },
    'ecdsa-p256-sha256': { ...ecdsa(256, 'P-256', 64), webCrypto: 'ECDSA', jose: 'ES256' },
    'ecdsa-p384-sha384': { ...ecdsa(384, 'P-384', 96), webCrypto: 'ECDSA', jose: 'ES384' },
    'ecdsa-p521-sha512': { ...ecdsa(512, 'P-521', 132), webCrypto: 'ECDSA', jose: 'ES512' },
  })
  expect({ ...HMAC_HASHES }).toEqual({ 'hmac-sha256': 'sha256', 'hmac-sha384': 'sha384', 'hmac-sha512': 'sha512' })
  expect({ ...ECDSA_ALGORITHMS }).toEqual({
    'ecdsa-p256-sha256': ecdsa(256, 'P-256', 64),
    'ecdsa-p384-sha384': ecdsa(384, 'P-384', 96),
    'ecdsa-p521-sha512': ecdsa(512, 'P-521', 132),
  })
})

test('neither a table nor a row of one can be changed, and none has a prototype', () => {
  for (const table of [ALGORITHMS, HMAC_HASHES, ECDSA_ALGORITHMS]) {
    expect(Object.isFrozen(table)).toBe(true)
    expect(Object.getPrototypeOf(table)).toBe(null)
  }
  for (const row of [...Object.values(ALGORITHMS), ...Object.values(ECDSA_ALGORITHMS)])
    expect(Object.isFrozen(row)).toBe(true)
})

test.each([
  ['hmac-sha1', 20],
  ['ecdsa-secp256k1-keccak256', 65],
  ['ecdsa-secp256k1-sha256', 64],
  ['ecdsa-stark', 64],
  ['ml-dsa-44', 2420],
  ['ml-dsa-65', 3309],
  ['ml-dsa-87', 4627],
  ['ed25519+ml-dsa-44', 2420 + 64],
  ['ed25519+ml-dsa-65', 3309 + 64],
  ['ed25519+ml-dsa-87', 4627 + 64],
] as const)('keys can be of %s, whose signatures have %i bytes, but none can be imported for it', (name, bytes) => {
  expect(isAlgorithm(name)).toBe(false)
  expect(isKeyAlgorithm(name)).toBe(true)
  expect(signatureBytesOf(name)).toBe(bytes)
  expect(() => algorithmSpec(name)).toThrow(withCode('ARGUMENT_INVALID', '"algorithm" must be a supported algorithm'))
})

test('the row of an algorithm is that of the table', () => {
  expect(algorithmSpec('rsa-pss-sha512')).toBe(ALGORITHMS['rsa-pss-sha512'])
  expect(isKeyAlgorithm('rsa-pss-sha512')).toBe(true)
})

test('a name is defined once: a second time only with signatures of the same length', () => {
  addAlgorithm('test-algorithm-of-20', 20)
  addAlgorithm('test-algorithm-of-20', 20)
  expect(signatureBytesOf('test-algorithm-of-20' as KeyAlgorithm)).toBe(20)
  expect(() => addAlgorithm('test-algorithm-of-20', 21)).toThrow(
    withCode('CONFIG_INVALID', '"test-algorithm-of-20" is defined already'),
  )
  expect(signatureBytesOf('test-algorithm-of-20' as KeyAlgorithm)).toBe(20)
})

describe('the algorithm that was meant', () => {
  test.each([
    ['EdDSA', 'ed25519'],
    ['HS256', 'hmac-sha256'],
    ['es512', 'ecdsa-p521-sha512'],
    ['PS256', 'rsa-pss-sha256'],
    ['RS512', 'rsa-v1_5-sha512'],
    ['rsa-sha256', 'rsa-v1_5-sha256'],
    ['RSA-SHA512', 'rsa-v1_5-sha512'],
    ['HMAC-SHA256', 'hmac-sha256'],
    ['hmac-sha25', 'hmac-sha256'],
    ['hmac-sh256', 'hmac-sha256'],
    ['ed2551', 'ed25519'],
  ])('%s is near to %s', (name, near) => {
    expect(nearAlgorithm(name, ALGORITHM_NAMES)).toBe(near)
  })

  test.each(['none', 'a-rsa-sha256', 'md5', ''])('nothing is near to %j', (name) => {
    expect(nearAlgorithm(name, ALGORITHM_NAMES)).toBeUndefined()
  })

  test('only a known name is near, and one that is no row of the table by its own name alone', () => {
    expect(nearAlgorithm('EdDSA', ['hmac-sha256'])).toBeUndefined()
    expect(nearAlgorithm('ML-DSA-44', ['ml-dsa-44'])).toBe('ml-dsa-44')
    expect(nearAlgorithm('ml-dsa-4', ['ml-dsa-44'])).toBe('ml-dsa-44')
  })

  test('the very name is nearer than one that begins with it', () => {
    expect(nearAlgorithm('ED25519', ['ed25519+ml-dsa-44', 'ed25519'])).toBe('ed25519')
  })

  test('a name of another family is not near, however few letters it differs in', () => {
    expect(nearAlgorithm('xmac-sha256', ALGORITHM_NAMES)).toBeUndefined()
  })
})

describe('a value that must be an algorithm', () => {
  test('is one, and of the family where one is given', () => {
    for (const name of ALGORITHM_NAMES) assertAlgorithm(name)
    assertAlgorithm('hmac-sha512', 'hmac')
    assertAlgorithm('ecdsa-p521-sha512', 'ecdsa')
  })

  test.each<readonly [unknown, 'hmac' | undefined, string]>([
    ['EdDSA', undefined, 'ARGUMENT_INVALID "algorithm" must be a supported algorithm: did you mean "ed25519"?'],
    ['hmac-sha25', 'hmac', 'ARGUMENT_INVALID "algorithm" must be hmac algorithm: did you mean "hmac-sha256"?'],
    [
      ...(['ed25519', 'hmac'] as const),
      'ARGUMENT_INVALID "algorithm" must be hmac algorithm, got a string; known: hmac-sha256, hmac-sha384, hmac-sha512',
    ],
    [
      5,
      'hmac',
      'ARGUMENT_INVALID "algorithm" must be hmac algorithm, got a number; known: hmac-sha256, hmac-sha384, hmac-sha512',
    ],
    [
      ...([undefined, undefined] as const),
      `ARGUMENT_INVALID "algorithm" must be a supported algorithm, got nothing; known: ${ALGORITHM_NAMES.join(', ')}`,
    ],
  ])('%j is refused with the one that was meant, or with all of them', (value, family, text) => {
    expect(textOf(() => assertAlgorithm(value, family))).toBe(text)
  })
})
