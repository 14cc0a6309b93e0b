import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { Algorithm } from '../../../src/crypto/algorithm.js'
import { held } from '../../../src/crypto/held.js'
import {
  hmacKey,
  importVerifyingKey,
  isSyncKey,
  requireSync,
  webCryptoSigningKey,
  webCryptoVerifyingKey,
} from '../../../src/crypto/index.js'
import { codeOf, errorOf } from '../../expect-code.js'
import { derOf, hexOf, keyFile } from './key-files.js'

const keyId = 'tab-1'
const { subtle } = globalThis.crypto
const rsa = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }

interface KeyParameters {
  readonly name: string
  readonly namedCurve?: string
  readonly hash?: string
  readonly modulusLength?: number
  readonly publicExponent?: Uint8Array
}

/** A new pair of keys, except for RSA, of which making one takes long. */
async function generate(parameters: KeyParameters): Promise<CryptoKeyPair> {
  if (!parameters.name.startsWith('RSA'))
    return (await subtle.generateKey(parameters as never, false, ['sign', 'verify'])) as CryptoKeyPair
  const read = (format: 'pkcs8' | 'spki', file: string, usage: 'sign' | 'verify'): Promise<CryptoKey> =>
    subtle.importKey(format, derOf(keyFile(file)) as BufferSource, parameters as never, usage === 'verify', [usage])
  const [privateKey, publicKey] = await Promise.all([
    read('pkcs8', 'rsa', 'sign'),
    read('spki', 'rsa-public', 'verify'),
  ])
  return { privateKey, publicKey }
}

