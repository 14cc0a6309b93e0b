import { hmac, hmacSha256 } from '#backend/hmac'
import { fail } from '../errors.js'
import { HMAC_HASHES, type HmacAlgorithm, type WeakAlgorithm } from './algorithm.js'
import type { Mac } from './backend/backend.js'
import { hold } from './held.js'
import { assertKeyId, assertKeyOptions, type HmacKey } from './key.js'
import { revealed, type Secret } from './secret.js'

/** A shared secret by the name the other side knows it by. */
export interface SecretOptions {
  readonly keyId: string
  readonly secret: Uint8Array | Secret
}

/** What a factory has read and checked, with its name in the errors. */
export interface CheckedSecret {
  readonly keyId: string
  readonly secret: Uint8Array
}

/** A key of parts that are right. */
export const checkedKey = (
  { keyId, secret }: CheckedSecret,
  algorithm: HmacAlgorithm | WeakAlgorithm,
  mac: (secret: Uint8Array) => Mac,
): HmacKey => hold({ keyId, algorithm, ...mac(secret) }, { sync: true, secretBytes: secret.length })

/** {@link hmacSha256Key} of parts that are right: without the words of its checks. */
export const checkedSha256Key = (parts: CheckedSecret): HmacKey => checkedKey(parts, 'hmac-sha256', hmacSha256)

/** A key over any symmetric function. @throws {CountersignError} as `hmacKey`. */
export function macKey(
  { keyId, secret }: SecretOptions,
  algorithm: HmacAlgorithm | WeakAlgorithm,
  mac: (secret: Uint8Array) => Mac,
): HmacKey {
  assertKeyId(keyId)
  if (typeof secret === 'string')
    fail(
      'ARGUMENT_INVALID',
      '"secret" must be bytes or a Secret, got a string: Secret.fromText(text), or its bytes where it is base64 or hex',
    )
  const bytes = revealed(secret, 'secret')
  if (bytes.length === 0) fail('KEY_WEAK', '"secret" must have at least 1 byte, got 0')
  return checkedKey({ keyId, secret: bytes }, algorithm, mac)
}

/**
 * A shared secret that signs and verifies, with its pads precomputed. Keep the key object; do not make one per request.
 *
 * The secret is bytes (or a {@link Secret}), never a string: the caller knows the encoding of a text and makes the bytes, and a
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
  /** Under which id the other side knows the key. */
  readonly keyId: string
  /** What it signs with. */
  readonly algorithm: HmacAlgorithm
  /** The bytes that both sides share. */
  readonly secret: Uint8Array | Secret
}): HmacKey {
  assertKeyOptions('hmacKey', options, { keyId: 2, algorithm: 2, secret: 2 })
  const { algorithm } = options
  const hash = HMAC_HASHES[algorithm]
  if (hash === undefined) fail('ARGUMENT_INVALID', `"algorithm" must be one of ${Object.keys(HMAC_HASHES).join(', ')}`)
  return macKey(options, algorithm, (secret) => hmac(hash, secret))
}

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
  assertKeyOptions('hmacSha256Key', options, { keyId: 2, secret: 2 })
  return macKey(options, 'hmac-sha256', hmacSha256)
}
