import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../../src/crypto/algorithm.js'
import {
  bitString,
  derNull,
  integer,
  octetString,
  oid,
  sequence,
  smallInteger,
  tlv,
} from '../../../src/crypto/format/der.js'
import { ecdsaPkcs8, ecdsaSpki } from '../../../src/crypto/format/ecdsa-der.js'
import { ecdsaPrivateReader, ecdsaPublicReader } from '../../../src/crypto/format/ecdsa-format.js'
import {
  ed25519Pkcs8,
  ed25519PrivateReader,
  ed25519PublicReader,
  ed25519Spki,
} from '../../../src/crypto/format/ed25519-format.js'
import { type Jwk, readJwk } from '../../../src/crypto/format/jwk.js'
import { readPrivateKeyInfo, readPublicKeyInfo } from '../../../src/crypto/format/pkcs8.js'
import {
  bitLength,
  checkRsaPrivate,
  checkRsaPublic,
  readRsaPrivateKey,
  readRsaPublicKey,
} from '../../../src/crypto/format/rsa-der.js'
import { rsaPrivateReader, rsaPublicReader } from '../../../src/crypto/format/rsa-format.js'
import { withCode } from '../../expect-code.js'
import { bytes } from './key-files.js'

const MALFORMED = withCode('KEY_MALFORMED')
const malformed = (text: string) => withCode('KEY_MALFORMED', text)

describe('a JWK', () => {
  const spec = ALGORITHMS['ecdsa-p256-sha256']
  const rsa = ALGORITHMS['rsa-pss-sha256']
  const EC = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }
  const read = (jwk: unknown, operation: 'sign' | 'verify' = 'verify') => readJwk(jwk, spec, 'EC', operation)

  test.each([5, 'text', undefined, null])('is an object, not %o', (jwk) => {
    expect(() => read(jwk)).toThrow(malformed('JWK must be an object'))
  })

  test('of RSA may have a curve, which says nothing', () => {
    expect(readJwk({ kty: 'RSA', crv: 'P-256', n: 'AQAB', e: 'AQAB' }, rsa, 'RSA', 'verify').bytes('e')).toEqual(
      bytes('010001'),
    )
  })

  test('that signs is a private one, and one that verifies a public one', () => {
    expect(() => read(EC, 'sign')).toThrow(malformed('be a private key, got a public one'))
    expect(() => read({ ...EC, d: 'AAAA' })).toThrow(malformed('be a public key, got a private one'))
    expect(read({ ...EC, d: 'AAAA' }, 'sign').bytes('d')).toEqual(bytes('000000'))
  })

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['padding', 'AAA='],
    ['a number', 5],
  ])('has members in base64url, and not %s', (_, x) => {
    expect(() => read({ ...EC, x }).bytes('x')).toThrow(malformed('have "x" in unpadded base64url'))
  })

  test('of a shared secret may be used both ways', () => {
    const mac = ALGORITHMS['hmac-sha256']
    for (const operation of ['sign', 'verify'] as const)
      expect(readJwk({ kty: 'oct', k: 'AAAA' } satisfies Jwk, mac, 'oct', operation).bytes('k')).toHaveLength(3)
  })
})

describe('PKCS#8', () => {
  const id = sequence(oid('2b6570'))
  const key = octetString(bytes('aa'))

  test('of the second version may have no public key', () => {
    expect(readPrivateKeyInfo(sequence(smallInteger(1), id, key)).publicKey).toBeUndefined()
  })

  test('has a public key of whole bytes', () => {
    const info = (bits: string) => readPrivateKeyInfo(sequence(smallInteger(1), id, key, tlv(0x81, bytes(bits))))
    expect(info('00bb').publicKey).toEqual(bytes('bb'))
    expect(() => info('01bb')).toThrow(MALFORMED)
    expect(() => info('')).toThrow(MALFORMED)
  })

  test('may have attributes before it, and nothing behind it', () => {
    const attributes = tlv(0xa0, bytes('00'))
    const half = tlv(0x81, bytes('00bb'))
    expect(readPrivateKeyInfo(sequence(smallInteger(1), id, key, attributes, half)).publicKey).toEqual(bytes('bb'))
    expect(() => readPrivateKeyInfo(sequence(smallInteger(1), id, key, half, attributes))).toThrow(MALFORMED)
    expect(() => readPublicKeyInfo(sequence(id, bitString(bytes('bb')), derNull()))).toThrow(MALFORMED)
  })
})

