import { hmac } from '#backend/hmac'
import { CountersignError } from '../errors.js'
import { HMAC_ALGORITHMS, type HmacAlgorithm } from './algorithm.js'
import type { HmacKey } from './key.js'
import { assertKeyOptions } from './key-options.js'
import { macKey } from './mac-key.js'
import type { Secret } from './secret.js'

/**
 * A shared secret that signs and verifies, with its pads precomputed. Keep the key object; do not make one a request.
 *
 * The secret is bytes (or a {@link Secret}), never a string: text is turned into bytes by whoever knows its encoding, and a
 * PEM can not become a shared secret by accident.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a bad key id, algorithm or type; `KEY_WEAK` for an empty secret.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-3.3.3 | RFC 9421 3.3.3}
 * @example
 * ```ts
 * import { hmacKey, randomBytes } from 'countersign'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * ```
 */
export function hmacKey(options: {
  readonly keyId: string
  readonly algorithm: HmacAlgorithm
  readonly secret: Uint8Array | Secret
}): HmacKey {
  assertKeyOptions('hmacKey', options, { keyId: 1, algorithm: 1, secret: 1 })
  const { algorithm } = options
  const spec = HMAC_ALGORITHMS[algorithm]
  if (spec === undefined) throw new CountersignError('ARGUMENT_INVALID', '"algorithm" must be an HMAC algorithm')
  return macKey(options, algorithm, (secret) => hmac(spec, secret))
}
