import { generateKeyPairSync } from 'node:crypto'
import { readAge } from '../../../src/crypto/age-file.js'
import { readCertificates } from '../../../src/crypto/format/certificate.js'
import { structureOf } from '../../../src/crypto/format/key-structure.js'
import { importSigningKey, importVerifyingKey } from '../../../src/crypto/index.js'
import { reads, refusing, type Target } from '../target.js'

const made = (type: 'ed25519' | 'ec' | 'rsa') => {
  const keys =
    type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    private: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    public: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: JSON.stringify(keys.publicKey.export({ format: 'jwk' })),
    der: new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' })),
  }
}
const KEYS = { ed25519: made('ed25519'), 'ecdsa-p256-sha256': made('ec'), 'rsa-pss-sha512': made('rsa') } as const

const ofAlgorithm = (algorithm: keyof typeof KEYS): Target[] => {
  const seeds = KEYS[algorithm]
  const options = { keyId: 'k', algorithm } as const
  return [
    reads(`private-key-${algorithm}`, [seeds.private], (input) => importSigningKey(input, options as never)),
    reads(`public-key-${algorithm}`, [seeds.public, seeds.jwk], (input) => {
      let jwk: unknown
      try {
        jwk = JSON.parse(input)
      } catch {
        // Then it is a PEM, or nothing.
      }
      return importVerifyingKey((jwk ?? input) as never, options as never)
    }),
  ]
}

export const targets: readonly Target[] = [
  ...ofAlgorithm('ed25519'),
  ...ofAlgorithm('ecdsa-p256-sha256'),
  ...ofAlgorithm('rsa-pss-sha512'),
  {
    name: 'der-structure',
    run: (bytes) => refusing(() => structureOf(bytes)),
    seeds: () => Object.values(KEYS).map(({ der }) => der),
  },
  reads('certificates', ['-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'], (input) =>
    readCertificates(input, 4),
  ),
  reads(
    'age-file',
    [
      'age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n--- AAAA\n',
    ],
    readAge,
  ),
]
