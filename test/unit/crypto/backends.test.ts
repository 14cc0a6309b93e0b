import { ed25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS, HMAC_HASHES, type HmacAlgorithm } from '../../../src/crypto/algorithm.js'
import type {
  EcdsaBackend,
  Ed25519Backend,
  HashBackend,
  HmacBackend,
  KdfBackend,
  RsaBackend,
} from '../../../src/crypto/backend/backend.js'
import * as nativeEcdsa from '../../../src/crypto/backend/native/ecdsa.js'
import * as nativeEd25519 from '../../../src/crypto/backend/native/ed25519.js'
import * as nativeHash from '../../../src/crypto/backend/native/hash.js'
import * as nativeHmac from '../../../src/crypto/backend/native/hmac.js'
import * as nativeKdf from '../../../src/crypto/backend/native/kdf.js'
import * as nativeRsa from '../../../src/crypto/backend/native/rsa.js'
import * as portableEcdsa from '../../../src/crypto/backend/portable/ecdsa.js'
import * as portableEd25519 from '../../../src/crypto/backend/portable/ed25519.js'
import * as portableHash from '../../../src/crypto/backend/portable/hash.js'
import * as portableHmac from '../../../src/crypto/backend/portable/hmac.js'
import * as portableKdf from '../../../src/crypto/backend/portable/kdf.js'
import * as portableRsa from '../../../src/crypto/backend/portable/rsa.js'
import { concatBytes, utf8 } from '../../../src/crypto/encoding.js'
import { readPublicKeyInfo } from '../../../src/crypto/format/pkcs8.js'
import { bytes, derOf, hexOf, keyFile } from './key-files.js'
import { textOf } from './text-of.js'

// The assignments are the test that both satisfy the same types.
const native: Ed25519Backend & EcdsaBackend & RsaBackend & KdfBackend & HashBackend & HmacBackend = {
  ...nativeEcdsa,
  ...nativeEd25519,
  ...nativeHash,
  ...nativeHmac,
  ...nativeKdf,
  ...nativeRsa,
}
const portable: typeof native = {
  ...portableEcdsa,
  ...portableEd25519,
  ...portableHash,
  ...portableHmac,
  ...portableKdf,
  ...portableRsa,
}
const BOTH = [
  ['native', native],
  ['portable', portable],
] as const

const seed = bytes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')
const message = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.uint8Array({ maxLength: 300 }))