describe('a key of Ed25519', () => {
  const spec = ALGORITHMS.ed25519
  const seed = new Uint8Array(32).fill(1)
  const publicKey = new Uint8Array(32).fill(2)

  test('is a seed, or a seed and its public key', () => {
    expect(ed25519PrivateReader.raw(spec, seed)).toEqual({ seed, publicKey: undefined })
    expect(ed25519PrivateReader.raw(spec, new Uint8Array([...seed, ...publicKey]))).toEqual({ seed, publicKey })
    for (const length of [0, 31, 33, 63, 65])
      expect(() => ed25519PrivateReader.raw(spec, new Uint8Array(length))).toThrow(malformed(`32 bytes, got ${length}`))
    expect(ed25519PublicReader.raw(spec, publicKey)).toBe(publicKey)
    for (const length of [0, 31, 33])
      expect(() => ed25519PublicReader.raw(spec, new Uint8Array(length))).toThrow(malformed(`32 bytes, got ${length}`))
  })

  test('is written and read without parameters, and as a seed within an octet string', () => {
    expect(ed25519PrivateReader.pkcs8(spec, readPrivateKeyInfo(ed25519Pkcs8(seed)))).toEqual({
      seed,
      publicKey: undefined,
    })
    const spki = readPublicKeyInfo(ed25519Spki(publicKey))
    expect(ed25519PublicReader.spki(spec, spki.algorithm, spki.publicKey)).toEqual(publicKey)
    const pkcs8 = (id: Uint8Array, key: Uint8Array) => () =>
      ed25519PrivateReader.pkcs8(spec, readPrivateKeyInfo(sequence(smallInteger(0), id, octetString(key))))
    const id = sequence(oid('2b6570'))
    expect(pkcs8(id, octetString(seed))).not.toThrow()
    expect(pkcs8(sequence(oid('2b656e')), octetString(seed))).toThrow(malformed('key must be Ed25519'))
    expect(pkcs8(sequence(oid('2b6570'), derNull()), octetString(seed))).toThrow(MALFORMED)
    expect(pkcs8(id, new Uint8Array([...octetString(seed), 0]))).toThrow(MALFORMED)
    expect(pkcs8(id, octetString(seed.subarray(1)))).toThrow(malformed('seed must have 32 bytes, got 31'))
  })
})

