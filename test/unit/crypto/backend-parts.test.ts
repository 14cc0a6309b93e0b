import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../../src/crypto/algorithm.js'
import { chachaOpen, chachaSeal, xchachaOpen, xchachaSeal } from '../../../src/crypto/backend/chacha.js'
import { isPrimeOrderPoint } from '../../../src/crypto/backend/ed25519-group.js'
import { verifyEd25519ph } from '../../../src/crypto/backend/ed25519-variants.js'
import { hash160 } from '../../../src/crypto/backend/hash160.js'
import * as nativeAes from '../../../src/crypto/backend/native/aes-gcm.js'
import * as nativeHash from '../../../src/crypto/backend/native/hash.js'
import * as nativeOnce from '../../../src/crypto/backend/native/hmac-once.js'
import * as nativeHmacSha1 from '../../../src/crypto/backend/native/hmac-sha1.js'
import * as nativeKdf from '../../../src/crypto/backend/native/kdf.js'
import * as nativeLegacy from '../../../src/crypto/backend/native/legacy.js'
import * as nativeMd5 from '../../../src/crypto/backend/native/md5.js'
import { poolSigner, poolVerifier } from '../../../src/crypto/backend/native/node-key.js'
import * as nativeRsa from '../../../src/crypto/backend/native/rsa.js'
import * as nativeSha1 from '../../../src/crypto/backend/native/sha1.js'
import * as nativeSha256 from '../../../src/crypto/backend/native/sha256.js'
import * as portableAes from '../../../src/crypto/backend/portable/aes-gcm.js'
import { ecdsaVerifier } from '../../../src/crypto/backend/portable/ecdsa.js'
import * as portableHash from '../../../src/crypto/backend/portable/hash.js'
import { hmac, hmacSha256 } from '../../../src/crypto/backend/portable/hmac.js'
import * as portableOnce from '../../../src/crypto/backend/portable/hmac-once.js'
import * as portableHmacSha1 from '../../../src/crypto/backend/portable/hmac-sha1.js'
import * as portableKdf from '../../../src/crypto/backend/portable/kdf.js'
import * as portableLegacy from '../../../src/crypto/backend/portable/legacy.js'
import * as portableMd5 from '../../../src/crypto/backend/portable/md5.js'
import * as portableRsa from '../../../src/crypto/backend/portable/rsa.js'
import * as portableSha1 from '../../../src/crypto/backend/portable/sha1.js'
import * as portableSha256 from '../../../src/crypto/backend/portable/sha256.js'
import {
  isSecp256k1ShortPoint,
  keccak256,
  secp256k1Point,
  secp256k1Recover,
  secp256k1Recoverer,
  secp256k1ShortPoint,
  secp256k1Sign,
  secp256k1SignSha256,
  secp256k1VerifySha256,
} from '../../../src/crypto/backend/secp256k1.js'
import { withCode } from '../../expect-code.js'
import { bytes, derOf, hexOf, keyFile } from './key-files.js'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const TEXT = 'text é'
const HASHES = ['sha256', 'sha384', 'sha512'] as const
const digestOf = (name: string, text = TEXT): string => crypto.createHash(name).update(text).digest('hex')

