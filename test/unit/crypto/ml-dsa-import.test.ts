import { generateKeyPairSync } from 'node:crypto'
import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, test } from 'vitest'
import type { PostQuantumAlgorithm } from '../../../src/crypto/algorithm.js'
import { concatBytes } from '../../../src/crypto/encoding.js'
import { octetString, sequence, tlv } from '../../../src/crypto/format/der.js'
import { formatPem, parsePem } from '../../../src/crypto/format/pem.js'
import { importMlDsaKey, importMlDsaVerifyingKey, mlDsaKey } from '../../../src/crypto/ml-dsa.js'
import { Secret } from '../../../src/crypto/secret.js'
import { withCode } from '../../expect-code.js'
import VECTORS from '../../vectors/rfc9964/pem.json' with { type: 'json' }

interface Pair {
  readonly private: string
  readonly public: string
}

const SEED = new Uint8Array(32).fill(9)
const options = { keyId: 'pq-1', mlDsa }
const [first, second] = VECTORS.keys as unknown as readonly [Pair, Pair]
const { der } = parsePem(first.private)

/** The private key in another of the forms of RFC 9881 6. */
const withContents = (...contents: readonly Uint8Array[]): Uint8Array =>
  sequence(der.slice(2, 5), der.slice(5, 18), octetString(concatBytes(...contents)))

describe.each(VECTORS.keys)('PEM of $alg, as another library writes it,', ({ alg, private: pem, public: spki }) => {
  const algorithm = alg.toLowerCase() as PostQuantumAlgorithm
  const { publicJwk } = mlDsaKey({ ...options, algorithm, seed: SEED })

  test('is the key of its seed, and its public half', () => {
    for (const input of [pem, parsePem(pem).der, Secret.fromText(pem)])
      expect(importMlDsaKey(input, options).publicJwk).toEqual(publicJwk)
    for (const input of [spki, parsePem(spki).der])
      expect(importMlDsaVerifyingKey(input, { ...options, algorithm }).publicJwk).toEqual(publicJwk)
    const key = importMlDsaVerifyingKey(spki, options)
    expect(key.verify('a text', importMlDsaKey(pem, { ...options, algorithm }).sign('a text'))).toBe(true)
  })
})

test('seed and expanded key are taken together where they belong together', () => {
  const { secretKey } = mlDsa.ml_dsa44.keygen(SEED)
  const both = (expanded: Uint8Array) => withContents(sequence(octetString(SEED), octetString(expanded)))
  const { publicJwk } = mlDsaKey({ ...options, algorithm: 'ml-dsa-44', seed: SEED })
  expect(importMlDsaKey(both(secretKey), options).publicJwk).toEqual(publicJwk)
  const changed = (at: number): Uint8Array => secretKey.map((byte, index) => (index === at ? byte ^ 1 : byte))
  const { secretKey: another } = mlDsa.ml_dsa44.keygen(new Uint8Array(32))
  for (const wrong of [another, changed(0), changed(500), changed(2559), secretKey.slice(0, 32), new Uint8Array()])
    expect(() => importMlDsaKey(both(wrong), options)).toThrow(
      withCode('KEY_MALFORMED', 'a seed that belongs to its expanded key'),
    )
  expect(() => importMlDsaKey(withContents(octetString(secretKey)), options)).toThrow(
    withCode('KEY_UNSUPPORTED', 'the expanded key alone'),
  )
})

test('a public key behind the private one is taken where it belongs to it, and nothing else stands there', () => {
  const { publicJwk } = mlDsaKey({ ...options, algorithm: 'ml-dsa-44', seed: SEED })
  const { publicKey } = mlDsa.ml_dsa44.keygen(SEED)
  const [identifier, seed] = [der.slice(5, 18), octetString(tlv(0x80, SEED))]
  const version = (number: number): Uint8Array => Uint8Array.of(2, 1, number)
  const behind = (bytes: Uint8Array): Uint8Array => tlv(0x81, Uint8Array.of(0), bytes)
  const attributes = tlv(0xa0)
  for (const tail of [[], [attributes], [behind(publicKey)], [attributes, behind(publicKey)]])
    expect(importMlDsaKey(sequence(version(1), identifier, seed, ...tail), options).publicJwk).toEqual(publicJwk)
  const wrong: ReadonlyArray<readonly [version: number, ...tail: readonly Uint8Array[]]> = [
    [1, behind(new Uint8Array(1312))],
    [1, behind(publicKey.slice(1))],
    [1, tlv(0x81, Uint8Array.of(1), publicKey)],
    [1, behind(publicKey), behind(publicKey)],
    [0, behind(publicKey)],
    [0, Uint8Array.of(1, 2, 3)],
    [2],
  ]
  for (const [number, ...tail] of wrong)
    expect(() => importMlDsaKey(sequence(version(number), identifier, seed, ...tail), options)).toThrow(
      withCode('KEY_MALFORMED', ''),
    )
})

