import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../../src/crypto/algorithm.js'
import * as nativeEcdsa from '../../../src/crypto/backend/native/ecdsa.js'
import * as nativeEd25519 from '../../../src/crypto/backend/native/ed25519.js'
import * as nativeHash from '../../../src/crypto/backend/native/hash.js'
import * as nativeKdf from '../../../src/crypto/backend/native/kdf.js'
import * as nativeMlDsa from '../../../src/crypto/backend/native/ml-dsa.js'
import * as nativeRsa from '../../../src/crypto/backend/native/rsa.js'
import * as portableEcdsa from '../../../src/crypto/backend/portable/ecdsa.js'
import * as portableEd25519 from '../../../src/crypto/backend/portable/ed25519.js'
import * as portableKdf from '../../../src/crypto/backend/portable/kdf.js'
import * as portableMlDsa from '../../../src/crypto/backend/portable/ml-dsa.js'
import * as portableRsa from '../../../src/crypto/backend/portable/rsa.js'
import { concatBytes, utf8 } from '../../../src/crypto/encoding.js'
import { bytes, derOf, hexOf, keyFile } from './key-files.js'

// One question of each kind to each backend; backends.test.ts asks both many more and compares what they say.

const TEXT = 'text é'
const flipped = (one: Uint8Array, at: number): Uint8Array =>
  one.map((byte, index) => (index === (at < 0 ? one.length + at : at) ? byte ^ 1 : byte))

