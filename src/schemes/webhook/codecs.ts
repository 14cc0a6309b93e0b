import { base64, base64Decode, base64url, base64urlDecode, fromHex, hex } from '../../crypto/encoding.js'

// Looked up, and not compared: which digit of a signature comes next no processor can guess, and a wrong guess takes longer
// than the digit. A code beyond the table makes the value negative as well.
const NIBBLES = /* @__PURE__ */ Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code)),
)
const nibble = (code: number): number => (NIBBLES[code & 127] as number) | -(code >> 7)

/** How a signature is written. One object for each, so that a bundle holds those of its senders and no other. */
export interface Codec {
  readonly name: 'hex' | 'base64' | 'base64url'
  readonly encode: (bytes: Uint8Array) => string
  /** The bytes of a part of a text; `undefined` for every spelling but the one. */
  readonly decode: (text: string, from?: number, to?: number) => Uint8Array | undefined
}

// Not of a slice: each character of one is looked for in the text that it was cut from.
export const HEX: Codec = { name: 'hex', encode: hex, decode: (text, from, to) => fromHex(text, nibble, from, to) }
export const BASE64: Codec = { name: 'base64', encode: base64, decode: (...part) => base64Decode(cut(...part)) }
export const BASE64URL: Codec = {
  name: 'base64url',
  encode: base64url,
  decode: (...part) => base64urlDecode(cut(...part)),
}

const cut = (text: string, from?: number, to?: number): string => text.slice(from, to)
