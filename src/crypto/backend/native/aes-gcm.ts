import crypto from 'node:crypto'

// Without it Node takes any tag of 4 bytes or more, and a forger needs 2^32 tries.
const TAG = { authTagLength: 16 }

export function aesGcmSeal(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, associated: Uint8Array): Uint8Array {
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce, TAG)
  cipher.setAAD(associated)
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]))
}

export function aesGcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associated: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < 16) return undefined
  const end = sealed.length - 16
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce, TAG)
  decipher.setAAD(associated)
  decipher.setAuthTag(sealed.subarray(end))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]))
  } catch {
    // The tag differs.
  }
  return undefined
}