const cases: readonly [Algorithm, KeyParameters][] = [
  ['ed25519', { name: 'Ed25519' }],
  ['ecdsa-p256-sha256', { name: 'ECDSA', namedCurve: 'P-256' }],
  ['ecdsa-p384-sha384', { name: 'ECDSA', namedCurve: 'P-384' }],
  ['ecdsa-p521-sha512', { name: 'ECDSA', namedCurve: 'P-521' }],
  ['rsa-v1_5-sha256', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', ...rsa }],
  ['rsa-v1_5-sha512', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512', ...rsa }],
  ['rsa-pss-sha512', { name: 'RSA-PSS', hash: 'SHA-512', ...rsa }],
]

describe.each(cases)('%s', (algorithm, parameters) => {
  let pair: CryptoKeyPair
  beforeAll(async () => {
    pair = await generate(parameters)
  })

  test('a key that cannot be exported signs what the library verifies', async () => {
    expect(pair.privateKey.extractable).toBe(false)
    const signer = webCryptoSigningKey(pair.privateKey, { keyId, algorithm })
    const verifier = webCryptoVerifyingKey(pair.publicKey, { keyId, algorithm })
    const exported = await subtle.exportKey('jwk', pair.publicKey)
    const ours = await importVerifyingKey(exported, { keyId, algorithm })
    for (const base of ['text ✓', new TextEncoder().encode('text ✓')]) {
      const signature = await signer.sign(base)
      expect(signature).toBeInstanceOf(Uint8Array)
      for (const key of [verifier, ours]) {
        expect(await key.verify('text ✓', signature)).toBe(true)
        expect(await key.verify('text', signature)).toBe(false)
        expect(await key.verify('text ✓', signature.subarray(1))).toBe(false)
      }
    }
    expect(isSyncKey(signer)).toBe(false)
    expect(await codeOf(() => requireSync(signer))).toBe('KEY_ASYNC')
    expect(await codeOf(() => requireSync(verifier))).toBe('KEY_ASYNC')
  })

  test('is not taken for any other algorithm, type or usage', async () => {
    for (const [other] of cases) {
      if (other === algorithm) continue
      expect(await codeOf(() => webCryptoSigningKey(pair.privateKey, { keyId, algorithm: other }))).toBe(
        'KEY_MALFORMED',
      )
      expect(await codeOf(() => webCryptoVerifyingKey(pair.publicKey, { keyId, algorithm: other }))).toBe(
        'KEY_MALFORMED',
      )
    }
    expect(await codeOf(() => webCryptoSigningKey(pair.publicKey, { keyId, algorithm }))).toBe('KEY_MALFORMED')
    expect(await codeOf(() => webCryptoVerifyingKey(pair.privateKey, { keyId, algorithm }))).toBe('KEY_MALFORMED')
    expect(await codeOf(() => webCryptoSigningKey(pair.privateKey, { keyId: '', algorithm }))).toBe('ARGUMENT_INVALID')
  })
})

test('HMAC: the same tags as our own key; truncated ones are refused', async () => {
  const secret = new Uint8Array(32).fill(7)
  const parameters = { name: 'HMAC', hash: 'SHA-256' }
  const key = await subtle.importKey('raw', secret, parameters, false, ['sign', 'verify'])
  const algorithm = 'hmac-sha256'
  const ours = hmacKey({ keyId, algorithm, secret })
  const signature = await webCryptoSigningKey(key, { keyId, algorithm }).sign('text')
  expect(hexOf(signature)).toBe(hexOf(ours.sign('text')))
  const verifier = webCryptoVerifyingKey(key, { keyId, algorithm })
  expect(await verifier.verify('text', signature)).toBe(true)
  expect(await verifier.verify('text', signature.subarray(0, 16))).toBe(false)
  expect(await codeOf(() => webCryptoSigningKey(key, { keyId, algorithm: 'hmac-sha512' }))).toBe('KEY_MALFORMED')
})

test('usage and hash are looked at', async () => {
  const { privateKey, publicKey } = await generate({ name: 'RSA-PSS', hash: 'SHA-256', ...rsa })
  expect(await codeOf(() => webCryptoSigningKey(privateKey, { keyId, algorithm: 'rsa-pss-sha512' }))).toBe(
    'KEY_MALFORMED',
  )
  expect(await codeOf(() => webCryptoVerifyingKey(publicKey, { keyId, algorithm: 'rsa-pss-sha512' }))).toBe(
    'KEY_MALFORMED',
  )
  const oaep = (await subtle.generateKey({ name: 'RSA-OAEP', hash: 'SHA-256', ...rsa }, false, [
    'encrypt',
    'decrypt',
  ])) as CryptoKeyPair
  expect(await codeOf(() => webCryptoSigningKey(oaep.privateKey, { keyId, algorithm: 'rsa-pss-sha256' }))).toBe(
    'KEY_MALFORMED',
  )
  const verifyOnly = await subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ])
  expect(await codeOf(() => webCryptoSigningKey(verifyOnly, { keyId, algorithm: 'hmac-sha256' }))).toBe('KEY_MALFORMED')
})

test.each([
  [null],
  [undefined],
  [{}],
  ['pem'],
  [new Uint8Array(32)],
  [{ algorithm: { name: 'Ed25519' } }],
  [keyFile('ed25519')],
])('something that is no CryptoKey: %o', async (key) => {
  expect(await codeOf(() => webCryptoSigningKey(key as never, { keyId, algorithm: 'ed25519' }))).toBe('KEY_MALFORMED')
})

test('PSS pins the salt: a signature with another one is refused', async () => {
  const pair = await generate({ name: 'RSA-PSS', hash: 'SHA-512', ...rsa })
  const algorithm = 'rsa-pss-sha512'
  const exported = await subtle.exportKey('jwk', pair.publicKey)
  const keys = [
    webCryptoVerifyingKey(pair.publicKey, { keyId, algorithm }),
    await importVerifyingKey(exported, { keyId, algorithm }),
  ]
  for (const saltLength of [0, 32, 63, 64, 65, 190]) {
    const signature = await subtle.sign({ name: 'RSA-PSS', saltLength }, pair.privateKey, new Uint8Array(3))
    for (const key of keys) {
      expect(await key.verify(new Uint8Array(3), new Uint8Array(signature))).toBe(saltLength === 64)
    }
  }
})