describe('hash and HMAC', () => {
  test('both backends make the same digests, whatever the text', () => {
    fc.assert(
      fc.property(message, fc.constantFrom('sha256', 'sha384', 'sha512'), (data, name) => {
        const digest = native.hash(name, data)
        expect(new Uint8Array(portable.hash(name, data))).toEqual(new Uint8Array(digest))
        for (const encoding of ['hex', 'base64', 'base64url'] as const) {
          const text = Buffer.from(digest).toString(encoding)
          if (encoding === 'base64')
            expect([native, portable].map((one) => one.hashBase64(name, data))).toEqual([text, text])
          expect(native.hashText(name, data, encoding)).toBe(text)
          expect(portable.hashText(name, data, encoding)).toBe(text)
        }
      }),
    )
  })

  test('incremental is the same as at once', () => {
    for (const [, backend] of BOTH) {
      const hasher = backend.createHasher('sha512')
      for (const part of ['a', 'bc', '']) hasher.update(utf8(part))
      expect(hexOf(hasher.digest())).toBe(hexOf(backend.hash('sha512', 'abc')))
    }
  })

  test('same tags for any key and text, and each verifies the other', () => {
    const secret = fc.uint8Array({ minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(
        secret,
        message,
        fc.constantFrom<HmacAlgorithm>('hmac-sha256', 'hmac-sha384', 'hmac-sha512'),
        (key, base, name) => {
          const [a, b] = [native.hmac(HMAC_HASHES[name], key), portable.hmac(HMAC_HASHES[name], key)]
          const tag = a.sign(base)
          expect(hexOf(b.sign(base))).toBe(hexOf(tag))
          expect(textOf(b, base, 'base64')).toBe(a.signText?.(base, 'base64'))
          expect([a.verify(base, tag), b.verify(base, tag)]).toEqual([true, true])
          expect([a.verify(base, tag.subarray(1)), b.verify(base, tag.subarray(1))]).toEqual([false, false])
          tag[0] = (tag[0] as number) ^ 1
          expect([a.verify(base, tag), b.verify(base, tag)]).toEqual([false, false])
        },
      ),
    )
  })
})

describe('Ed25519', () => {
  const publicKey = native.ed25519Signer(seed).publicKey()

  test('both backends sign test 1 of RFC 8032 7.1 as it is printed', () => {
    for (const [, backend] of BOTH) {
      const signer = backend.ed25519Signer(seed)
      expect(hexOf(signer.publicKey())).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')
      expect(hexOf(signer.sign(new Uint8Array(0)))).toBe(
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      )
    }
  })

  test('both backends make the same signatures, and give the same verdict on every change of one bit', () => {
    const [a, b] = [native.ed25519Verifier(publicKey), portable.ed25519Verifier(publicKey)]
    fc.assert(
      fc.property(message, fc.integer({ min: 0, max: 511 }), (base, bit) => {
        const signature = new Uint8Array(native.ed25519Signer(seed).sign(base))
        expect(hexOf(portable.ed25519Signer(seed).sign(base))).toBe(hexOf(signature))
        expect([a(base, signature), b(base, signature)]).toEqual([true, true])
        signature[bit >> 3] = (signature[bit >> 3] as number) ^ (1 << (bit & 7))
        expect([a(base, signature), b(base, signature)]).toEqual([false, false])
      }),
      { numRuns: 25 },
    )
  })

  test('a small-order part in R is refused by both, though the cofactored equation holds', () => {
    const { Point } = ed25519
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed)
    const torsion = Point.fromBytes(bytes('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'))
    const nonce = 12_345_678_901n
    const R = Point.BASE.multiply(nonce).add(torsion).toBytes()
    const k = BigInt(`0x${hexOf(native.hash('sha512', concatBytes(R, pointBytes, utf8('text'))).reverse())}`)
    const s = (nonce + k * scalar) % Point.Fn.ORDER
    const signature = concatBytes(R, bytes(s.toString(16).padStart(64, '0')).reverse())
    // Why the portable backend does not use noble's verify.
    expect(ed25519.verify(signature, utf8('text'), publicKey, { zip215: false })).toBe(true)
    for (const [, backend] of BOTH) expect(backend.ed25519Verifier(publicKey)('text', signature)).toBe(false)
  })

  test('S + L, wrong lengths and a key that is no point are refused by both', async () => {
    const signature = new Uint8Array(native.ed25519Signer(seed).sign('text'))
    const s = BigInt(`0x${hexOf(signature.slice(32).reverse())}`) + ed25519.Point.Fn.ORDER
    const malleated = concatBytes(signature.subarray(0, 32), bytes(s.toString(16).padStart(64, '0')).reverse())
    for (const [, backend] of BOTH) {
      const verify = backend.ed25519Verifier(publicKey)
      expect(verify('text', signature)).toBe(true)
      for (const bad of [malleated, signature.subarray(1), new Uint8Array(0), new Uint8Array(65), new Uint8Array(64)]) {
        expect(verify('text', bad)).toBe(false)
        expect(await backend.ed25519PoolVerifier(publicKey)('text', bad)).toBe(false)
      }
      expect(backend.ed25519Verifier(bytes(`02${'00'.repeat(31)}`))('text', signature)).toBe(false)
      expect(await backend.ed25519PoolVerifier(publicKey)('text', signature)).toBe(true)
    }
  })

  test('verifying changes neither signature nor key, also where they are Buffers', () => {
    for (const [, backend] of BOTH) {
      const signature = Buffer.from(backend.ed25519Signer(seed).sign('text'))
      const key = Buffer.from(publicKey)
      const before = signature.toString('hex')
      expect(backend.ed25519Verifier(key)('text', signature)).toBe(true)
      expect(signature.toString('hex')).toBe(before)
      expect(key.equals(publicKey)).toBe(true)
    }
  })
})

