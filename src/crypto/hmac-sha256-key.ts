import { hmacSha256 } from '#backend/hmac-sha256'
import type { HmacKey } from './key.js'
import { assertKeyOptions } from './key-options.js'
import { macKey, type SecretOptions } from './mac-key.js'

/**
 * `hmacKey` with `hmac-sha256`, and without the other hashes in a browser's bundle.
 *
 * @throws {CountersignError} as `hmacKey`.
 * @example
 * ```ts
 * import { hmacSha256Key, randomBytes } from 'countersign/crypto'
 *
 * const key = hmacSha256Key({ keyId: 'bot-1', secret: randomBytes(32) })
 * ```
 */
export function hmacSha256Key(options: SecretOptions): HmacKey {
  assertKeyOptions('hmacSha256Key', options, { keyId: 1, secret: 1 })
  return macKey(options, 'hmac-sha256', hmacSha256)
}
