import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  keysetSource,
  loadSecret,
  readVaultFile,
  secretText,
  signingKeyFrom,
  updateVaultFile,
  writeVaultFile,
} from '../../../src/client/load-secret.js'
import {
  ecdsaPrivateKey,
  ecdsaSigningKey,
  ecdsaVerifyingKey,
  ed25519PrivateKey,
  ed25519SigningKey,
  ed25519VerifyingKey,
  exportPrivateKey,
  exportPublicKey,
  generateKeyPair,
  hmacKey,
  hmacSha1Key,
  hmacSha256Key,
  importEcdsaSigningKey,
  importEcdsaVerifyingKey,
  importEd25519SigningKey,
  importEd25519VerifyingKey,
  importRsaSigningKey,
  importRsaVerifyingKey,
  importSigningKey,
  importVerifyingKey,
  Secret,
  validateForRegistration,
  webCryptoSigningKey,
  webCryptoVerifyingKey,
} from '../../../src/crypto/index.js'
import { openVault, sealVault } from '../../../src/crypto/vault.js'
import { importExchangeKey } from '../../../src/exchange/index.js'
import type { OptionsRoom, OptionsRow } from './row.js'

const keyId = 'k'
const secret = new Uint8Array(32).fill(7)
const passphrase = Secret.fromText('correct horse battery staple')
const ed = (await generateKeyPair('ed25519', { keyId })).signingKey
const ec = (await generateKeyPair('ecdsa-p256-sha256', { keyId })).signingKey
const rsa = (await generateKeyPair('rsa-pss-sha256', { keyId, modulusLength: 2048 })).signingKey
const [edPem, ecPem, rsaPem] = (await Promise.all([ed, ec, rsa].map((key) => exportPrivateKey(key, 'pem')))) as [
  string,
  string,
  string,
]
const publicPem = (key: typeof ed | typeof rsa): string => exportPublicKey(key, 'pem')
const subtle = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
  'sign',
  'verify',
])) as CryptoKeyPair
const vault = await sealVault({ s: secret }, { passphrase, workFactor: 14 })
const env = { S: 'a'.repeat(32), PEM: edPem, P: 'correct horse battery staple', SET: '{"primary":"k","keys":[]}' }