describe.each([
  ['native', nativeHash, nativeSha1, nativeSha256, nativeMd5, nativeLegacy],
  ['portable', portableHash, portableSha1, portableSha256, portableMd5, portableLegacy],
] as const)('hashes, %s', (_, one, sha1, sha256, md5, legacy) => {
  test.each(HASHES)('%s is that of OpenSSL, of text and of bytes, at once and in parts', (name) => {
    const hex = digestOf(name)
    for (const data of [TEXT, utf8(TEXT)]) {
      expect(hexOf(one.hash(name, data))).toBe(hex)
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        expect(one.hashText(name, data, encoding)).toBe(Buffer.from(hex, 'hex').toString(encoding))
      expect(one.hashBase64(name, data)).toBe(Buffer.from(hex, 'hex').toString('base64'))
      const digest = new Uint8Array(Buffer.from(hex, 'hex'))
      expect(one.hashMatches(name, data, digest)).toBe(true)
      for (const at of [0, digest.length - 1])
        expect(
          one.hashMatches(
            name,
            data,
            digest.map((byte, place) => (place === at ? byte ^ 1 : byte)),
          ),
        ).toBe(false)
      expect(one.hashMatches(name, data, digest.subarray(1))).toBe(false)
      expect(one.hashMatches(name, data, new Uint8Array([...digest, 0]))).toBe(false)
    }
    const state = one.createHasher(name)
    state.update(utf8(TEXT).subarray(0, 3))
    state.update(utf8(TEXT).subarray(3))
    expect(hexOf(state.digest())).toBe(hex)
  })

  test('SHA-1, SHA-256 and MD5 are those of OpenSSL', () => {
    const state = sha1.createSha1()
    state.update(utf8('te'))
    state.update(utf8('xt é'))
    expect(hexOf(state.digest())).toBe(digestOf('sha1'))
    for (const data of [TEXT, utf8(TEXT)]) {
      expect(sha256.sha256Hex(data)).toBe(digestOf('sha256'))
      expect(sha256.sha256Text(data, 'base64')).toBe(Buffer.from(digestOf('sha256'), 'hex').toString('base64'))
      expect(md5.md5Hex(data)).toBe(digestOf('md5'))
    }
  })

  test.each(['md5', 'sha1', 'sha3-256', 'sha3-384', 'sha3-512'] as const)(
    '%s of the past is that of OpenSSL',
    (name) => {
      const secret = utf8('secret')
      const mac = crypto.createHmac(name, secret).update(TEXT).digest('hex')
      for (const data of [TEXT, utf8(TEXT)]) {
        expect(hexOf(legacy.legacyHash(name, data))).toBe(digestOf(name))
        expect(hexOf(legacy.legacyHmac(name, secret, data))).toBe(mac)
      }
    },
  )
})

describe.each([
  ['native', nativeOnce, nativeHmacSha1],
  ['portable', portableOnce, portableHmacSha1],
] as const)('HMAC for one call, %s', (_, one, sha1) => {
  const secret = utf8('secret')

  test('is that of all parts, and nothing else verifies', () => {
    const tag = crypto.createHmac('sha256', secret).update('a').update('é').update(Uint8Array.of(1)).digest()
    const parts = ['a', 'é', Uint8Array.of(1)] as const
    expect(hexOf(one.hmacSha256Once(secret, ...parts))).toBe(tag.toString('hex'))
    expect(one.isHmacSha256(new Uint8Array(tag), secret, ...parts)).toBe(true)
    const changed = new Uint8Array(tag)
    changed[31] = (changed[31] as number) ^ 1
    for (const wrong of [changed, tag.subarray(1), Buffer.concat([tag, tag]), new Uint8Array(0)])
      expect(one.isHmacSha256(wrong, secret, ...parts)).toBe(false)
  })

  test('with SHA-1 signs text and bytes, and nothing else verifies', () => {
    const tag = crypto.createHmac('sha1', secret).update(TEXT).digest()
    const key = sha1.hmacSha1(secret)
    for (const base of [TEXT, utf8(TEXT)]) {
      expect(hexOf(key.sign(base))).toBe(tag.toString('hex'))
      if (key.signText !== undefined) expect(key.signText(base, 'base64')).toBe(tag.toString('base64'))
      expect(key.verify(base, new Uint8Array(tag))).toBe(true)
    }
    const changed = new Uint8Array(tag)
    changed[0] = (changed[0] as number) ^ 1
    for (const wrong of [changed, tag.subarray(1), Buffer.concat([tag, tag])])
      expect(key.verify(TEXT, wrong)).toBe(false)
  })
})

test.each(HASHES)('the portable HMAC over %s is that of OpenSSL for every length of a key around the block', (name) => {
  for (const size of [1, 63, 64, 65, 127, 128, 129]) {
    const secret = Uint8Array.from({ length: size }, (_, i) => i + 1)
    const tag = crypto.createHmac(name, secret).update(TEXT).digest()
    const key = hmac(name, secret)
    for (const base of [TEXT, utf8(TEXT)]) {
      expect(hexOf(key.sign(base))).toBe(tag.toString('hex'))
      expect(key.verify(base, new Uint8Array(tag))).toBe(true)
    }
    expect(key.verify(`${TEXT}x`, new Uint8Array(tag))).toBe(false)
    if (name === 'sha256') expect(hexOf(hmacSha256(secret).sign(TEXT))).toBe(tag.toString('hex'))
  }
})

