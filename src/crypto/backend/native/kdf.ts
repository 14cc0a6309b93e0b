import crypto from 'node:crypto'
import { promisify } from 'node:util'
import { fail } from '../../../errors.js'
import type { Prf, ScryptCost } from '../backend.js'

const pbkdf2Async = /* @__PURE__ */ promisify(crypto.pbkdf2)
const scryptAsync = /* @__PURE__ */ promisify<Uint8Array, Uint8Array, number, crypto.ScryptOptions, Buffer>(
  crypto.scrypt,
)

/** PBKDF2 (RFC 8018 5.2) in the thread pool. */
export const pbkdf2 = (
  prf: Prf,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Promise<Uint8Array> => pbkdf2Async(password, salt, iterations, length, prf)

/** scrypt (RFC 7914) in the thread pool. Node's default memory limit refuses common costs; the caller has bounded them. */
export const scrypt = (
  password: Uint8Array,
  salt: Uint8Array,
  { N, r, p }: ScryptCost,
  length: number,
): Promise<Uint8Array> => scryptAsync(password, salt, length, { N, r, p, maxmem: 128 * r * (N + p + 2) + 1024 })

/** Deno's node:crypto has no AES-192. */
function cipherOf<T>(key: Uint8Array, make: (name: string) => T): T {
  try {
    return make(`aes-${8 * key.length}-cbc`)
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ERR_CRYPTO_UNKNOWN_CIPHER') throw error
    fail('KEY_UNSUPPORTED', `node:crypto does not support AES-${8 * key.length}`)
  }
}

export async function aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const cipher = cipherOf(key, (name) => crypto.createCipheriv(name, key, iv))
  return Buffer.concat([cipher.update(data), cipher.final()])
}

export async function aesCbcDecrypt(
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Promise<Uint8Array | undefined> {
  const decipher = cipherOf(key, (name) => crypto.createDecipheriv(name, key, iv))
  try {
    return Buffer.concat([decipher.update(data), decipher.final()])
  } catch {
    // The padding is none.
  }
  return undefined
}
