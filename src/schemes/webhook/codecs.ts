import { base64, base64Decode, base64url, base64urlDecode, hex, hexDecode } from '../../crypto/encoding.js'

/** How a signature is written. One object for each, so that a bundle holds those of its senders and no other. */
export interface Codec {
  readonly name: 'hex' | 'base64' | 'base64url'
  readonly encode: (bytes: Uint8Array) => string
  /** `undefined` for every spelling but the one. */
  readonly decode: (text: string) => Uint8Array | undefined
}

export const HEX: Codec = { name: 'hex', encode: hex, decode: hexDecode }
export const BASE64: Codec = { name: 'base64', encode: base64, decode: base64Decode }
export const BASE64URL: Codec = { name: 'base64url', encode: base64url, decode: base64urlDecode }
