import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  exportPrivateKey,
  exportPublicKey,
  generateKeyPair,
  hmacKey,
  importSigningKey,
  importVerifyingKey,
  isSyncKey,
  type KeyPair,
  type PrivateKey,
  randomBytes,
  type SigningKey,
  type VerifyingKey,
  webCryptoSigningKey,
} from '../../../src/crypto/index.js'
import { codeOf } from '../../expect-code.js'
import { keyFile, PASSPHRASE } from './key-files.js'

const keyId = 'k'
const backend = process.env['COUNTERSIGN_BACKEND']

describe.each(['ed25519', 'ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p521-sha512', 'rsa-pss-sha512'] as const)(
  '%s',
  (algorithm) => {
    const isRsa = algorithm.startsWith('rsa')

    test('a generated pair survives every form', async () => {
      const pair: KeyPair<PrivateKey> = await generateKeyPair(algorithm as 'rsa-pss-sha512', {
        keyId,
        ...(isRsa ? { modulusLength: 2048 } : {}),
      })
      const { signingKey, verifyingKey } = pair
      expect(signingKey.verifyingKey).toBe(verifyingKey)
      expect(isSyncKey(signingKey)).toBe(!isRsa || backend === 'native')
      expect(isSyncKey(verifyingKey)).toBe(!isRsa || backend === 'native')
      const signature = await signingKey.sign('text')
      expect(await verifyingKey.verify('text', signature)).toBe(true)

      const pem = exportPublicKey(verifyingKey, 'pem')
      expect(exportPublicKey(signingKey, 'pem')).toBe(pem)
      // What OpenSSL writes of the same key.
      const node = crypto.createPrivateKey(await exportPrivateKey(signingKey, 'pem'))
      expect(crypto.createPublicKey(pem).export({ format: 'pem', type: 'spki' })).toBe(pem)
      expect(await exportPrivateKey(signingKey, 'pem')).toBe(node.export({ format: 'pem', type: 'pkcs8' }))
      expect(await exportPrivateKey(signingKey, 'jwk')).toMatchObject(node.export({ format: 'jwk' }))
      expect(exportPublicKey(signingKey, 'jwk')).toMatchObject(crypto.createPublicKey(pem).export({ format: 'jwk' }))

      const forms: [PrivateKey | SigningKey, VerifyingKey][] = [
        [
          await importSigningKey(await exportPrivateKey(signingKey, 'pem'), { keyId, algorithm }),
          await importVerifyingKey(pem, { keyId, algorithm }),
        ],
        [
          await importSigningKey(await exportPrivateKey(signingKey, 'jwk'), { keyId, algorithm }),
          await importVerifyingKey(exportPublicKey(signingKey, 'jwk'), { keyId, algorithm }),
        ],
        [
          await importSigningKey(await exportPrivateKey(signingKey, 'der'), { keyId, algorithm, format: 'der' }),
          await importVerifyingKey(exportPublicKey(signingKey, 'der'), { keyId, algorithm, format: 'der' }),
        ],
      ]
      if (!isRsa) {
        forms.push([
          await importSigningKey(await exportPrivateKey(signingKey, 'raw'), { keyId, algorithm }),
          await importVerifyingKey(exportPublicKey(signingKey, 'raw'), { keyId, algorithm }),
        ])
      }
      for (const [signer, verifier] of forms) {
        expect(await verifyingKey.verify('other', await signer.sign('other'))).toBe(true)
        expect(await verifier.verify('text', signature)).toBe(true)
        expect(await verifier.verify('texT', signature)).toBe(false)
        expect(exportPublicKey(signer, 'pem')).toBe(pem)
      }
    })
  },
)

test('the encrypted form is read by us and by node:crypto, with this passphrase only', async () => {
  const algorithm = 'ed25519'
  const key = await importSigningKey(keyFile('ed25519'), { keyId, algorithm })
  const passphrase = `${PASSPHRASE} ✓`
  const pem = await exportPrivateKey(key, 'encrypted-pem', { passphrase })
  expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n[^-]+-----END ENCRYPTED PRIVATE KEY-----\n$/)
  const node = crypto.createPrivateKey({ key: pem, passphrase })
  expect(crypto.createPublicKey(node).export({ format: 'pem', type: 'spki' })).toBe(exportPublicKey(key, 'pem'))
  const again = await importSigningKey(pem, { keyId, algorithm, passphrase })
  expect(exportPublicKey(again, 'pem')).toBe(exportPublicKey(key, 'pem'))
  expect(await codeOf(() => importSigningKey(pem, { keyId, algorithm, passphrase: PASSPHRASE }))).toBe('KEY_PASSPHRASE')
})

