import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js'

/** ChaCha20-Poly1305 (RFC 8439) with a 12-byte nonce, for a key that encrypts one message. */
export const chachaSeal = (key: Uint8Array, nonce: Uint8Array, data: Uint8Array): Uint8Array =>
  chacha20poly1305(key, nonce).encrypt(data)

/** `undefined` where anything differs. */
export function chachaOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return chacha20poly1305(key, nonce).decrypt(sealed)
  } catch {
    // As where the tag differs.
  }
  return undefined
}

/** XChaCha20-Poly1305 with a 24-byte nonce; Node has none of its own, so both backends share noble's. */
export const xchachaSeal = (key: Uint8Array, nonce: Uint8Array, data: Uint8Array, associated: Uint8Array): Uint8Array =>
  xchacha20poly1305(key, nonce, associated).encrypt(data)

/** `undefined` where anything differs. */
export function xchachaOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associated: Uint8Array,
): Uint8Array | undefined {
  try {
    return xchacha20poly1305(key, nonce, associated).decrypt(sealed)
  } catch {
    // As where the tag differs.
  }
  return undefined
}
