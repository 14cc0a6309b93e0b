import { base64, base64url, base64urlDecode, fromHex, hex } from '../../crypto/encoding.js'

const EQUALS = 61

// Looked up, and not compared: which digit of a signature comes next no processor can guess, and a wrong guess takes longer
// than the digit. A code beyond the table makes the value negative as well.
const NIBBLES = /* @__PURE__ */ Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code)),
)
const nibble = (code: number): number => (NIBBLES[code & 127] as number) | -(code >> 7)

const SEXTETS = /* @__PURE__ */ Int8Array.from({ length: 128 }, (_, code) =>
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(String.fromCharCode(code)),
)
const sextet = (text: string, at: number): number => {
  const code = text.charCodeAt(at)
  return (SEXTETS[code & 127] as number) | -(code >> 7)
}

/** The strict reading of `base64Decode`, four characters at a time: one after another takes half as long again. */
function fromBase64(text: string, from = 0, to: number = text.length): Uint8Array | undefined {
  if ((to - from) % 4) return undefined
  // The last four may end in padding.
  const whole = to > from && text.charCodeAt(to - 1) === EQUALS ? to - 4 : to
  const padding = whole === to ? 0 : text.charCodeAt(to - 2) === EQUALS ? 2 : 1
  const out = new Uint8Array(((to - from) / 4) * 3 - padding)
  let next = 0
  // One character that is none makes it negative for good.
  let all = 0
  for (let at = from; at < whole; at += 4) {
    const three =
      (sextet(text, at) << 18) | (sextet(text, at + 1) << 12) | (sextet(text, at + 2) << 6) | sextet(text, at + 3)
    all |= three
    out[next++] = three >> 16
    out[next++] = three >> 8
    out[next++] = three
  }
  if (padding === 0) return all < 0 ? undefined : out
  const last =
    (sextet(text, whole) << 18) | (sextet(text, whole + 1) << 12) | (padding === 1 ? sextet(text, whole + 2) << 6 : 0)
  out[next++] = last >> 16
  // Nothing is written past the end.
  out[next] = last >> 8
  // Bits that are left over must be zero: with others the same signature would have many texts.
  return (all | last) < 0 || last & (padding === 1 ? 0xff : 0xffff) ? undefined : out
}

/** How a signature is written. One object for each, so that a bundle holds those of its senders and no other. */
export interface Codec {
  readonly name: 'hex' | 'base64' | 'base64url'
  readonly encode: (bytes: Uint8Array) => string
  /** The bytes of a part of a text; `undefined` for every spelling but the one. */
  readonly decode: (text: string, from?: number, to?: number) => Uint8Array | undefined
}

// Not of a slice: each character of one is looked for in the text that it was cut from.
export const HEX: Codec = { name: 'hex', encode: hex, decode: (text, from, to) => fromHex(text, nibble, from, to) }
export const BASE64: Codec = { name: 'base64', encode: base64, decode: fromBase64 }
export const BASE64URL: Codec = {
  name: 'base64url',
  encode: base64url,
  decode: (...part) => base64urlDecode(cut(...part)),
}

const cut = (text: string, from?: number, to?: number): string => text.slice(from, to)
