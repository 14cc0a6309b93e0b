import { base64, utf8, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'

/** A text to sign as characters. */
export const textOf = (base: Bytes): string => (typeof base === 'string' ? base : (utf8Decode(base) ?? ''))

export const base64Of = (base: Bytes): string => base64(typeof base === 'string' ? utf8(base) : base)

/** UTF-16, little endian, as .NET's Encoding.Unicode writes it. */
export const utf16 = (value: string): Uint8Array => {
  const out = new Uint8Array(2 * value.length)
  for (let at = 0; at < value.length; at++) {
    out[2 * at] = value.charCodeAt(at) & 0xff
    out[2 * at + 1] = value.charCodeAt(at) >> 8
  }
  return out
}

/** Latin-1; `undefined` where a character is none of it, or all are of ASCII. */
export const latin1 = (value: string): Uint8Array | undefined =>
  /^[\0-\xff]*[\x80-\xff][\0-\xff]*$/.test(value) ? Uint8Array.from(value, (one) => one.charCodeAt(0)) : undefined
