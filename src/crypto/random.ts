import { assertInteger } from '../errors.js'
import { base64url } from './encoding.js'

const CHARACTERS = 22
// 33 bytes are two nonces, and no padding in between.
const POOL_BYTES = 64 * 33
// What the generator gives at once.
const MOST = 65_536

let pool = ''
let used = 0

/**
 * Fresh random bytes from the platform's generator.
 *
 * @param length from 0 to 65536
 * @throws {CountersignError} `ARGUMENT_INVALID` for any other.
 * @example
 * ```ts
 * import { hmacKey, randomBytes } from 'countersign'
 *
 * export const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * ```
 */
export function randomBytes(length: number): Uint8Array {
  // Of anything else an array would be made as well, mostly an empty one.
  assertInteger('length', length, 0, MOST, 'randomBytes: ', 'ARGUMENT_INVALID')
  return drawBytes(length)
}

/** {@link randomBytes} for lengths that are ours. */
export const drawBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

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
  // Stryker disable next-line ConditionalExpression: drawn for each nonce they are as random, and cost more
  if (used === pool.length) {
    pool = base64url(drawBytes(POOL_BYTES))
    used = 0
  }
  used += CHARACTERS
  return pool.slice(used - CHARACTERS, used)
}
