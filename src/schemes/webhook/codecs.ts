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
  /** `undefined` for every spelling but the one. */
  readonly decode: (text: string) => Uint8Array | undefined
}

export const HEX: Codec = { name: 'hex', encode: hex, decode: (text) => fromHex(text, nibble) }
export const BASE64: Codec = { name: 'base64', encode: base64, decode: base64Decode }
export const BASE64URL: Codec = { name: 'base64url', encode: base64url, decode: base64urlDecode }