test('a public JWK names its key and use, and holds nothing private', async () => {
  const { signingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
  expect(Object.keys(exportPublicKey(signingKey, 'jwk')).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  const rsa = await importSigningKey(keyFile('rsa'), { keyId: 'bot-2', algorithm: 'rsa-pss-sha512' })
  const jwk = exportPublicKey(rsa, 'jwk')
  expect(Object.keys(jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  expect(jwk).toMatchObject({ alg: 'PS512', kid: 'bot-2', use: 'sig' })
})

test('what WebCrypto makes of our JWKs', async () => {
  const names = {
    ed25519: { name: 'Ed25519' },
    'ecdsa-p384-sha384': { name: 'ECDSA', namedCurve: 'P-384' },
    'ecdsa-p521-sha512': { name: 'ECDSA', namedCurve: 'P-521' },
  } as const
  for (const [algorithm, parameters] of Object.entries(names)) {
    const { signingKey } = await generateKeyPair(algorithm as 'ed25519', { keyId })
    const jwk = { ...exportPublicKey(signingKey, 'jwk') } as JsonWebKey
    const imported = await crypto.subtle.importKey('jwk', jwk, parameters, true, ['verify'])
    expect(imported.type).toBe('public')
  }
})

test('an exported array is the caller’s own', async () => {
  const { signingKey, verifyingKey } = await generateKeyPair('ed25519', { keyId })
  const before = new Uint8Array(signingKey.sign('text'))
  const pem = exportPublicKey(verifyingKey, 'pem')
  exportPublicKey(verifyingKey, 'raw').fill(0)
  const seed = await exportPrivateKey(signingKey, 'raw')
  seed.fill(0)
  expect(exportPublicKey(verifyingKey, 'pem')).toBe(pem)
  expect(new Uint8Array(signingKey.sign('text'))).toEqual(before)
  expect(await exportPrivateKey(signingKey, 'raw')).not.toEqual(seed)
})

describe('an export that is refused', () => {
  const algorithm = 'ed25519'
  test('without a passphrase, or with one where nothing is encrypted', async () => {
    const { signingKey } = await generateKeyPair(algorithm, { keyId })
    for (const passphrase of ['', new Uint8Array(0), undefined as never]) {
      expect(await codeOf(() => exportPrivateKey(signingKey, 'encrypted-pem', { passphrase }))).toBe('KEY_PASSPHRASE')
    }
    const plain = exportPrivateKey as unknown as (key: SigningKey, format: string, options: object) => Promise<unknown>
    for (const format of ['pem', 'der', 'raw', 'jwk']) {
      expect(await codeOf(() => plain(signingKey, format, { passphrase: 'x' }))).toBe('KEY_PASSPHRASE')
    }
    expect(await codeOf(() => plain(signingKey, 'openssh', {}))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(() => exportPublicKey(signingKey, 'ssh' as 'pem'))).toBe('ARGUMENT_INVALID')
  })

  test('RSA has no raw form', async () => {
    const rsa = await importSigningKey(keyFile('rsa'), { keyId, algorithm: 'rsa-pss-sha512' })
    expect(await codeOf(() => exportPublicKey(rsa, 'raw'))).toBe('KEY_UNSUPPORTED')
    expect(await codeOf(() => exportPrivateKey(rsa, 'raw'))).toBe('KEY_UNSUPPORTED')
  })

  test('keys that are not ours to show', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const keys: SigningKey[] = [
      hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) }),
      webCryptoSigningKey(pair.privateKey as CryptoKey, { keyId, algorithm: 'ecdsa-p256-sha256' }),
      { keyId, algorithm, sign: () => new Uint8Array(64) },
    ]
    for (const key of keys) {
      expect(await codeOf(() => exportPrivateKey(key, 'pem'))).toBe('KEY_UNSUPPORTED')
      expect(await codeOf(() => exportPublicKey(key, 'pem'))).toBe('KEY_UNSUPPORTED')
    }
    const { verifyingKey } = await generateKeyPair(algorithm, { keyId })
    expect(await codeOf(() => exportPrivateKey(verifyingKey as never, 'pem'))).toBe('KEY_UNSUPPORTED')
  })

  test('generating what cannot be', async () => {
    const generate = generateKeyPair as (algorithm: string, options: object) => Promise<unknown>
    for (const [name, options] of [
      ['hmac-sha256', { keyId }],
      ['ed25519', { keyId, modulusLength: 2048 }],
      ['rsa-pss-sha512', { keyId, modulusLength: 1024 }],
      ['rsa-pss-sha512', { keyId, modulusLength: 2047 }],
      ['rsa-pss-sha512', { keyId, modulusLength: 16_384 }],
      ['rsa-pss-sha512', { keyId, modulusLength: Number.NaN }],
      ['rsa-pss-sha512', { keyId, modulusLength: '2048' }],
      ['ed25519', { keyId: '' }],
      ['none', { keyId }],
    ] as const) {
      expect(await codeOf(() => generate(name, options))).toBe('ARGUMENT_INVALID')
    }
  })
})
