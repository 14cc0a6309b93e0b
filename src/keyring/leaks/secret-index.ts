import { base64url } from '../../crypto/encoding.js'
import { hmacSha256Key } from '../../crypto/hmac-key.js'
import type { Secret } from '../../crypto/secret.js'
import { revealed } from '../../crypto/secret.js'
import { fail } from '../../errors.js'

/** A separate key, kept like a key-encryption key: with it and a copy of the table, a guessed secret could be confirmed. */
const PEPPER_BYTES = 32

/** 128 bits: enough never to meet. It is there to be found by; nothing is verified by it. */
const INDEX_BYTES = 16

/**
 * By what a secret is found again although it lies sealed in the store: HMAC-SHA-256 of its text under a pepper, the first 16
 * bytes in base64url. It is the `secretHash` of a record: a sealing with the pepper as its `indexSecret` makes the same. The
 * text has 256 random bits, so it cannot be guessed from the index; the pepper keeps two stores from being compared.
 *
 * The pepper cannot be changed without all the secrets at hand: keep the old one for the keys it was used for.
 *
 * @throws {CountersignError} `KEY_WEAK` for a pepper below 32 bytes, `ARGUMENT_INVALID` for one that is not bytes; the function
 *   that comes back throws `ARGUMENT_INVALID` for anything but a text or its UTF-8.
 * @example
 * ```ts
 * import { randomBytes } from 'countersign'
 * import { secretIndex } from 'countersign/keyring'
 *
 * const indexOf = secretIndex(randomBytes(32))
 * const index = indexOf('acmes_live_…')
 * ```
 */
export const secretIndex = (pepper: Uint8Array | Secret): ((secret: string | Uint8Array) => string) =>
  indexWith('pepper', pepper)

/** {@link secretIndex} of a pepper that is an option of another name. */
export function indexWith(name: string, pepper: Uint8Array | Secret): (secret: string | Uint8Array) => string {
  const bytes = revealed(pepper, name)
  if (bytes.length < PEPPER_BYTES)
    fail('KEY_WEAK', `"${name}" must be at least ${PEPPER_BYTES} bytes, got ${bytes.length}`)
  const key = hmacSha256Key({ keyId: 'secret-index', secret: bytes })
  return (secret) => {
    if (typeof secret !== 'string' && !(secret instanceof Uint8Array))
      fail('ARGUMENT_INVALID', `"secret" must be a text or its bytes, got ${typeof secret}`)
    return base64url(key.sign(secret).slice(0, INDEX_BYTES))
  }
}

/**
 * {@link secretIndex} for one secret.
 *
 * @throws {CountersignError} as {@link secretIndex}.
 * @example
 * ```ts
 * import { randomBytes } from 'countersign'
 * import { hashSecret } from 'countersign/keyring'
 *
 * const index = hashSecret('acmes_live_…', randomBytes(32))
 * ```
 */
export const hashSecret = (secret: string | Uint8Array, pepper: Uint8Array | Secret): string =>
  secretIndex(pepper)(secret)
