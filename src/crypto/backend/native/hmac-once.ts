import crypto from 'node:crypto'
import type { Bytes } from '../../key.js'

/** HMAC-SHA256 over parts that are joined as they are: for one call, without the states that a key keeps for the next. */
export function hmacSha256Once(secret: Uint8Array, ...parts: readonly Bytes[]): Uint8Array {
  const state = crypto.createHmac('sha256', secret)
  for (const part of parts) state.update(part)
  return state.digest()
}

/** Whether {@link hmacSha256Once} gives this signature, compared in constant time. */
export const isHmacSha256 = (signature: Uint8Array, secret: Uint8Array, ...parts: readonly Bytes[]): boolean =>
  signature.length === 32 && crypto.timingSafeEqual(hmacSha256Once(secret, ...parts), signature)
