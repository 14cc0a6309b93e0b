import { PBKDF2_ITERATIONS, pbes2Document } from '../../../crypto/format/pbes2-document.js'
import { formatPem } from '../../../crypto/format/pem.js'

/** A key pair that was made here; only `publicKey` is sent. */
export interface DownloadPair {
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string
  /** PEM, PKCS#8 under the passphrase: PBKDF2-HMAC-SHA-256 with 600 000 rounds and AES-256-CBC. */
  readonly encryptedPrivateKey: string
}

/** The browser's own PBKDF2 and AES: what the package has for other platforms is no part of the page. */
async function seal(pkcs8: Uint8Array<ArrayBuffer>, passphrase: string): Promise<Uint8Array> {
  const { subtle } = crypto
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(16))
  const password = await subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, ['deriveKey'])
  const key = await subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: PBKDF2_ITERATIONS },
    password,
    { name: 'AES-CBC', length: 256 },
    false,
    ['encrypt'],
  )
  const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-CBC', iv }, key, pkcs8))
  return pbes2Document({ salt, iv, sealed })
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
      encryptedPrivateKey: formatPem('ENCRYPTED PRIVATE KEY', await seal(bare, passphrase)),
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
