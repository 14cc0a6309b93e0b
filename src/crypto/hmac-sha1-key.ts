import { hmacSha1 } from '#backend/hmac-sha1'
import { type CheckedSecret, checkedKey, macKey, type SecretOptions } from './hmac-key.js'
import { assertKeyOptions, type HmacKey } from './key.js'

/**
 * A shared secret for HMAC-SHA1, which Twilio, OAuth 1.0a and other older services sign with. No forgery of HMAC-SHA1 is known
 * (RFC 6151 and 6194 treat the hashes alone), but nothing new should be built on it: a verifier takes such a key only where its
 * scheme or policy names the algorithm.
 *
 * @throws {CountersignError} as `hmacKey`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc2104 | RFC 2104}
 * @example
 * ```ts
 * import { hmacSha1Key, Secret } from 'countersign/crypto'
 *
 * const key = hmacSha1Key({ keyId: 'twilio', secret: Secret.fromText('an-auth-token-of-the-account') })
 * ```
 */
export function hmacSha1Key(options: SecretOptions): HmacKey {
  assertKeyOptions('hmacSha1Key', options, { keyId: 2, secret: 2 })
  return macKey(options, 'hmac-sha1', hmacSha1)
}

/** {@link hmacSha1Key} of parts that are right: without the words of its checks. */
export const checkedSha1Key = (parts: CheckedSecret): HmacKey => checkedKey(parts, 'hmac-sha1', hmacSha1)
