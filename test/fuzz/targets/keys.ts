import { generateKeyPairSync } from 'node:crypto'
import { openSshKey } from '../../../src/console/page/create/open-ssh.js'
import { readAge } from '../../../src/crypto/age-file.js'
import { DECODE, ENCODE } from '../../../src/crypto/encoding.js'
import { readCertificates } from '../../../src/crypto/format/certificate.js'
import { structureOf } from '../../../src/crypto/format/key-structure.js'
import { importSigningKey, importVerifyingKey } from '../../../src/crypto/index.js'
import { packEntries, unpackEntries } from '../../../src/crypto/vault-entries.js'
import { holds, reads, refusing, type Target } from '../target.js'

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
  // One text for the same bytes: what is decoded is encoded to the very text again.
  ...(['hex', 'base64', 'base64url'] as const).map((name) =>
    reads(`encoding-${name}`, ['00ff', 'AP8=', 'AP8', 'Zm9vYmFy'], (input) => {
      const bytes = DECODE[name](input)
      if (bytes !== undefined) holds(ENCODE[name](bytes) === input, 'one text for the same bytes')
    }),
  ),
  reads(
    'open-ssh-key',
    [
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOhmG3hihBF4YteCaeM7Dn/usp1vkvK16TVQDRuD0bvi bot',
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAgCB',
    ],
    openSshKey,
  ),
  {
    name: 'vault-entries',
    run: (bytes) =>
      refusing(() => {
        const entries = unpackEntries(bytes)
        const again = unpackEntries(packEntries(entries))
        const shown = (one: typeof entries) => [...one].map(([name, secret]) => [name, secret.revealText()]).sort()
        holds(JSON.stringify(shown(again)) === JSON.stringify(shown(entries)), 'what is packed is unpacked the same')
      }),
    seeds: () => ['{"bot-1":{"base64":"AAECAw=="},"okx":"a secret that is text"}\n'],
  },
]
