import { hmac } from '@noble/hashes/hmac.js'
import { equalBytes, utf8 } from '../../encoding.js'
import type { Bytes } from '../../key.js'
import { sha256 } from './one-hash.js'

/** HMAC-SHA256 over parts that are joined as they are: for one call, without the states that a key keeps for the next. */
export function hmacSha256Once(secret: Uint8Array, ...parts: readonly Bytes[]): Uint8Array {
  const state = hmac.create(sha256, secret)
  for (const part of parts) state.update(typeof part === 'string' ? utf8(part) : part)
  return state.digest()
}

/** Whether {@link hmacSha256Once} gives this signature, compared in constant time. */
export const isHmacSha256 = (signature: Uint8Array, secret: Uint8Array, ...parts: readonly Bytes[]): boolean =>
  equalBytes(hmacSha256Once(secret, ...parts), signature)