// SP 800-186 section 3.2.1.
const ORDERS = {
  'ecdsa-p256-sha256': 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'ecdsa-p384-sha384':
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  'ecdsa-p521-sha512':
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
}

describe.each(['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p521-sha512'] as const)('%s', (algorithm) => {
  const spec = ALGORITHMS[algorithm]
  const scalar = new Uint8Array(spec.signatureBytes / 2).fill(0x5a, 1)
  const point = native.ecdsaSigner(spec, scalar).publicKey()

  test('same public key; each verifies the other; same verdict on every change of one bit', () => {
    expect(hexOf(portable.ecdsaSigner(spec, scalar).publicKey())).toBe(hexOf(point))
    const [a, b] = [native.ecdsaVerifier(spec, point), portable.ecdsaVerifier(spec, point)]
    fc.assert(
      fc.property(message, fc.nat({ max: 8 * spec.signatureBytes - 1 }), fc.boolean(), (base, bit, which) => {
        const signature = new Uint8Array((which ? native : portable).ecdsaSigner(spec, scalar).sign(base))
        expect(signature.length).toBe(spec.signatureBytes)
        expect([a(base, signature), b(base, signature)]).toEqual([true, true])
        signature[bit >> 3] = (signature[bit >> 3] as number) ^ (1 << (bit & 7))
        expect([a(base, signature), b(base, signature)]).toEqual([false, false])
      }),
      { numRuns: 12 },
    )
  })

  test('zeros, DER and wrong lengths are refused by both, without throwing', async () => {
    const size = spec.signatureBytes
    const der = bytes('3006020101020101')
    for (const bad of [
      new Uint8Array(size),
      new Uint8Array(size - 1),
      new Uint8Array(size + 1),
      new Uint8Array(0),
      der,
    ]) {
      for (const [, backend] of BOTH) {
        expect(backend.ecdsaVerifier(spec, point)('text', bad)).toBe(false)
        expect(await backend.ecdsaPoolVerifier(spec, point)('text', bad)).toBe(false)
      }
    }
  })

  test('both take the same numbers for scalars: 1 to the order less one', () => {
    const order = Buffer.from(ORDERS[algorithm], 'hex')
    const least = new Uint8Array(order.length)
    least[order.length - 1] = 1
    const most = new Uint8Array(order)
    most[order.length - 1] = (most.at(-1) as number) - 1
    for (const [, backend] of BOTH) {
      for (const good of [least, most, scalar]) expect(backend.isEcdsaScalar(spec, good)).toBe(true)
      for (const bad of [new Uint8Array(order.length), order, new Uint8Array(order.length).fill(255)])
        expect(backend.isEcdsaScalar(spec, bad)).toBe(false)
    }
  })

  test('points: compressed becomes uncompressed, off the curve is undefined', () => {
    const half = 1 + spec.signatureBytes / 2
    const odd = (point.at(-1) as number) & 1
    const compressed = concatBytes(Uint8Array.of(2 + odd), point.subarray(1, half))
    const off = point.slice()
    off[off.length - 1] = (off.at(-1) as number) ^ 1
    for (const [, backend] of BOTH) {
      expect(hexOf(backend.ecdsaPoint(spec, compressed) as Uint8Array)).toBe(hexOf(point))
      expect(hexOf(backend.ecdsaPoint(spec, point) as Uint8Array)).toBe(hexOf(point))
      const hybrid = concatBytes(Uint8Array.of(6 + odd), point.subarray(1))
      const filled = new Uint8Array(point.length).fill(4)
      for (const bad of [off, hybrid, filled, point.subarray(1), new Uint8Array(1), new Uint8Array(0)]) {
        expect(backend.ecdsaPoint(spec, bad)).toBeUndefined()
      }
    }
  })
})

