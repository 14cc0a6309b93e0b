import { base64url } from './encoding.js'

const CHARACTERS = 22
// 33 bytes are two nonces, and no padding in between.
const POOL_BYTES = 64 * 33

let pool = ''
let used = 0

/**
 * Fresh random bytes from the platform's generator.
 *
 * @example
 * ```ts
 * import { hmacKey, randomBytes } from 'countersign'
 *
 * export const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * ```
 */
export const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

/**
 * A nonce of 22 characters of `A-Za-z0-9-_` (132 random bits), unique without any state. Drawn in blocks: one system call a
 * request would cost more than the signature.
 *
 * @example
 * ```ts
 * import { randomNonce } from 'countersign/crypto'
 *
 * console.assert(/^[A-Za-z0-9_-]{22}$/.test(randomNonce()))
 * ```
 */
export function randomNonce(): string {
  if (used === pool.length) {
    pool = base64url(randomBytes(POOL_BYTES))
    used = 0
  }
  used += CHARACTERS
  return pool.slice(used - CHARACTERS, used)
}