describe.each([
  ['native', nativeEd25519],
  ['portable', portableEd25519],
] as const)('Ed25519, %s', (_, backend) => {
  // RFC 8032 7.1, test 2.
  const seed = bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
  const publicKey = bytes('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
  const signature = bytes(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )

  test('signs as RFC 8032 prints it, text and bytes', () => {
    const signer = backend.ed25519Signer(seed)
    expect(hexOf(signer.publicKey())).toBe(hexOf(publicKey))
    for (const base of ['r', utf8('r')]) expect(hexOf(signer.sign(base))).toBe(hexOf(signature))
    expect(hexOf(seed).startsWith('4ccd')).toBe(true)
  })

  test.each(['ed25519Verifier', 'ed25519PoolVerifier'] as const)(
    '%s takes that signature and no other',
    async (name) => {
      const verify = backend[name](publicKey)
      for (const base of ['r', utf8('r')]) expect(await verify(base, signature)).toBe(true)
      expect(await verify('s', signature)).toBe(false)
      for (const at of [0, 31, 32, 63]) expect(await verify('r', flipped(signature, at))).toBe(false)
      for (const bad of [signature.subarray(1), concatBytes(signature, Uint8Array.of(0)), new Uint8Array(0)])
        expect(await verify('r', bad)).toBe(false)
      // S + L, and S as large as the order, of RFC 8032 5.1.7.
      const order = 2n ** 252n + 27742317777372353535851937790883648493n
      const s = BigInt(`0x${hexOf(signature.slice(32).reverse())}`)
      for (const other of [s + order, order]) {
        const scalar = bytes(other.toString(16).padStart(64, '0')).reverse()
        expect(await verify('r', concatBytes(signature.subarray(0, 32), scalar))).toBe(false)
      }
      expect(await backend[name](bytes(`02${'00'.repeat(31)}`))('r', signature)).toBe(false)
    },
  )

  test('takes no signature of nothing by a key of small order', () => {
    // The neutral point as the key and as R, with S = 0: it fits every message, and its import is refused.
    const neutral = bytes(`01${'00'.repeat(31)}`)
    const zero = concatBytes(neutral, new Uint8Array(32))
    expect(backend.ed25519Verifier(publicKey)('r', zero)).toBe(false)
    // S as large as the order would be the same point.
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const scalar = bytes(order.toString(16).padStart(64, '0')).reverse()
    expect(backend.ed25519Verifier(neutral)('r', concatBytes(neutral, scalar))).toBe(false)
  })
})

describe.each([
  ['native', nativeEcdsa],
  ['portable', portableEcdsa],
] as const)('ECDSA, %s', (_, backend) => {
  test.each([
    ['ecdsa-p256-sha256', 'prime256v1', 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
    [
      'ecdsa-p384-sha384',
      'secp384r1',
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ],
    [
      'ecdsa-p521-sha512',
      'secp521r1',
      '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
    ],
  ] as const)('%s signs and verifies with its curve and its hash', async (algorithm, curve, order) => {
    const spec = ALGORITHMS[algorithm]
    const size = spec.signatureBytes
    const scalar = new Uint8Array(size / 2).fill(0x5a, 1)
    const ecdh = crypto.createECDH(curve)
    ecdh.setPrivateKey(scalar)
    const point = new Uint8Array(ecdh.getPublicKey())
    const signer = backend.ecdsaSigner(spec, scalar)
    expect(hexOf(signer.publicKey())).toBe(hexOf(point))
    const signature = new Uint8Array(await signer.sign(TEXT))
    const spki = crypto.createPublicKey({
      key: {
        kty: 'EC',
        crv: spec.curve as string,
        x: Buffer.from(point.subarray(1, 1 + size / 2)).toString('base64url'),
        y: Buffer.from(point.subarray(1 + size / 2)).toString('base64url'),
      },
      format: 'jwk',
    })
    expect(crypto.verify(spec.hash, utf8(TEXT), { key: spki, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
    for (const verify of [backend.ecdsaVerifier(spec, point), backend.ecdsaPoolVerifier(spec, point)]) {
      for (const base of [TEXT, utf8(TEXT)]) expect(await verify(base, signature)).toBe(true)
      expect(await verify('other', signature)).toBe(false)
      const longer = concatBytes(signature, Uint8Array.of(0))
      for (const bad of [
        flipped(signature, -1),
        signature.subarray(1),
        longer,
        new Uint8Array(size),
        new Uint8Array(0),
      ])
        expect(await verify(TEXT, bad)).toBe(false)
    }

    const end = bytes(order)
    for (const good of [bytes('01'.padStart(order.length, '0')), flipped(end, -1), scalar])
      expect(backend.isEcdsaScalar(spec, good)).toBe(true)
    for (const bad of [new Uint8Array(end.length), end, new Uint8Array(end.length).fill(255)])
      expect(backend.isEcdsaScalar(spec, bad)).toBe(false)

    const half = 1 + size / 2
    const parity = (point.at(-1) as number) & 1
    const compressed = (first: number): Uint8Array => concatBytes(Uint8Array.of(first), point.subarray(1, half))
    expect(hexOf(backend.ecdsaPoint(spec, point) as Uint8Array)).toBe(hexOf(point))
    expect(hexOf(backend.ecdsaPoint(spec, compressed(2 + parity)) as Uint8Array)).toBe(hexOf(point))
    // The other of the two points with that abscissa.
    const negated = backend.ecdsaPoint(spec, compressed(3 - parity)) as Uint8Array
    expect(hexOf(negated.subarray(0, half))).toBe(hexOf(point.subarray(0, half)))
    expect(hexOf(negated)).not.toBe(hexOf(point))
    const hybrid = concatBytes(Uint8Array.of(6 + parity), point.subarray(1))
    for (const bad of [flipped(point, -1), hybrid, point.subarray(1), Uint8Array.of(0), new Uint8Array(0)])
      expect(backend.ecdsaPoint(spec, bad)).toBeUndefined()
  })
})

test('portable ECDSA is RFC 6979, A.2.5, and does not force s low', () => {
  const scalar = bytes('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721')
  const spec = ALGORITHMS['ecdsa-p256-sha256']
  const signature = bytes(
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  )
  const signer = portableEcdsa.ecdsaSigner(spec, scalar)
  expect(hexOf(signer.sign('sample') as Uint8Array)).toBe(hexOf(signature))
  expect(portableEcdsa.ecdsaVerifier(spec, signer.publicKey())('sample', signature)).toBe(true)
})

describe.each([
  ['native', nativeRsa],
  ['portable', portableRsa],
] as const)('RSA, %s', (name, backend) => {
  test.each(['rsa-v1_5-sha256', 'rsa-pss-sha512'] as const)(
    '%s verifies what OpenSSL has signed, and nothing else',
    async (algorithm) => {
      const spec = ALGORITHMS[algorithm]
      const padding =
        spec.padding === 'pss' ? crypto.constants.RSA_PKCS1_PSS_PADDING : crypto.constants.RSA_PKCS1_PADDING
      const key = crypto.createPrivateKey(keyFile('rsa'))
      const made = (saltLength: number) =>
        new Uint8Array(crypto.sign(spec.hash, utf8(TEXT), { key, padding, saltLength }))
      const signature = made(spec.hashBytes)
      for (const pool of [false, true]) {
        const { run, sync } = await backend.rsaVerifier(spec, derOf(keyFile('rsa-public')), pool)
        expect(sync).toBe(name === 'native' && !pool)
        for (const base of [TEXT, utf8(TEXT)]) expect(await run(base, signature)).toBe(true)
        expect(await run('other', signature)).toBe(false)
        for (const bad of [flipped(signature, 100), signature.subarray(0, -1), new Uint8Array(256), new Uint8Array(0)])
          expect(await run(TEXT, bad)).toBe(false)
        if (spec.padding === 'pss') expect(await run(TEXT, made(32))).toBe(false)
        const signer = await backend.rsaSigner(spec, derOf(keyFile('rsa')), pool)
        expect(signer.sync).toBe(name === 'native' && !pool)
        expect(await run(TEXT, new Uint8Array(await signer.run(TEXT)))).toBe(true)
        expect(signer.run(TEXT) instanceof Promise).toBe(!signer.sync)
      }
    },
  )
})

describe.each([
  ['native', nativeKdf],
  ['portable', portableKdf],
] as const)('key derivation, %s', (_, backend) => {
  test.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const)('with %s is PBKDF2 of OpenSSL', async (prf) => {
    const [password, salt] = [utf8('password'), utf8('salt')]
    expect(hexOf(await backend.pbkdf2(prf, password, salt, 3, 20))).toBe(
      crypto.pbkdf2Sync(password, salt, 3, 20, prf).toString('hex'),
    )
  })

  test('is scrypt of RFC 7914', async () => {
    const derived = await backend.scrypt(utf8(''), utf8(''), { N: 16, r: 1, p: 1 }, 64)
    expect(hexOf(derived)).toBe(
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    )
  })

  test.each([16, 32])('decrypts AES with %i bytes, and nothing with another padding', async (size) => {
    const [key, iv, plain] = [new Uint8Array(size).fill(7), new Uint8Array(16).fill(9), utf8('seventeen bytes..')]
    const cipher = crypto.createCipheriv(`aes-${8 * size}-cbc`, key, iv)
    const sealed = new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]))
    expect(hexOf(await backend.aesCbcEncrypt(key, iv, plain))).toBe(hexOf(sealed))
    expect(hexOf((await backend.aesCbcDecrypt(key, iv, sealed)) as Uint8Array)).toBe(hexOf(plain))
    for (const bad of [sealed.subarray(0, 16), sealed.subarray(0, 15), new Uint8Array(0)])
      expect(await backend.aesCbcDecrypt(key, iv, bad)).toBeUndefined()
  })
})

test('a digest asked for as text has the bytes of that text', () => {
  expect(nativeHash.latin1Bytes('a\xff\0')).toEqual(Uint8Array.of(0x61, 0xff, 0))
  expect(nativeHash.latin1Bytes('')).toEqual(new Uint8Array(0))
})

test('without node:crypto there is no ML-DSA that answers at once', () => {
  expect(portableMlDsa.mlDsaSigner('ML-DSA-44', new Uint8Array(32))).toBeUndefined()
  expect(portableMlDsa.mlDsaVerifier('ML-DSA-44', new Uint8Array(1312))).toBeUndefined()
  expect(portableMlDsa.mlDsaPairFits('ML-DSA-44', new Uint8Array(32))).toBe(false)
})

test('bytes that are no keys of ML-DSA give no key, on every version of Node', () => {
  for (const name of ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const) {
    expect(nativeMlDsa.mlDsaSigner(name, new Uint8Array(31))).toBeUndefined()
    expect(nativeMlDsa.mlDsaVerifier(name, new Uint8Array(31))).toBeUndefined()
    expect(nativeMlDsa.mlDsaPairFits(name, new Uint8Array(31))).toBe(false)
  }
})