test.each<[what: string, call: () => unknown, code: string, text: string]>([
  [
    'another parameter set',
    () => importMlDsaKey(second.private, { ...options, algorithm: 'ml-dsa-44' }),
    'KEY_MALFORMED',
    'one of ml-dsa-44, got ml-dsa-65',
  ],
  ['a public key in its place', () => importMlDsaKey(first.public, options), 'KEY_MALFORMED', 'label PRIVATE KEY'],
  [
    'a private key in its place',
    () => importMlDsaVerifyingKey(first.private, options),
    'KEY_MALFORMED',
    'label PUBLIC KEY',
  ],
  [
    'Ed25519',
    () =>
      importMlDsaVerifyingKey(
        generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string,
        options,
      ),
    'KEY_UNSUPPORTED',
    'one of ML-DSA-44, -65 or -87',
  ],
  ['a short seed', () => importMlDsaKey(withContents(tlv(0x80, SEED.slice(1))), options), 'ARGUMENT_INVALID', 'seed'],
  ['bytes behind it', () => importMlDsaKey(Uint8Array.of(...der, 0), options), 'KEY_MALFORMED', 'nothing after'],
  [
    'a key that is cut off',
    () => importMlDsaVerifyingKey(formatPem('PUBLIC KEY', parsePem(first.public).der.slice(0, -1)), options),
    'KEY_MALFORMED',
    'all its bytes',
  ],
  [
    'the bytes of a text',
    () => importMlDsaVerifyingKey(new TextEncoder().encode(first.public), options),
    'KEY_MALFORMED',
    'public key must be PEM, or DER as bytes, got ',
  ],
  ['no text', () => importMlDsaVerifyingKey(5 as never, options), 'KEY_MALFORMED', 'must be PEM, or DER'],
  [
    'a misspelt option',
    () => importMlDsaKey(first.private, { ...options, mldsa: mlDsa } as never),
    'ARGUMENT_INVALID',
    'importMlDsaKey: unknown option',
  ],
])('an import of %s is refused', (_, call, code, text) => {
  expect(call).toThrow(withCode(code as never, text))
})

/** Node writes such keys from 24.7 on. */
const written = ((): { readonly privateKey: string; readonly publicKey: string } | undefined => {
  try {
    const pem = { format: 'pem' } as const
    return generateKeyPairSync('ml-dsa-65' as 'ed25519', {
      privateKeyEncoding: { type: 'pkcs8', ...pem },
      publicKeyEncoding: { type: 'spki', ...pem },
    })
  } catch {
    return undefined
  }
})()

test.skipIf(written === undefined)('what this version of Node writes is read (from 24.7 on)', () => {
  const { privateKey, publicKey } = written as NonNullable<typeof written>
  const key = importMlDsaKey(privateKey, { ...options, algorithm: 'ml-dsa-65' })
  expect(importMlDsaVerifyingKey(publicKey, options).verify('a text', key.sign('a text'))).toBe(true)
})

test.skipIf(written === undefined)('this version of Node compares both forms of a key by itself (from 24.7 on)', () => {
  const { secretKey } = mlDsa.ml_dsa44.keygen(SEED)
  const read = (expanded: Uint8Array) =>
    importMlDsaKey(withContents(sequence(octetString(SEED), octetString(expanded))), { keyId: 'pq-1' })
  expect(read(secretKey).publicJwk).toEqual(importMlDsaKey(first.private, options).publicJwk)
  for (const at of [0, 500, 2559])
    expect(() => read(secretKey.map((byte, index) => (index === at ? byte ^ 1 : byte)))).toThrow(
      withCode('KEY_MALFORMED', 'a seed that belongs to its expanded key'),
    )
})