describe('a key of ECDSA', () => {
  const spec = ALGORITHMS['ecdsa-p256-sha256']
  const P256 = '2a8648ce3d030107'
  const scalar = new Uint8Array(32).fill(1)
  const point = new Uint8Array(65).fill(4)
  const ecKey = sequence(smallInteger(1), octetString(scalar))

  test.each([
    ['uncompressed', point],
    ['compressed with an even y', new Uint8Array(33).fill(2)],
    ['compressed with an odd y', new Uint8Array(33).fill(3)],
  ])('has a point that is %s', (_, raw) => {
    expect(ecdsaPublicReader.raw(spec, raw)).toBe(raw)
  })

  test.each([
    ['nothing', new Uint8Array(0)],
    ['hybrid', new Uint8Array(65).fill(6)],
    ['of no known form, with the length of a compressed one', new Uint8Array(33).fill(5)],
    ['a byte too long', new Uint8Array(66).fill(4)],
    ['uncompressed, as short as a compressed one', new Uint8Array(33).fill(4)],
    ['compressed, with the length of an uncompressed one', new Uint8Array(65).fill(2)],
  ])('has no point that is %s', (_, raw) => {
    expect(() => ecdsaPublicReader.raw(spec, raw)).toThrow(malformed('a compressed or uncompressed point'))
  })

  test('names the algorithm, and the curve by its name', () => {
    const read = (...id: readonly Uint8Array[]) => {
      const { algorithm, publicKey } = readPublicKeyInfo(sequence(sequence(...id), bitString(point)))
      return ecdsaPublicReader.spki(spec, algorithm, publicKey)
    }
    expect(read(oid('2a8648ce3d0201'), oid(P256))).toEqual(point)
    expect(() => read(oid('2b6570'), oid(P256))).toThrow(malformed('a key of ECDSA, got another kind'))
    expect(() => read(oid('2a8648ce3d0201'))).toThrow(malformed('of the named curve P-256'))
    expect(() => read(oid('2a8648ce3d0201'), sequence())).toThrow(malformed('of the named curve P-256'))
  })

  test('is a scalar of the length of the order', () => {
    expect(ecdsaPrivateReader.raw(spec, scalar)).toEqual({ scalar, point: undefined })
    for (const length of [31, 33])
      expect(() => ecdsaPrivateReader.raw(spec, new Uint8Array(length))).toThrow(malformed(`32 bytes, got ${length}`))
  })

  test('states the point beside the key before the one inside it', () => {
    const algorithm = () =>
      readPublicKeyInfo(sequence(sequence(oid('2a8648ce3d0201'), oid(P256)), bitString(point))).algorithm
    const read = (publicKey: Uint8Array | undefined) =>
      ecdsaPrivateReader.pkcs8(spec, { algorithm: algorithm(), privateKey: ecKey, publicKey })
    expect(read(undefined)).toEqual({ scalar, point: undefined })
    expect(read(point)).toEqual({ scalar, point })
    expect(() => read(bytes('05'))).toThrow(MALFORMED)
  })

  test('is SEC 1 under the label of it alone', () => {
    const sec1 = sequence(smallInteger(1), octetString(scalar), tlv(0xa0, oid(P256)))
    expect(ecdsaPrivateReader.legacy?.(spec, 'EC PRIVATE KEY', sec1)).toEqual({ scalar, point: undefined })
    expect(ecdsaPrivateReader.legacy?.(spec, 'RSA PRIVATE KEY', sec1)).toBeUndefined()
    expect(() => ecdsaPrivateReader.legacy?.(spec, 'EC PRIVATE KEY', ecKey)).toThrow(malformed('of the named curve'))
    for (const version of [0, 2])
      expect(() =>
        ecdsaPrivateReader.legacy?.(
          spec,
          'EC PRIVATE KEY',
          sequence(smallInteger(version), octetString(scalar), tlv(0xa0, oid(P256))),
        ),
      ).toThrow(MALFORMED)
    expect(() => ecdsaPrivateReader.legacy?.(spec, 'EC PRIVATE KEY', new Uint8Array([...sec1, 0]))).toThrow(MALFORMED)
  })
})

test.each([
  ['ecdsa-p256-sha256', '06082a8648ce3d030107'],
  ['ecdsa-p384-sha384', '06052b81040022'],
  ['ecdsa-p521-sha512', '06052b81040023'],
] as const)(
  'a key of %s is written with the name of its curve, and with its point where it is known',
  (algorithm, name) => {
    const own = ALGORITHMS[algorithm]
    const scalar = new Uint8Array(own.signatureBytes / 2).fill(1)
    const point = new Uint8Array(1 + own.signatureBytes).fill(4)
    for (const stated of [undefined, point]) {
      const der = ecdsaPkcs8(own, scalar, stated)
      expect(Buffer.from(der).toString('hex')).toContain(name)
      expect(ecdsaPrivateReader.pkcs8(own, readPrivateKeyInfo(der))).toEqual({ scalar, point: stated })
    }
    const { algorithm: id, publicKey } = readPublicKeyInfo(ecdsaSpki(own, point))
    expect(ecdsaPublicReader.spki(own, id, publicKey)).toEqual(point)
  },
)

