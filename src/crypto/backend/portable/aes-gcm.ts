import { gcm } from '@noble/ciphers/aes.js'

export const aesGcmSeal = (key: Uint8Array, nonce: Uint8Array, data: Uint8Array, associated: Uint8Array): Uint8Array =>
  gcm(key, nonce, associated).encrypt(data)

export function aesGcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associated: Uint8Array,
): Uint8Array | undefined {
  try {
    return gcm(key, nonce, associated).decrypt(sealed)
  } catch {
    // The tag differs, or there is none.
  }
  return undefined
}
