import { hmac } from '#backend/hmac'
import { HMAC_HASHES, type HmacAlgorithm } from '../../crypto/algorithm.js'
import { base64Decode, base64urlDecode, utf8 } from '../../crypto/encoding.js'
import { type CheckedSecret, checkedKey } from '../../crypto/hmac-key.js'
import type { HmacKey } from '../../crypto/key.js'

/** How the text of an exchange's secret becomes the bytes of a key. */
export interface SecretEncoding {
  /** For messages: what was expected. */
  readonly name: string
  /** `undefined` for text of any other form. */
  read(text: string): Uint8Array | undefined
}

const keyOf = (parts: CheckedSecret, algorithm: HmacAlgorithm): HmacKey =>
  checkedKey(parts, algorithm, (secret) => hmac(HMAC_HASHES[algorithm], secret))

/** A key of exchanges that sign with HMAC-SHA384. */
export const checkedSha384Key = (parts: CheckedSecret): HmacKey => keyOf(parts, 'hmac-sha384')

/** A key of exchanges that sign with HMAC-SHA512. */
export const checkedSha512Key = (parts: CheckedSecret): HmacKey => keyOf(parts, 'hmac-sha512')

/** The characters themselves. */
export const utf8Secret: SecretEncoding = { name: 'the text the exchange showed', read: utf8 }

/** Padded standard base64 of the bytes. */
export const base64Secret: SecretEncoding = { name: 'padded base64', read: base64Decode }

/** URL-safe base64 of the bytes, padded or not. */
export const base64urlSecret: SecretEncoding = {
  name: 'URL-safe base64',
  read: (text) => base64urlDecode(text.replace(/={1,2}$/, '')),
}
