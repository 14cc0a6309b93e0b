import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Algorithm } from '../../../src/crypto/algorithm.js'
import {
  bitString,
  derNull,
  derReader,
  octetString,
  oid,
  sequence,
  smallInteger,
  TAG,
  tlv,
} from '../../../src/crypto/format/der.js'
import {
  ecdsaPrivateKey,
  ed25519PrivateKey,
  exportPublicKey,
  importSigningKey,
  importVerifyingKey,
  isAlgorithm,
  randomBytes,
} from '../../../src/crypto/index.js'
import { isCountersignError } from '../../../src/errors.js'
import { codeOf, outcomeOf } from '../../expect-code.js'
import { bytes, derOf, keyFile } from './key-files.js'

const keyId = 'k'
const readPrivate = (der: Uint8Array, algorithm: Algorithm): Promise<unknown> =>
  outcomeOf(async () => (await importSigningKey(der, { keyId, algorithm, format: 'der' })).algorithm)
const readPublic = (der: Uint8Array, algorithm: Algorithm): Promise<unknown> =>
  outcomeOf(async () => (await importVerifyingKey(der, { keyId, algorithm, format: 'der' })).algorithm)

describe('RSASSA-PSS parameters', () => {
  const SHA = {
    1: '2b0e03021a',
    256: '608648016503040201',
    384: '608648016503040202',
    512: '608648016503040203',
  } as const
  type Bits = keyof typeof SHA
  const hash = (bits: Bits, ...parameters: Uint8Array[]): Uint8Array => sequence(oid(SHA[bits]), ...parameters)
  const mgf1 = (bits: Bits, id = '2a864886f70d010108'): Uint8Array => sequence(oid(id), hash(bits, derNull()))
  const context = (n: number, value: Uint8Array): Uint8Array => tlv(0xa0 + n, value)
  const inner = (() => {
    const info = derReader(derOf(keyFile('rsa-public'))).inside()
    info.inside()
    return info.bits()
  })()
  const spki = (...parameters: Uint8Array[]): Uint8Array =>
    sequence(sequence(oid('2a864886f70d01010a'), ...parameters), bitString(inner))

  const full = (bits: Bits, salt: number, trailer = 1): Uint8Array =>
    sequence(
      context(0, hash(bits, derNull())),
      context(1, mgf1(bits)),
      context(2, smallInteger(salt)),
      context(3, smallInteger(trailer)),
    )

  test.each<[name: string, der: Uint8Array, algorithm: Algorithm]>([
    ['absent', spki(), 'rsa-pss-sha256'],
    ['absent', spki(), 'rsa-pss-sha512'],
    ['exact', spki(full(512, 64)), 'rsa-pss-sha512'],
    ['a shorter smallest salt', spki(full(256, 20)), 'rsa-pss-sha256'],
    ['no salt stated', spki(sequence(context(0, hash(256, derNull())), context(1, mgf1(256)))), 'rsa-pss-sha256'],
    ['hash without NULL', spki(sequence(context(0, hash(256)), context(1, mgf1(256)))), 'rsa-pss-sha256'],
  ])('the parameters are accepted: %s', async (_name, der, algorithm) => {
    expect(await readPublic(der, algorithm)).toBe(algorithm)
  })

  test.each<[name: string, der: Uint8Array, algorithm: Algorithm]>([
    ['for PKCS#1 v1.5', spki(), 'rsa-v1_5-sha256'],
    ['another hash, with room for the salt', spki(full(512, 20)), 'rsa-pss-sha256'],
    ['SHA-384', spki(full(384, 20)), 'rsa-pss-sha512'],
    ['SHA-1', spki(full(1, 20)), 'rsa-pss-sha256'],
    ['another MGF1 hash', spki(sequence(context(0, hash(256, derNull())), context(1, mgf1(512)))), 'rsa-pss-sha256'],
    ['another mask', spki(sequence(context(0, hash(256, derNull())), context(1, mgf1(256, '2a03')))), 'rsa-pss-sha256'],
    ['everything left to its SHA-1 default', spki(sequence()), 'rsa-pss-sha256'],
    ['the mask left to its default', spki(sequence(context(0, hash(256, derNull())))), 'rsa-pss-sha256'],
    ['a longer salt than ours', spki(full(256, 33)), 'rsa-pss-sha256'],
    ['another trailer', spki(full(256, 32, 0)), 'rsa-pss-sha256'],
    ['something after them', spki(full(256, 32), derNull()), 'rsa-pss-sha256'],
    ['NULL', spki(derNull()), 'rsa-pss-sha256'],
  ])('the parameters are refused: %s', async (_name, der, algorithm) => {
    expect(await readPublic(der, algorithm)).toBe('KEY_MALFORMED')
  })
})

