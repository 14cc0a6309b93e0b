import { chacha20poly1305 } from '@noble/ciphers/chacha.js'

// Apart from XChaCha20-Poly1305, so that a bundle with one does not pay for both.

/** ChaCha20-Poly1305 (RFC 8439) with a 12-byte nonce, for a key that encrypts one message. */
export const chachaSeal = (key: Uint8Array, nonce: Uint8Array, data: Uint8Array): Uint8Array =>
  chacha20poly1305(key, nonce).encrypt(data)

/** `undefined` where anything differs. */
export function chachaOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return chacha20poly1305(key, nonce).decrypt(sealed)
  } catch {
    return undefined
  }
}
