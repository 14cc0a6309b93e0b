import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../../src/crypto/algorithm.js'
import {
  ecdsaPrivateKey,
  ecdsaSigningKey,
  ecdsaVerifyingKey,
  ed25519PrivateKey,
  ed25519SigningKey,
  ed25519VerifyingKey,
  exportPrivateKey,
  exportPublicKey,
  hmacKey,
  importEcdsaVerifyingKey,
  importEd25519VerifyingKey,
  importRsaSigningKey,
  importRsaVerifyingKey,
  isSyncKey,
  randomBytes,
  requireSync,
  Secret,
  type SigningKey,
  type VerifyingKey,
} from '../../../src/crypto/index.js'
import { codeOf, outcomeOf } from '../../expect-code.js'
import { bytes, keyFile } from './key-files.js'

const keyId = 'k'
const isNative = process.env['COUNTERSIGN_BACKEND'] === 'native'
const N256 = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
const N521 =
  '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409'
const N384 = 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'

describe('raw factories', () => {
  test('raw factories answer at once, from bytes or a Secret', () => {
    const seed = randomBytes(32)
    for (const key of [ed25519PrivateKey({ keyId, seed }), ed25519PrivateKey({ keyId, seed: new Secret(seed) })]) {
      const signature = key.sign('text')
      expect(key.verifyingKey.verify('text', signature)).toBe(true)
      expect(key.verifyingKey).toBe(key.verifyingKey)
      expect(key.verifyingKey.keyId).toBe(keyId)
    }
    for (const algorithm of ['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p521-sha512'] as const) {
      const scalar = new Uint8Array(ALGORITHMS[algorithm].signatureBytes / 2).fill(1)
      for (const same of [scalar, new Secret(scalar), Buffer.from(scalar)]) {
        const key = ecdsaPrivateKey({ keyId, algorithm, scalar: same })
        expect(key.verifyingKey.verify('text', key.sign('text'))).toBe(true)
      }
    }
  })

  test('a key that only signs is the same key, and its public half can be exported', async () => {
    const seed = randomBytes(32)
    const scalar = new Uint8Array(32).fill(1)
    const algorithm = 'ecdsa-p256-sha256'
    for (const [lean, whole] of [
      [ed25519SigningKey({ keyId, seed }), ed25519PrivateKey({ keyId, seed })],
      [ecdsaSigningKey({ keyId, algorithm, scalar }), ecdsaPrivateKey({ keyId, algorithm, scalar })],
    ] as const) {
      expect(lean).not.toHaveProperty('verifyingKey')
      expect(whole.verifyingKey.verify('text', lean.sign('text'))).toBe(true)
      expect(exportPublicKey(lean, 'pem')).toBe(exportPublicKey(whole.verifyingKey, 'pem'))
      expect(await exportPrivateKey(lean, 'pem')).toBe(await exportPrivateKey(whole, 'pem'))
      expect([isSyncKey(lean), isSyncKey(whole), Object.isFrozen(lean)]).toEqual([true, true, true])
    }
  })

  test.each<[name: string, call: () => unknown, code: string]>([
    ['seed of 31 bytes', () => ed25519PrivateKey({ keyId, seed: new Uint8Array(31) }), 'ARGUMENT_INVALID'],
    ['seed as text', () => ed25519PrivateKey({ keyId, seed: '00'.repeat(32) as never }), 'ARGUMENT_INVALID'],
    ['empty key id', () => ed25519PrivateKey({ keyId: '', seed: new Uint8Array(32) }), 'ARGUMENT_INVALID'],
    ['public key of 33 bytes', () => ed25519VerifyingKey({ keyId, publicKey: new Uint8Array(33) }), 'ARGUMENT_INVALID'],
    ['small-order public key', () => ed25519VerifyingKey({ keyId, publicKey: new Uint8Array(32) }), 'KEY_WEAK'],
    [
      'scalar of the wrong size',
      () => ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p384-sha384', scalar: new Uint8Array(32) }),
      'ARGUMENT_INVALID',
    ],
    [
      'another family',
      () => ecdsaPrivateKey({ keyId, algorithm: 'ed25519' as never, scalar: new Uint8Array(32) }),
      'ARGUMENT_INVALID',
    ],
    [
      'an algorithm that is none',
      () => ecdsaVerifyingKey({ keyId, algorithm: 'toString' as never, point: new Uint8Array(65) }),
      'ARGUMENT_INVALID',
    ],
    [
      'scalar 0',
      () => ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32) }),
      'KEY_WEAK',
    ],
    ['scalar n', () => ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar: bytes(N256) }), 'KEY_WEAK'],
    [
      'scalar n of P-384',
      () => ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p384-sha384', scalar: bytes(N384) }),
      'KEY_WEAK',
    ],
    [
      'scalar above n',
      () => ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(255) }),
      'KEY_WEAK',
    ],
    [
      'point off the curve',
      () => ecdsaVerifyingKey({ keyId, algorithm: 'ecdsa-p256-sha256', point: new Uint8Array(65).fill(4) }),
      'KEY_WEAK',
    ],
    [
      'point as text',
      () => ecdsaVerifyingKey({ keyId, algorithm: 'ecdsa-p256-sha256', point: 'x' as never }),
      'ARGUMENT_INVALID',
    ],
  ])('a factory refuses this: %s', async (_name, call, code) => {
    expect(await codeOf(call)).toBe(code)
  })

  test('the largest scalars work', () => {
    for (const [algorithm, order] of [
      ['ecdsa-p256-sha256', N256],
      ['ecdsa-p384-sha384', N384],
      ['ecdsa-p521-sha512', N521],
    ] as const) {
      const scalar = bytes((BigInt(`0x${order}`) - 1n).toString(16).padStart(order.length, '0'))
      const key = ecdsaPrivateKey({ keyId, algorithm, scalar })
      expect(key.verifyingKey.verify('text', key.sign('text'))).toBe(true)
    }
  })
})