describe('identifiers', () => {
  const ED = '2b6570'
  const EC = '2a8648ce3d0201'
  const P256 = '2a8648ce3d030107'
  const K256 = '2b8104000a'
  const raw = exportPublicKey(ed25519PrivateKey({ keyId, seed: new Uint8Array(32) }), 'raw')
  const scalar = new Uint8Array(32).fill(1)
  const point = derOf(keyFile('p256-public')).slice(-65)
  const pkcs8 = (id: Uint8Array, key: Uint8Array, ...more: Uint8Array[]): Uint8Array =>
    sequence(smallInteger(0), id, octetString(key), ...more)
  const ecKey = (...more: Uint8Array[]): Uint8Array => sequence(smallInteger(1), octetString(scalar), ...more)

  test.each<[name: string, der: Uint8Array, algorithm: Algorithm]>([
    ['Ed25519', sequence(sequence(oid(ED)), bitString(raw)), 'ed25519'],
    ['P-256', sequence(sequence(oid(EC), oid(P256)), bitString(point)), 'ecdsa-p256-sha256'],
  ])('a public key is accepted: %s', async (_name, der, algorithm) => {
    expect(await readPublic(der, algorithm)).toBe(algorithm)
  })

  test.each<[name: string, der: Uint8Array, algorithm: Algorithm]>([
    ['Ed25519 with NULL parameters', sequence(sequence(oid(ED), derNull()), bitString(raw)), 'ed25519'],
    ['X25519', sequence(sequence(oid('2b656e')), bitString(raw)), 'ed25519'],
    ['bytes after the key', sequence(sequence(oid(ED)), bitString(raw), derNull()), 'ed25519'],
    ['bytes after all', new Uint8Array([...sequence(sequence(oid(ED)), bitString(raw)), 0]), 'ed25519'],
    ['a point of another curve', sequence(sequence(oid(EC), oid(K256)), bitString(point)), 'ecdsa-p256-sha256'],
    ['no curve', sequence(sequence(oid(EC)), bitString(point)), 'ecdsa-p256-sha256'],
    ['curve as NULL', sequence(sequence(oid(EC), derNull()), bitString(point)), 'ecdsa-p256-sha256'],
    ['curve and more', sequence(sequence(oid(EC), oid(P256), derNull()), bitString(point)), 'ecdsa-p256-sha256'],
    ['RSA without NULL', sequence(sequence(oid('2a864886f70d010101')), bitString(raw)), 'rsa-pss-sha256'],
  ])('a public key is refused: %s', async (_name, der, algorithm) => {
    expect(await readPublic(der, algorithm)).toBe('KEY_MALFORMED')
  })

  const p256 = sequence(oid(EC), oid(P256))
  const own = exportPublicKey(ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar }), 'raw')
  const compressed = new Uint8Array([2 + ((own[64] as number) & 1), ...own.subarray(1, 33)])
  const seed = new Uint8Array(32)

  test.each<[name: string, der: Uint8Array, algorithm: Algorithm]>([
    ['the scalar alone', pkcs8(p256, ecKey()), 'ecdsa-p256-sha256'],
    ['curve named twice', pkcs8(p256, ecKey(tlv(0xa0, oid(P256)))), 'ecdsa-p256-sha256'],
    ['with its point', pkcs8(p256, ecKey(tlv(0xa1, bitString(own)))), 'ecdsa-p256-sha256'],
    ['with its compressed point', pkcs8(p256, ecKey(tlv(0xa1, bitString(compressed)))), 'ecdsa-p256-sha256'],
    ['attributes', pkcs8(sequence(oid(ED)), octetString(seed), tlv(0xa0, sequence())), 'ed25519'],
    [
      'version 2 with the public key (RFC 5958)',
      sequence(smallInteger(1), sequence(oid(ED)), octetString(octetString(seed)), tlv(0x81, bytes('00'), raw)),
      'ed25519',
    ],
  ])('a private key is accepted: %s', async (_name, der, algorithm) => {
    expect(await readPrivate(der, algorithm)).toBe(algorithm)
  })

  test.each<[name: string, der: Uint8Array, algorithm: Algorithm]>([
    ['another curve outside', pkcs8(sequence(oid(EC), oid(K256)), ecKey()), 'ecdsa-p256-sha256'],
    ['another curve inside', pkcs8(p256, ecKey(tlv(0xa0, oid(K256)))), 'ecdsa-p256-sha256'],
    ['another point', pkcs8(p256, ecKey(tlv(0xa1, bitString(point)))), 'ecdsa-p256-sha256'],
    ['no point', pkcs8(p256, ecKey(tlv(0xa1, bitString(new Uint8Array(65).fill(4))))), 'ecdsa-p256-sha256'],
    ['a short scalar', pkcs8(p256, sequence(smallInteger(1), octetString(scalar.slice(1)))), 'ecdsa-p256-sha256'],
    ['version 2 inside', pkcs8(p256, sequence(smallInteger(2), octetString(scalar))), 'ecdsa-p256-sha256'],
    ['version 0 inside', pkcs8(p256, sequence(smallInteger(0), octetString(scalar))), 'ecdsa-p256-sha256'],
    ['more inside', pkcs8(p256, ecKey(derNull())), 'ecdsa-p256-sha256'],
    ['a seed not wrapped twice', pkcs8(sequence(oid(ED)), seed), 'ed25519'],
    ['a seed and more', pkcs8(sequence(oid(ED)), new Uint8Array([...octetString(seed), 0])), 'ed25519'],
    ['a public key in version 1', pkcs8(sequence(oid(ED)), octetString(seed), tlv(0x81, bytes('00'), raw)), 'ed25519'],
    [
      'another public key in version 2',
      sequence(
        smallInteger(1),
        sequence(oid(ED)),
        octetString(octetString(seed)),
        tlv(0x81, bytes('00'), new Uint8Array(32)),
      ),
      'ed25519',
    ],
    ['version 3', sequence(smallInteger(2), sequence(oid(ED)), octetString(octetString(seed))), 'ed25519'],
  ])('a private key is refused: %s', async (_name, der, algorithm) => {
    expect(await readPrivate(der, algorithm)).toBe('KEY_MALFORMED')
  })

  test('SEC 1 must name its curve', async () => {
    const pem = (der: Uint8Array): string =>
      `-----BEGIN EC PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END EC PRIVATE KEY-----`
    const options = { keyId, algorithm: 'ecdsa-p256-sha256' } as const
    const named = await importSigningKey(pem(ecKey(tlv(0xa0, oid(P256)))), options)
    expect(exportPublicKey(named, 'raw')).toEqual(own)
    expect(await codeOf(() => importSigningKey(pem(ecKey()), options))).toBe('KEY_MALFORMED')
    expect(await codeOf(() => importSigningKey(pem(ecKey(tlv(0xa0, oid(K256)))), options))).toBe('KEY_MALFORMED')
  })
})