describe.each([
  ['AES-256-GCM of OpenSSL', nativeAes.aesGcmSeal, nativeAes.aesGcmOpen, 12],
  ['AES-256-GCM of noble', portableAes.aesGcmSeal, portableAes.aesGcmOpen, 12],
  ['XChaCha20-Poly1305', xchachaSeal, xchachaOpen, 24],
] as const)('%s', (_, seal, open, nonceBytes) => {
  const key = new Uint8Array(32).fill(1)
  const nonce = new Uint8Array(nonceBytes).fill(2)
  const associated = utf8('where')
  const sealed = seal(key, nonce, utf8(TEXT), associated)

  test('opens what it has sealed, and adds 16 bytes', () => {
    expect(sealed).toHaveLength(utf8(TEXT).length + 16)
    expect(open(key, nonce, sealed, associated)).toEqual(utf8(TEXT))
    const empty = seal(key, nonce, new Uint8Array(0), associated)
    expect(empty).toHaveLength(16)
    expect(open(key, nonce, empty, associated)).toEqual(new Uint8Array(0))
  })

  test('opens nothing that was changed, cut or moved', () => {
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice()
      changed[at] = (changed[at] as number) ^ 1
      expect(open(key, nonce, changed, associated)).toBeUndefined()
      expect(open(key, nonce, sealed.subarray(0, at), associated)).toBeUndefined()
    }
    expect(open(key, nonce, sealed, utf8('elsewhere'))).toBeUndefined()
    expect(open(new Uint8Array(32), nonce, sealed, associated)).toBeUndefined()
    expect(open(key, new Uint8Array(nonceBytes), sealed, associated)).toBeUndefined()
  })
})

test('AES-256-GCM of one backend is opened by the other', () => {
  const [key, nonce, associated] = [new Uint8Array(32).fill(1), new Uint8Array(12).fill(2), utf8('where')]
  expect(
    portableAes.aesGcmOpen(key, nonce, nativeAes.aesGcmSeal(key, nonce, utf8(TEXT), associated), associated),
  ).toEqual(utf8(TEXT))
})

test('ChaCha20-Poly1305 opens what it has sealed and nothing that was changed', () => {
  const [key, nonce] = [new Uint8Array(32).fill(1), new Uint8Array(12)]
  const sealed = chachaSeal(key, nonce, utf8(TEXT))
  expect(chachaOpen(key, nonce, sealed)).toEqual(utf8(TEXT))
  sealed[0] = (sealed[0] as number) ^ 1
  expect(chachaOpen(key, nonce, sealed)).toBeUndefined()
})

describe.each([
  ['native', nativeKdf],
  ['portable', portableKdf],
] as const)('AES-CBC, %s', (_, kdf) => {
  const iv = new Uint8Array(16)

  test('refuses a key of a length that the platform has no cipher for', async () => {
    for (const call of [kdf.aesCbcEncrypt, kdf.aesCbcDecrypt])
      await expect(call(new Uint8Array(20), iv, iv)).rejects.toEqual(withCode('KEY_UNSUPPORTED', 'AES-160'))
  })

  test('does not take a bug for wrong padding', async () => {
    for (const call of [kdf.aesCbcEncrypt, kdf.aesCbcDecrypt])
      await expect(call(undefined as never, iv, iv)).rejects.toBeInstanceOf(TypeError)
  })
})

test('a wrong initial value is not taken for a key that the platform has no cipher for', async () => {
  for (const call of [nativeKdf.aesCbcEncrypt, nativeKdf.aesCbcDecrypt])
    await expect(call(new Uint8Array(32), new Uint8Array(3), new Uint8Array(16))).rejects.toMatchObject({
      code: 'ERR_CRYPTO_INVALID_IV',
    })
})

test('scrypt takes as much memory as the caller has bounded', async () => {
  // 64 MiB, where Node takes 32 MiB by default; and more lanes than blocks in each.
  for (const cost of [
    { N: 2 ** 16, r: 8, p: 1 },
    { N: 16, r: 8, p: 20 },
  ]) {
    const [a, b] = await Promise.all(
      [nativeKdf, portableKdf].map(({ scrypt }) => scrypt(utf8('a'), utf8('b'), cost, 16)),
    )
    expect(hexOf(a as Uint8Array)).toBe(hexOf(b as Uint8Array))
  }
})