describe('threadPool', () => {
  const seed = randomBytes(32)
  const ed = ed25519PrivateKey({ keyId, seed })

  test('gives the same verdicts, and has to be awaited', async () => {
    const algorithm = 'ecdsa-p256-sha256'
    const ec = ecdsaPrivateKey({ keyId, algorithm, scalar: seed })
    const pairs: [SigningKey, VerifyingKey][] = [
      [ed, ed25519VerifyingKey({ keyId, publicKey: exportPublicKey(ed, 'raw'), threadPool: true })],
      [ed, await importEd25519VerifyingKey(exportPublicKey(ed, 'pem'), { keyId, threadPool: true })],
      [ec, ecdsaVerifyingKey({ keyId, algorithm, point: exportPublicKey(ec, 'raw'), threadPool: true })],
      [ec, await importEcdsaVerifyingKey(exportPublicKey(ec, 'pem'), { keyId, algorithm, threadPool: true })],
    ]
    for (const [signer, verifier] of pairs) {
      const signature = await signer.sign('text')
      const pending = verifier.verify('text', signature)
      expect(pending instanceof Promise).toBe(isNative)
      expect(await pending).toBe(true)
      expect(await verifier.verify('other', signature)).toBe(false)
      expect(isSyncKey(verifier)).toBe(false)
      expect(await codeOf(() => requireSync(verifier))).toBe('KEY_ASYNC')
    }
  })

  test('many at once come back to their own callers', async () => {
    const verifier = ed25519VerifyingKey({ keyId, publicKey: exportPublicKey(ed, 'raw'), threadPool: true })
    const signatures = Array.from({ length: 20 }, (_, i) => ed.sign(`text ${i}`))
    const verdicts = await Promise.all(signatures.map((signature, i) => verifier.verify(`text ${i % 10}`, signature)))
    expect(verdicts).toEqual(signatures.map((_, i) => i < 10))
  })

  test('RSA signs in it', async () => {
    const options = { keyId, algorithm: 'rsa-pss-sha512', threadPool: true } as const
    const signer = await importRsaSigningKey(keyFile('rsa'), options)
    const verifier = await importRsaVerifyingKey(keyFile('rsa-public'), options)
    const pending = signer.sign('text')
    expect(pending).toBeInstanceOf(Promise)
    expect(await verifier.verify('text', await pending)).toBe(true)
    expect(await codeOf(() => requireSync(signer))).toBe('KEY_ASYNC')
  })
})

describe('isSyncKey', () => {
  test('knows our own keys', async () => {
    const hmac = hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) })
    expect(isSyncKey(hmac as SigningKey)).toBe(true)
    expect(requireSync(hmac)).toBe(hmac)
    const rsa = await importRsaSigningKey(keyFile('rsa'), { keyId, algorithm: 'rsa-v1_5-sha256' })
    expect(isSyncKey(rsa)).toBe(isNative)
    expect(rsa.sign('text') instanceof Promise).toBe(!isNative)
    expect(await outcomeOf(() => requireSync(rsa))).toBe(isNative ? rsa : 'KEY_ASYNC')
  })

  test('assumes nothing of others, copies included', async () => {
    const own = { keyId, algorithm: 'ed25519', sign: () => new Uint8Array(64) } as const
    const hmac = hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) })
    for (const key of [own, { ...hmac }, null, undefined, 'key'] as SigningKey[]) {
      expect(isSyncKey(key)).toBe(false)
      expect(await codeOf(() => requireSync(key))).toBe('KEY_ASYNC')
    }
  })
})

test('key objects are frozen: their members cannot be replaced', () => {
  const key = ed25519PrivateKey({ keyId, seed: randomBytes(32) })
  for (const frozen of [key, key.verifyingKey, hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) })]) {
    expect(Object.isFrozen(frozen)).toBe(true)
    expect(() => Object.assign(frozen, { algorithm: 'none' })).toThrow(TypeError)
  }
})