test('RSA with more than two primes is refused', async () => {
  const info = derReader(derOf(keyFile('rsa'))).inside()
  info.small(0)
  const algorithm = info.next(TAG.sequence)
  const key = derReader(info.octets()).inside()
  key.small(0)
  const rest: Uint8Array[] = []
  while (key.peek() !== undefined) rest.push(tlv(TAG.integer, key.next(TAG.integer)))
  const multi = sequence(smallInteger(1), ...rest, sequence())
  const der = sequence(smallInteger(0), tlv(TAG.sequence, algorithm), octetString(multi))
  expect(await readPrivate(der, 'rsa-pss-sha512')).toBe('KEY_MALFORMED')
})

test('raw factories keep their own copy', () => {
  const seed = Buffer.from(randomBytes(32))
  const key = ed25519PrivateKey({ keyId, seed })
  const before = new Uint8Array(key.sign('text'))
  seed.fill(0)
  expect(new Uint8Array(key.sign('text'))).toEqual(before)
  expect(key.verifyingKey.verify('text', before)).toBe(true)
})

describe('a damaged file is read, or refused with a key code; it never does anything else', () => {
  const files: readonly [file: string, algorithm: Algorithm, half: 'private' | 'public'][] = [
    ['ed25519', 'ed25519', 'private'],
    ['p256', 'ecdsa-p256-sha256', 'private'],
    ['rsa', 'rsa-pss-sha512', 'private'],
    ['rsa-pss-sha512', 'rsa-pss-sha512', 'private'],
    ['ed25519-public', 'ed25519', 'public'],
    ['p256-public', 'ecdsa-p256-sha256', 'public'],
    ['rsa-public', 'rsa-v1_5-sha256', 'public'],
    ['rsa-pss-sha512-public', 'rsa-pss-sha512', 'public'],
  ]
  const CODES = ['KEY_MALFORMED', 'KEY_WEAK', 'KEY_UNSUPPORTED']
  test.each(files)('damage of %s.pem is read or refused', async (file, algorithm, half) => {
    const der = derOf(keyFile(file))
    const read = half === 'private' ? readPrivate : readPublic
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: der.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, change, cut) => {
          const damaged = cut ? der.slice(0, at) : der.slice()
          if (!cut) damaged[at] = (damaged[at] as number) ^ change
          const outcome = await read(damaged, algorithm)
          if (!isAlgorithm(outcome)) expect(CODES).toContain(outcome)
          if (cut) expect(outcome).toBe('KEY_MALFORMED')
        },
      ),
      { numRuns: 60 },
    )
  })

  test('damage of encrypted files is read or refused, too', async () => {
    const der = derOf(keyFile('ed25519-scrypt-aes128'))
    const options = { keyId, algorithm: 'ed25519', format: 'der', passphrase: 'correct horse battery staple' } as const
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: der.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = der.slice()
        damaged[at] = (damaged[at] as number) ^ change
        // The cost fields could ask for seconds of legal work; they have their own test.
        fc.pre(at < 43 || at > 51)
        try {
          await importSigningKey(damaged, options)
        } catch (error) {
          expect(isCountersignError(error) && [...CODES, 'KEY_PASSPHRASE'].includes(error.code)).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })
})