test('a missing WebCrypto is what is missing, and not a size of the key', async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'crypto') as PropertyDescriptor
  const spec = ALGORITHMS['rsa-pss-sha256']
  const missing = withCode('KEY_UNSUPPORTED', 'secure context')
  try {
    Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true })
    await expect(portableRsa.rsaVerifier(spec, new Uint8Array(0), false)).rejects.toEqual(missing)
    await expect(portableKdf.aesCbcDecrypt(new Uint8Array(32), new Uint8Array(16), new Uint8Array(16))).rejects.toEqual(
      missing,
    )
  } finally {
    Object.defineProperty(globalThis, 'crypto', own)
  }
  await expect(portableRsa.rsaVerifier(spec, new Uint8Array(0), false)).rejects.toEqual(
    withCode('KEY_UNSUPPORTED', 'that WebCrypto takes'),
  )
  await expect(portableRsa.rsaSigner(spec, new Uint8Array(0), false)).rejects.toEqual(
    withCode('KEY_UNSUPPORTED', 'that WebCrypto takes'),
  )
})

describe.each([
  ['native', nativeRsa],
  ['portable', portableRsa],
] as const)('a generated RSA key, %s', (_, rsa) => {
  test('has the modulus that was asked for and the exponent 65537', async () => {
    const der = await rsa.rsaGenerate(ALGORITHMS['rsa-v1_5-sha256'], 1024)
    const { asymmetricKeyDetails } = crypto.createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
    expect(asymmetricKeyDetails).toMatchObject({ modulusLength: 1024, publicExponent: 65_537n })
    const { run } = await rsa.rsaSigner(ALGORITHMS['rsa-v1_5-sha256'], der, false)
    expect(await run(TEXT)).toHaveLength(128)
  })
})

test('RSA pads as the algorithm says: OpenSSL verifies it with that padding and salt alone', async () => {
  const key = crypto.createPublicKey(keyFile('rsa-public'))
  for (const [algorithm, padding] of [
    ['rsa-v1_5-sha256', crypto.constants.RSA_PKCS1_PADDING],
    ['rsa-pss-sha256', crypto.constants.RSA_PKCS1_PSS_PADDING],
    ['rsa-pss-sha512', crypto.constants.RSA_PKCS1_PSS_PADDING],
  ] as const) {
    const spec = ALGORITHMS[algorithm]
    for (const backend of [nativeRsa, portableRsa]) {
      const { run } = await backend.rsaSigner(spec, derOf(keyFile('rsa')), false)
      const signature = await run(TEXT)
      const verify = (options: object) =>
        crypto.verify(spec.hash, Buffer.from(TEXT), { key, padding, ...options }, signature)
      expect(verify(algorithm.includes('pss') ? { saltLength: spec.hashBytes } : {})).toBe(true)
      if (algorithm.includes('pss')) expect(verify({ saltLength: 20 })).toBe(false)
    }
  }
})

test('what the thread pool of OpenSSL refuses is rejected', async () => {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519')
  // With a hash beside it, which Ed25519 has inside.
  await expect(poolSigner('sha256', privateKey)(TEXT)).rejects.toBeInstanceOf(Error)
  await expect(poolVerifier('sha256', publicKey)(TEXT, new Uint8Array(64))).rejects.toBeInstanceOf(Error)
  const signature = await poolSigner(null, privateKey)(TEXT)
  expect(await poolVerifier(null, publicKey)(TEXT, signature)).toBe(true)
  expect(await poolVerifier(null, publicKey)('other', signature)).toBe(false)
})

test('the portable ECDSA verifies another hash than that of the curve, as a service may sign with', () => {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-65)
  const spec = { ...ALGORITHMS['ecdsa-p256-sha256'], hash: 'sha512' } as const
  const signature = crypto.sign('sha512', Buffer.from(TEXT), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const verify = ecdsaVerifier(spec, new Uint8Array(point))
  expect(verify(TEXT, new Uint8Array(signature))).toBe(true)
  expect(verify('other', new Uint8Array(signature))).toBe(false)
  expect(ecdsaVerifier(ALGORITHMS['ecdsa-p256-sha256'], new Uint8Array(point))(TEXT, new Uint8Array(signature))).toBe(
    false,
  )
})

