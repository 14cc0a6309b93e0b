import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, test } from 'vitest'
import type { PostQuantumAlgorithm } from '../../../src/crypto/algorithm.js'
import { base64urlDecode } from '../../../src/crypto/encoding.js'
import { parsePem } from '../../../src/crypto/format/pem.js'
import { mlDsaKey, mlDsaKeys, mlDsaThumbprint } from '../../../src/crypto/ml-dsa.js'
import { textOf } from '../../expect-code.js'
import VECTORS from '../../vectors/rfc9964/pem.json' with { type: 'json' }

const keys = () => mlDsaKeys({ mlDsa })
const SEED = new Uint8Array(32).fill(9)
const { publicJwk } = mlDsaKey({ keyId: 'pq-1', algorithm: 'ml-dsa-44', seed: SEED, mlDsa })

describe.each(VECTORS.keys)('a public key of $alg', ({ alg, public: pem }) => {
  const algorithm = alg.toLowerCase() as PostQuantumAlgorithm
  const own = mlDsaKey({ keyId: 'pq-1', algorithm, seed: SEED, mlDsa })
  const spki = parsePem(pem).der
  const raw = base64urlDecode(own.publicJwk.pub) as Uint8Array
  const registered = { spki, thumbprint: mlDsaThumbprint(own.publicJwk) }

  test('is registered in each of its forms', () => {
    const { register } = keys()
    const bytes = new TextEncoder().encode(pem)
    expect(register(pem, { algorithm })).toEqual(registered)
    expect(register(pem, { algorithm, format: 'pem' as never })).toEqual(registered)
    expect(register(pem, { algorithm, format: 'der' })).toEqual(registered)
    expect(register(bytes, { algorithm, format: 'pem' as never })).toEqual(registered)
    expect(register(spki, { algorithm, format: 'der' })).toEqual(registered)
    expect(register(raw, { algorithm })).toEqual(registered)
    expect(register(raw, { algorithm, format: 'raw' })).toEqual(registered)
    for (const format of ['raw', 'der'] as const)
      expect(register(own.publicJwk as never, { algorithm, format })).toEqual(registered)
  })

  test('is opened for the algorithm that is stated', () => {
    const opened = keys().open(spki, { algorithm, keyId: 'pq-2' } as never) as typeof own.verifyingKey
    expect(opened).toMatchObject({ keyId: 'pq-2', algorithm })
    expect(opened.verify('a text', own.sign('a text'))).toBe(true)
  })

  test('is read from its JWK, and named', () => {
    const read = keys().read({ ...own.publicJwk })
    expect(read).toMatchObject({ algorithm, thumbprint: registered.thumbprint })
    const named = read?.named('pq-3') as typeof own.verifyingKey
    expect(named).toMatchObject({ keyId: 'pq-3', algorithm })
    expect(named.verify('a text', own.sign('a text'))).toBe(true)
  })
})

test('a key of another parameter set, or another algorithm, is refused', () => {
  const { register, open } = keys()
  const { der } = parsePem((VECTORS.keys[0] as { readonly public: string }).public)
  expect(textOf(() => register(publicJwk as never, { algorithm: 'ml-dsa-65' }))).toMatch(/^KEY_MALFORMED /)
  expect(textOf(() => open(der, { algorithm: 'ml-dsa-65', keyId: 'k' } as never))).toMatch(/^KEY_MALFORMED /)
  for (const algorithm of ['ed25519', 'ML-DSA-44', undefined])
    for (const call of [
      () => register(publicJwk as never, { algorithm: algorithm as never }),
      () => open(der, { algorithm, keyId: 'k' } as never),
    ])
      expect(textOf(call)).toBe('KEY_UNSUPPORTED "algorithm" must be one of ML-DSA')
})

test.each<[string, unknown]>([
  ['null', null],
  ['undefined', undefined],
  ['a text', 'AKP'],
  ['a JWK of another type', { ...publicJwk, kty: 'OKP' }],
  ['an object that inherits its type', Object.create(publicJwk)],
  ['a function with the members', Object.assign(() => {}, publicJwk)],
])('%s is left to others', (_, jwk) => {
  expect(keys().read(jwk as never)).toBeUndefined()
})

test.each<[string, unknown]>([
  ['of another parameter set', { ...publicJwk, alg: 'ML-DSA-66' }],
  ['of a name that every object has', { ...publicJwk, alg: 'toString' }],
  ['in a list', { ...publicJwk, alg: ['ML-DSA-44'] }],
  ['that is inherited', Object.assign(Object.create({ alg: 'ML-DSA-44' }), { kty: 'AKP', pub: publicJwk.pub })],
])('a JWK of type AKP with an algorithm %s is refused', (_, jwk) => {
  expect(textOf(() => keys().read(jwk as never))).toBe('KEY_UNSUPPORTED JWK of type AKP must have "alg" of ML-DSA')
})

test('a JWK with a private part is refused', () => {
  expect(textOf(() => keys().read({ ...publicJwk, priv: 'AA' } as never))).toBe(
    'KEY_MALFORMED JWK must be a public key, without "priv"',
  )
})