describe('a modulus of RSA', () => {
  const spec = ALGORITHMS['rsa-v1_5-sha256']
  const e = bytes('010001')
  /** An odd number of so many bits. */
  const modulus = (bits: number): Uint8Array => {
    const n = new Uint8Array(Math.ceil(bits / 8))
    n[0] = 1 << ((bits - 1) % 8)
    n[n.length - 1] = (n.at(-1) as number) | 1
    return n
  }

  test.each([1, 7, 8, 9, 1023, 1024, 1025])('of %i bits is counted right', (bits) => {
    expect(bitLength(modulus(bits))).toBe(bits)
  })

  test.each([1024, 2048, 16_384])('may have %i bits', (bits) => {
    checkRsaPublic(spec, { n: modulus(bits), e })
  })

  test.each([1023, 16_385])('may not have %i bits', (bits) => {
    expect(() => checkRsaPublic(spec, { n: modulus(bits), e })).toThrow(withCode('KEY_WEAK', `bits, got ${bits}`))
  })

  test('is odd', () => {
    const n = modulus(1024)
    n[n.length - 1] = 2
    expect(() => checkRsaPublic(spec, { n, e })).toThrow(withCode('KEY_WEAK', 'modulus must be odd'))
  })

  test('has room for hash and salt where it is used with PSS', () => {
    // RFC 8017 9.1.1: 8 * (64 + 64 + 1) + 1 bits, and one more of the modulus.
    const pss = ALGORITHMS['rsa-pss-sha512']
    checkRsaPublic(pss, { n: modulus(1034), e })
    expect(() => checkRsaPublic(pss, { n: modulus(1033), e })).toThrow(withCode('KEY_WEAK', 'modulus too small'))
    checkRsaPublic(ALGORITHMS['rsa-v1_5-sha512'], { n: modulus(1033), e })
  })

  test.each(['03', '05', '010001', 'ffffffffffffffff'])('may have the exponent %s', (hex) => {
    checkRsaPublic(spec, { n: modulus(1024), e: bytes(hex) })
  })

  test.each([
    ['00', 'from 3'],
    ['01', 'from 3'],
    ['02', 'from 3'],
    ['0100', 'from 3'],
    ['010000000000000001', 'at most 64 bits'],
  ])('may not have the exponent %s', (hex, text) => {
    expect(() => checkRsaPublic(spec, { n: modulus(1024), e: bytes(hex) })).toThrow(withCode('KEY_WEAK', text))
  })

  test('is read from two integers with nothing behind them', () => {
    const [n, exponent] = [integer(bytes('7f')), integer(bytes('03'))]
    expect(readRsaPublicKey(sequence(n, exponent))).toEqual({ n: bytes('7f'), e: bytes('03') })
    expect(() => readRsaPublicKey(sequence(n, exponent, n))).toThrow(MALFORMED)
    expect(() => readRsaPublicKey(new Uint8Array([...sequence(n, exponent), 0]))).toThrow(MALFORMED)
  })

  test('is that of a public key whose identifier has NULL', () => {
    const key = sequence(integer(modulus(1024)), integer(e))
    const read = (...parameters: readonly Uint8Array[]) => {
      const { algorithm, publicKey } = readPublicKeyInfo(
        sequence(sequence(oid('2a864886f70d010101'), ...parameters), bitString(key)),
      )
      return rsaPublicReader.spki(spec, algorithm, publicKey)
    }
    expect(read(derNull())).toEqual({ n: modulus(1024), e })
    for (const parameters of [[], [tlv(0x05, bytes('00'))], [derNull(), derNull()], [sequence()]])
      expect(() => read(...parameters)).toThrow(MALFORMED)
  })
})