describe('a CryptoKey of another realm', () => {
  const fake = (algorithm: unknown, type: unknown = 'private', usages: unknown = ['sign']) =>
    ({ algorithm, type, usages }) as CryptoKey
  const refusal = (key: CryptoKey, algorithm: Algorithm = 'ed25519') =>
    errorOf(() => webCryptoSigningKey(key, { keyId, algorithm })).message

  test('is taken by its members, and those that mean nothing for its algorithm are not looked at', () => {
    for (const algorithm of [
      { name: 'Ed25519' },
      { name: 'Ed25519', namedCurve: 'Ed25519', hash: { name: 'SHA-512' } },
    ])
      expect(webCryptoSigningKey(fake(algorithm), { keyId, algorithm: 'ed25519' }).keyId).toBe(keyId)
  })

  test('is none without a name of its algorithm, or a list of usages', () => {
    for (const key of [
      null,
      undefined,
      fake(undefined),
      fake(null),
      fake('Ed25519'),
      fake({}),
      { algorithm: { name: 'Ed25519' }, type: 'private' },
      fake({ name: 'Ed25519' }, 'private', 'sign'),
    ])
      expect(refusal(key as CryptoKey)).toBe('key must be a CryptoKey')
  })

  test.each<[CryptoKey, Algorithm, string]>([
    [fake({ name: 'ECDSA', namedCurve: 'P-256' }), 'ed25519', 'algorithm Ed25519'],
    [fake({ name: 'ECDSA' }), 'ecdsa-p256-sha256', 'curve P-256'],
    [fake({ name: 'ECDSA', namedCurve: 'P-384' }), 'ecdsa-p256-sha256', 'curve P-256'],
    [fake({ name: 'RSA-PSS' }), 'rsa-pss-sha512', 'hash SHA-512'],
    [fake({ name: 'RSA-PSS', hash: {} }), 'rsa-pss-sha512', 'hash SHA-512'],
    [fake({ name: 'HMAC' }, 'secret'), 'hmac-sha256', 'hash SHA-256'],
    [fake({ name: 'HMAC', hash: { name: 'SHA-256' } }, 'private'), 'hmac-sha256', 'type private'],
    [fake({ name: 'Ed25519' }, 'public'), 'ed25519', 'type private'],
    [fake({ name: 'Ed25519' }, 'private', ['verify']), 'ed25519', 'usage sign'],
  ])('is refused with what it must have: %#', (key, algorithm, must) => {
    expect(refusal(key, algorithm)).toBe(`CryptoKey must have ${must}`)
  })

  test('is asked with the bytes of a text, and never about a signature of another length', async () => {
    const verify = vi.spyOn(subtle, 'verify').mockResolvedValue(true)
    const sign = vi.spyOn(subtle, 'sign').mockResolvedValue(Uint8Array.of(1, 2).buffer)
    try {
      const [own, other] = [fake({ name: 'Ed25519' }), fake({ name: 'Ed25519' }, 'public', ['verify'])]
      const signing = webCryptoSigningKey(own, { keyId, algorithm: 'ed25519' })
      const verifying = webCryptoVerifyingKey(other, { keyId, algorithm: 'ed25519' })
      expect(await signing.sign('é')).toEqual(Uint8Array.of(1, 2))
      expect(sign.mock.calls[0]?.slice(1)).toEqual([own, Uint8Array.of(0xc3, 0xa9)])
      for (const length of [0, 63, 65]) expect(await verifying.verify('é', new Uint8Array(length))).toBe(false)
      expect(verify).not.toHaveBeenCalled()
      expect(await verifying.verify('é', new Uint8Array(64))).toBe(true)
      for (const key of [signing, verifying]) expect(held(key)).toEqual({ sync: false })
    } finally {
      vi.restoreAllMocks()
    }
  })
})