describe('points of Ed25519', () => {
  // The base point of RFC 8032 5.1, and that with a point of order 8 added to it.
  const base = `58${'66'.repeat(31)}`

  test('are of prime order, or not', () => {
    expect(isPrimeOrderPoint(bytes(base))).toBe(true)
    expect(isPrimeOrderPoint(bytes(`01${'00'.repeat(31)}`))).toBe(false)
    expect(isPrimeOrderPoint(bytes('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'))).toBe(false)
    expect(isPrimeOrderPoint(bytes(`02${'00'.repeat(31)}`))).toBe(false)
    expect(isPrimeOrderPoint(new Uint8Array(0))).toBe(false)
  })

  test('verify the prehashed variant of RFC 8032 7.3 and nothing else', () => {
    const publicKey = bytes('ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf')
    const signature = bytes(
      '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406',
    )
    expect(verifyEd25519ph(publicKey, utf8('abc'), signature)).toBe(true)
    expect(verifyEd25519ph(publicKey, utf8('abd'), signature)).toBe(false)
    expect(verifyEd25519ph(publicKey, utf8('abc'), signature.subarray(1))).toBe(false)
  })
})

describe('what wallets sign with', () => {
  const scalar = new Uint8Array(32).fill(3)
  const point = secp256k1Point(scalar)
  const digest = keccak256(utf8(TEXT))

  test('Keccak-256 is that of Ethereum, and HASH160 that of Bitcoin', () => {
    expect(hexOf(keccak256(new Uint8Array(0)))).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
    expect(hexOf(hash160(new Uint8Array(0)))).toBe('b472a266d0bd89c13706a4132ccfb16f7c3b9fcb')
  })

  test('a signature gives back the point of its scalar, and both points with its other bit', () => {
    const { compact, recovery } = secp256k1Sign(digest, scalar)
    expect(compact).toHaveLength(64)
    expect(hexOf(secp256k1Recover(digest, compact, recovery) as Uint8Array)).toBe(hexOf(point))
    const other = secp256k1Recover(digest, compact, 1 - recovery) as Uint8Array
    expect(hexOf(other)).not.toBe(hexOf(point))
    const both = secp256k1Recoverer(compact, recovery)?.(digest).map(hexOf)
    expect(both).toEqual([hexOf(point), hexOf(other)])
    // Once more with another digest: what was done before is not used up.
    const next = keccak256(utf8('next'))
    const found = secp256k1Recoverer(compact, recovery)?.(next)[0] as Uint8Array
    expect(hexOf(found)).toBe(hexOf(secp256k1Recover(next, compact, recovery) as Uint8Array))
  })

  test('every signature has the lower of its two s, as chains demand', () => {
    const half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
    for (let i = 0; i < 16; i++) {
      const { compact } = secp256k1Sign(keccak256(Uint8Array.of(i)), scalar)
      for (const one of [compact, secp256k1SignSha256(Uint8Array.of(i), scalar)])
        expect(BigInt(`0x${hexOf(one.subarray(32))}`) <= half).toBe(true)
    }
  })

  test('no scalar made a signature whose r is on no point', () => {
    const wrong = new Uint8Array(64).fill(0xff)
    expect(secp256k1Recover(digest, wrong, 0)).toBeUndefined()
    expect(secp256k1Recoverer(wrong, 0)).toBeUndefined()
    expect(secp256k1Recoverer(new Uint8Array(64), 0)).toBeUndefined()
  })

  test('short points are those of the curve in 33 bytes', () => {
    const short = secp256k1ShortPoint(scalar)
    expect(hexOf(short)).toBe(`0${2 + ((point[64] as number) & 1)}${hexOf(point.subarray(1, 33))}`)
    expect(isSecp256k1ShortPoint(short)).toBe(true)
    expect(isSecp256k1ShortPoint(point)).toBe(false)
    expect(isSecp256k1ShortPoint(new Uint8Array(33).fill(2, 0, 1))).toBe(false)
  })

  test('Cosmos takes the lower s alone', () => {
    const short = secp256k1ShortPoint(scalar)
    const signature = secp256k1SignSha256(utf8(TEXT), scalar)
    expect(secp256k1VerifySha256(utf8(TEXT), signature, short)).toBe(true)
    expect(secp256k1VerifySha256(utf8('other'), signature, short)).toBe(false)
    expect(secp256k1VerifySha256(utf8(TEXT), signature.subarray(1), short)).toBe(false)
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const high = order - BigInt(`0x${hexOf(signature.subarray(32))}`)
    const raised = new Uint8Array([...signature.subarray(0, 32), ...bytes(high.toString(16).padStart(64, '0'))])
    expect(secp256k1VerifySha256(utf8(TEXT), raised, short)).toBe(false)
  })
})