test('portable ECDSA is RFC 6979, A.2.5, and does not force s low', () => {
  const scalar = bytes('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721')
  expect(hexOf(portable.ecdsaSigner(ALGORITHMS['ecdsa-p256-sha256'], scalar).sign('sample'))).toBe(
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  )
})

describe.each(['rsa-v1_5-sha256', 'rsa-pss-sha256', 'rsa-pss-sha512'] as const)('%s', (algorithm) => {
  const spec = ALGORITHMS[algorithm]
  const pkcs8 = derOf(keyFile('rsa'))
  const spki = derOf(keyFile('rsa-public'))

  test('each backend verifies the other, also in the thread pool, and refuses the same', async () => {
    expect(readPublicKeyInfo(spki).algorithm.oid).toBe('2a864886f70d010101')
    for (const [, signer] of BOTH) {
      for (const pool of [false, true]) {
        const sign = await signer.rsaSigner(spec, pkcs8, pool)
        const signature = new Uint8Array(await sign.run('text'))
        const changed = signature.slice()
        changed[100] = (changed[100] as number) ^ 1
        for (const [name, verifier] of BOTH) {
          const verify = await verifier.rsaVerifier(spec, spki, pool)
          expect(verify.sync).toBe(name === 'native' && !pool)
          expect(await verify.run('text', signature)).toBe(true)
          expect(await verify.run(utf8('text'), signature)).toBe(true)
          expect(await verify.run('texT', signature)).toBe(false)
          for (const bad of [
            changed,
            // Cut at the end: without a leading zero it is the same number, which only the key refuses, by its length.
            signature.subarray(0, -1),
            new Uint8Array(0),
            new Uint8Array(256),
            new Uint8Array(600),
          ]) {
            expect(await verify.run('text', bad)).toBe(false)
          }
        }
      }
    }
  })
})

describe('key derivation and AES-CBC', () => {
  const salt = bytes('0102030405060708')
  test.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const)('PBKDF2 with %s agrees', async (prf) => {
    const [a, b] = await Promise.all(BOTH.map(([, backend]) => backend.pbkdf2(prf, utf8('passphrase'), salt, 1000, 32)))
    expect(hexOf(a as Uint8Array)).toBe(hexOf(b as Uint8Array))
  })

  test('both backends derive PBKDF2 of RFC 6070 and scrypt of RFC 7914', async () => {
    for (const [, backend] of BOTH) {
      const derived = await backend.pbkdf2('sha1', utf8('password'), utf8('salt'), 4096, 20)
      expect(hexOf(derived)).toBe('4b007901b765489abead49d926f721d065a429c1')
      const stretched = await backend.scrypt(utf8('password'), utf8('NaCl'), { N: 1024, r: 8, p: 16 }, 64)
      expect(hexOf(stretched)).toBe(
        'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
      )
    }
  })

  test.each([16, 24, 32])(
    'AES-%i bytes: one decrypts what the other encrypted; wrong padding is undefined',
    async (size) => {
      const [key, iv, plain] = [new Uint8Array(size).fill(7), new Uint8Array(16).fill(9), utf8('seventeen bytes..')]
      const sealed = await native.aesCbcEncrypt(key, iv, plain)
      expect(hexOf(await portable.aesCbcEncrypt(key, iv, plain))).toBe(hexOf(sealed))
      for (const [, backend] of BOTH) {
        expect(hexOf((await backend.aesCbcDecrypt(key, iv, sealed)) as Uint8Array)).toBe(hexOf(plain))
        expect(await backend.aesCbcDecrypt(key, iv, sealed.subarray(0, 16))).toBeUndefined()
        expect(await backend.aesCbcDecrypt(key, iv, sealed.subarray(0, 15))).toBeUndefined()
        expect(await backend.aesCbcDecrypt(key, iv, new Uint8Array(0))).toBeUndefined()
      }
    },
  )
})
