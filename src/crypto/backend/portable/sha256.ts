import { sha256 } from '@noble/hashes/sha2.js'
import { ENCODE, utf8 } from '../../encoding.js'
import type { Bytes, TextEncoding } from '../../key.js'

/** SHA-256 as text, without the other hashes in the bundle. */
export const sha256Text = (data: Bytes, encoding: TextEncoding): string =>
  ENCODE[encoding](sha256(typeof data === 'string' ? utf8(data) : data))