/** A vault's file for one call, which is gone afterwards. */
async function withFile(use: (path: string) => unknown): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-options-'))
  try {
    return await use(join(folder, 'vault'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const cheap = { passphrase: 'env:P', env, workFactor: 14 }

type Call = OptionsRow['call']
const crypt = (name: string, call: Call, ...misspelt: Array<readonly [string, string]>): OptionsRow => ({
  name: `countersign/crypto#${name}`,
  call,
  misspelt: [['keyid', 'keyId'], ['kid', 'keyId'], ...misspelt],
})
const from = (name: string, call: Call, ...misspelt: Array<readonly [string, string]>): OptionsRow => ({
  name: `countersign/client/load-secret#${name}`,
  call,
  misspelt: [['timeout', 'timeoutMs'], ...misspelt],
})
const algorithm = 'ecdsa-p256-sha256'

export const room: OptionsRoom = {
  rows: [
    crypt('hmacKey', (extra) => hmacKey({ keyId, algorithm: 'hmac-sha256', secret, ...extra }), ['alg', 'algorithm']),
    crypt('hmacSha1Key', (extra) => hmacSha1Key({ keyId, secret, ...extra }), ['secrets', 'secret']),
    crypt('hmacSha256Key', (extra) => hmacSha256Key({ keyId, secret, ...extra }), ['secrets', 'secret']),
    crypt('ed25519SigningKey', (extra) => ed25519SigningKey({ keyId, seed: secret, ...extra }), ['sed', 'seed']),
    crypt('ed25519PrivateKey', (extra) => ed25519PrivateKey({ keyId, seed: secret, ...extra }), ['sed', 'seed']),
    crypt(
      'ed25519VerifyingKey',
      (extra) => ed25519VerifyingKey({ keyId, publicKey: exportPublicKey(ed, 'raw'), ...extra }),
      ['threads', 'threadPool'],
      ['publickey', 'publicKey'],
    ),
    crypt('ecdsaSigningKey', (extra) => ecdsaSigningKey({ keyId, algorithm, scalar: secret, ...extra }), [
      'scalr',
      'scalar',
    ]),
    crypt('ecdsaPrivateKey', (extra) => ecdsaPrivateKey({ keyId, algorithm, scalar: secret, ...extra }), [
      'scalr',
      'scalar',
    ]),
    crypt(
      'ecdsaVerifyingKey',
      (extra) => ecdsaVerifyingKey({ keyId, algorithm, point: exportPublicKey(ec, 'raw'), ...extra }),
      ['points', 'point'],
    ),
    crypt(
      'importSigningKey',
      (extra) => importSigningKey(edPem, { keyId, algorithm: 'ed25519', ...extra }),
      ['passPhrase', 'passphrase'],
      ['password', 'passphrase'],
      ['threadpool', 'threadPool'],
    ),
    crypt(
      'importVerifyingKey',
      (extra) => importVerifyingKey(publicPem(ed), { keyId, algorithm: 'ed25519', ...extra }),
      ['fromat', 'format'],
    ),
    crypt('importEd25519SigningKey', (extra) => importEd25519SigningKey(edPem, { keyId, ...extra }), [
      'fromat',
      'format',
    ]),
    crypt('importEd25519VerifyingKey', (extra) => importEd25519VerifyingKey(publicPem(ed), { keyId, ...extra }), [
      'fromat',
      'format',
    ]),
    crypt('importEcdsaSigningKey', (extra) => importEcdsaSigningKey(ecPem, { keyId, algorithm, ...extra }), [
      'fromat',
      'format',
    ]),
    crypt(
      'importEcdsaVerifyingKey',
      (extra) => importEcdsaVerifyingKey(publicPem(ec as never), { keyId, algorithm, ...extra }),
      ['fromat', 'format'],
    ),
    crypt(
      'importRsaSigningKey',
      (extra) => importRsaSigningKey(rsaPem, { keyId, algorithm: 'rsa-pss-sha256', ...extra }),
      ['threadpool', 'threadPool'],
    ),
    crypt(
      'importRsaVerifyingKey',
      (extra) => importRsaVerifyingKey(publicPem(rsa), { keyId, algorithm: 'rsa-pss-sha256', ...extra }),
      ['threadpool', 'threadPool'],
    ),
    crypt('webCryptoSigningKey', (extra) => webCryptoSigningKey(subtle.privateKey, { keyId, algorithm, ...extra })),
    crypt('webCryptoVerifyingKey', (extra) => webCryptoVerifyingKey(subtle.publicKey, { keyId, algorithm, ...extra })),
    crypt('generateKeyPair', (extra) => generateKeyPair('ed25519', { keyId, ...extra }), ['modulus', 'modulusLength']),
    {
      name: 'countersign/crypto#validateForRegistration',
      call: (extra) => validateForRegistration(secret, { algorithm: 'hmac-sha256', ...extra }),
      misspelt: [['alg', 'algorithm']],
    },
    {
      name: 'countersign/crypto#exportPrivateKey',
      call: (extra) => exportPrivateKey(ed, 'encrypted-pem', { passphrase, ...extra }),
      misspelt: [['password', 'passphrase']],
    },
    {
      name: 'countersign/crypto/vault#sealVault',
      call: (extra) => sealVault({ s: secret }, { passphrase, workFactor: 14, ...extra }),
      misspelt: [['workfactor', 'workFactor']],
    },
    {
      name: 'countersign/crypto/vault#openVault',
      call: (extra) => openVault(vault, { passphrase, ...extra }),
      misspelt: [['password', 'passphrase']],
    },
    {
      name: 'countersign/exchange#importExchangeKey',
      call: (extra) => importExchangeKey(edPem, { apiKey: 'key', type: 'ed25519', ...extra }),
      misspelt: [
        ['keyId', 'apiKey'],
        ['algorithm', 'type'],
        ['passPhrase', 'passphrase'],
      ],
    },
    from('loadSecret', (extra) => loadSecret('env:S', { env, ...extra }), ['environment', 'env']),
    from('secretText', (extra) => secretText('env:S', { env, ...extra }), ['environment', 'env']),
    from('signingKeyFrom', (extra) => signingKeyFrom('env:PEM', { keyId, algorithm: 'ed25519', env, ...extra }), [
      'vaultPassword',
      'vaultPassphrase',
    ]),
    from('keysetSource', (extra) => keysetSource('env:SET', { env, ...extra }), ['passPhrase', 'passphrase']),
    from(
      'readVaultFile',
      (extra) =>
        withFile(async (path) => {
          await writeVaultFile(path, { s: secret }, cheap)
          return readVaultFile(path, { passphrase: 'env:P', env, ...extra })
        }),
      ['passPhrase', 'passphrase'],
    ),
    from('writeVaultFile', (extra) => withFile((path) => writeVaultFile(path, { s: secret }, { ...cheap, ...extra })), [
      'overWrite',
      'overwrite',
    ]),
    from(
      'updateVaultFile',
      (extra) =>
        withFile(async (path) => {
          await writeVaultFile(path, { s: secret }, cheap)
          return updateVaultFile(path, (entries) => void entries.set('t', secret), { ...cheap, ...extra })
        }),
      ['newpassphrase', 'newPassphrase'],
    ),
  ],
  without: {
    'countersign#Secret': 'made by its own functions',
    'countersign/crypto#exportPublicKey': '',
    'countersign/crypto#generateSecret': '',
    'countersign/crypto#isAlgorithm': '',
    'countersign/crypto#isSyncKey': '',
    'countersign/crypto#jwkThumbprint': '',
    'countersign/crypto#randomBytes': '',
    'countersign/crypto#randomNonce': '',
    'countersign/crypto#requireSync': '',
  },
}
