import { encryptPkcs8 } from '../../../crypto/format/pbes2.js'
import { formatPem } from '../../../crypto/format/pem.js'

/** A key pair that was made here; only `publicKey` is sent. */
export interface DownloadPair {
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string
  /** PEM, PKCS#8 under the passphrase: PBKDF2-HMAC-SHA-256 with 600 000 rounds and AES-256-CBC. */
  readonly encryptedPrivateKey: string
}

/**
 * Makes an Ed25519 pair and seals its private half under a passphrase.
 *
 * @throws where this browser has no Ed25519; the page then offers the other kinds.
 */
export async function makePair(passphrase: string): Promise<DownloadPair> {
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as CryptoKeyPair
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey('spki', pair.publicKey),
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
  ])
  const bare = new Uint8Array(pkcs8)
  try {
    return {
      publicKey: formatPem('PUBLIC KEY', new Uint8Array(spki)),
      encryptedPrivateKey: formatPem('ENCRYPTED PRIVATE KEY', await encryptPkcs8(bare, passphrase)),
    }
  } finally {
    bare.fill(0)
  }
}

// Without 0, O, 1, l and I, which are read wrongly from paper: 32 signs, so that no one of them is more likely.
const SIGNS = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A passphrase of 120 bits in groups of four. */
export const newPassphrase = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => SIGNS[byte % 32])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')