describe('the identifier of a key of RSA', () => {
  const PSS = '2a864886f70d01010a'
  const SHA256 = '608648016503040201'
  const pss = ALGORITHMS['rsa-pss-sha256']
  const n = new Uint8Array(128).fill(0xff)
  const key = sequence(integer(n), integer(bytes('010001')))
  const read = (id: string, ...parameters: readonly Uint8Array[]) => {
    const { algorithm, publicKey } = readPublicKeyInfo(sequence(sequence(oid(id), ...parameters), bitString(key)))
    return rsaPublicReader.spki(pss, algorithm, publicKey)
  }
  const pssParameters = (...hash: readonly Uint8Array[]) =>
    sequence(
      tlv(0xa0, sequence(oid(SHA256), ...hash)),
      tlv(0xa1, sequence(oid('2a864886f70d010108'), sequence(oid(SHA256), derNull()))),
    )

  test('is that of RSA or of PSS, and none besides', () => {
    expect(read(PSS).n).toEqual(n)
    expect(() => read('2b6570')).toThrow(malformed('of an identifier that allows the given algorithm'))
  })

  test('has parameters of PSS whose hash has NULL or nothing', () => {
    expect(read(PSS, pssParameters()).n).toEqual(n)
    expect(read(PSS, pssParameters(derNull())).n).toEqual(n)
    for (const hash of [sequence(), tlv(0x05, bytes('00'))])
      expect(() => read(PSS, pssParameters(hash))).toThrow(MALFORMED)
  })

  test('is told by the label where a file has none', () => {
    expect(rsaPublicReader.legacy?.(pss, 'RSA PUBLIC KEY', key)?.n).toEqual(n)
    expect(rsaPublicReader.legacy?.(pss, 'EC PUBLIC KEY', key)).toBeUndefined()
    expect(rsaPrivateReader.legacy?.(pss, 'EC PRIVATE KEY', key)).toBeUndefined()
    expect(() => rsaPrivateReader.legacy?.(pss, 'RSA PRIVATE KEY', key)).toThrow(MALFORMED)
  })
})

describe('a private key of RSA', () => {
  // 11 and 13, small enough to be checked by hand.
  const KEY = { n: 143, e: 7, d: 43, p: 11, q: 13, dp: 3, dq: 7, qi: 6 }
  const check = (changes: Partial<typeof KEY> = {}) => {
    const key = { ...KEY, ...changes }
    const member = (value: number): Uint8Array =>
      value > 255 ? Uint8Array.of(value >> 8, value & 255) : Uint8Array.of(value)
    checkRsaPrivate(Object.fromEntries(Object.entries(key).map(([name, value]) => [name, member(value)])) as never)
  }

  test('has members that belong together', () => {
    check()
    // A d that is not reduced is right as well.
    check({ d: 103 })
  })

  test.each<readonly [string, Partial<typeof KEY>]>([
    ['another product', { n: 145 }],
    ['a prime that is 1', { p: 1, q: 143, dp: 0, qi: 0 }],
    ['the other prime as 1', { p: 143, q: 1, dp: 43, dq: 0, qi: 1 }],
    ['a prime that is 0', { n: 0, p: 0, dp: 0, qi: 0 }],
    ['the other prime as 0', { n: 0, q: 0, dq: 0, qi: 0 }],
    ['one prime twice', { n: 121, q: 11, d: 3, dq: 3, qi: 1 }],
    ['a d for one prime alone', { d: 13, dp: 3, dq: 1 }],
    ['a d for the other prime alone', { d: 55, dp: 5, dq: 7 }],
    ['another dp', { dp: 13 }],
    ['another dq', { dq: 19 }],
    ['another qi', { qi: 7 }],
  ])('is refused with %s', (_, changes) => {
    expect(() => check(changes)).toThrow(malformed('members that belong together'))
  })

  test('is one of two primes: version 0, eight members and nothing behind them', () => {
    const members = Object.values(KEY).map((value) => integer(Uint8Array.of(value)))
    expect(readRsaPrivateKey(sequence(smallInteger(0), ...members)).qi).toEqual(bytes('06'))
    for (const der of [
      sequence(smallInteger(1), ...members),
      sequence(smallInteger(0), ...members.slice(1)),
      sequence(smallInteger(0), ...members, derNull()),
      new Uint8Array([...sequence(smallInteger(0), ...members), 0]),
    ])
      expect(() => readRsaPrivateKey(der)).toThrow(MALFORMED)
  })
})
