import { sha256 } from '@noble/hashes/sha2.js'
import { ENCODE, hex, utf8 } from '../../encoding.js'
import type { Bytes, TextEncoding } from '../../key.js'

const digest = (data: Bytes): Uint8Array => sha256(typeof data === 'string' ? utf8(data) : data)

/** SHA-256 as text, without the other hashes in the bundle. */
export const sha256Text = (data: Bytes, encoding: TextEncoding): string => ENCODE[encoding](digest(data))

/** SHA-256 in hexadecimal, without the other encodings either. */
export const sha256Hex = (data: Bytes): string => hex(digest(data))
