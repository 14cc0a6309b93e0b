import { fail, kindOf } from '../errors.js'
import { joinBytes } from '../support/bytes.js'

const encoder = /* @__PURE__ */ new TextEncoder()
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 of a string. A lone surrogate becomes U+FFFD, as everywhere on the web. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** Text of UTF-8 bytes; `undefined` where they are not valid UTF-8. */
export function utf8Decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** Throws `ARGUMENT_INVALID` unless the value is a `Uint8Array` (of the given length, when one is given). */
export function assertBytes(value: unknown, name: string, length?: number): asserts value is Uint8Array {
  const got = value instanceof Uint8Array ? value.length : kindOf(value)
  if (typeof got === 'string' || got !== (length ?? got))
    fail('ARGUMENT_INVALID', `"${name}" must be a Uint8Array${length ? ` of ${length} bytes` : ''}, got ${got}`)
}

/** {@link joinBytes} of a few parts. */
export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => joinBytes(parts)

const HEX = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) => (256 + byte).toString(16).slice(1))

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let out = ''
  for (const byte of bytes) out += HEX[byte]
  return out
}

/** The value of one character code among the digits of an encoding; negative for any other. */
type DigitValue = (code: number) => number

/** Bytes of lower-case hexadecimal; `undefined` for anything else (upper case, `0x`, odd length, junk). */
export const hexDecode = (text: string): Uint8Array | undefined => fromHex(text, nibbleOf)

/** {@link hexDecode} of a part of a text, with a way of reading a digit. */
export function fromHex(text: string, nibble: DigitValue, from = 0, to: number = text.length): Uint8Array | undefined {
  if ((to - from) % 2) return undefined
  const out = new Uint8Array((to - from) / 2)
  let next = from
  for (let at = 0; at < out.length; at++) {
    const byte = (nibble(text.charCodeAt(next++)) << 4) | nibble(text.charCodeAt(next++))
    if (byte < 0) return undefined
    out[at] = byte
  }
  return out
}

/** The value of one digit in lower case; negative for any other character. */
export const nibbleOf = (code: number): number => (code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1)

/**
 * Bytes of the digits of base64; `undefined` where one is none, or bits are left over that are not zero (RFC 4648 3.5:
 * with them one signature would have many texts).
 */
function digits(text: string, length: number): Uint8Array | undefined {
  const out = new Uint8Array((length * 6) >> 3)
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < length; i++) {
    const value = sextet(text.charCodeAt(i))
    if (value < 0) return undefined
    bits = (bits << 6) | value
    held += 6
    if (held < 8) continue
    held -= 8
    out[at++] = bits >> held
    bits &= (1 << held) - 1
  }
  return bits === 0 ? out : undefined
}

// Arguments go on the stack, which bounds how many there may be.
const CHUNK = 0x8000

/** Padded standard base64 (RFC 4648 section 4). */
export function base64(bytes: Uint8Array): string {
  let binary = ''
  // Stryker disable next-line EqualityOperator: behind the end is an empty part, which adds nothing
  for (let at = 0; at < bytes.length; at += CHUNK)
    binary += String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK) as unknown as number[])
  return btoa(binary)
}

/**
 * Bytes of padded standard base64; `undefined` for every other spelling. Decoders forgive missing padding, non-zero
 * trailing bits, the URL alphabet and white space: the same signature would have many texts.
 */
export function base64Decode(text: string): Uint8Array | undefined {
  const { length } = text
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return length % 4 === 0 ? digits(text, length - padding) : undefined
}

/** The value of one character; negative for any that is not in the alphabet. */
function sextet(code: number): number {
  if (code >= 97 && code <= 122) return code - 71
  if (code >= 65 && code <= 90) return code - 65
  if (code >= 48 && code <= 57) return code + 4
  return code === 43 ? 62 : code === 47 ? 63 : -1
}

/** Unpadded URL-safe base64 (RFC 4648 section 5). */
export const base64url = (bytes: Uint8Array): string =>
  base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+/, '')

/** Bytes of unpadded URL-safe base64; `undefined` for every other spelling. */
export function base64urlDecode(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined
  return base64Decode(text.replaceAll('-', '+').replaceAll('_', '/') + '==='.slice((text.length + 3) % 4))
}

/** Encoders by name, for code that has the encoding as data. */
export const ENCODE: Readonly<Record<'hex' | 'base64' | 'base64url', (bytes: Uint8Array) => string>> = {
  hex,
  base64,
  base64url,
}

/** Strict decoders by name: `undefined` for every spelling but the one that {@link ENCODE} writes. */
export const DECODE: Readonly<Record<'hex' | 'base64' | 'base64url', (text: string) => Uint8Array | undefined>> = {
  hex: hexDecode,
  base64: base64Decode,
  base64url: base64urlDecode,
}

/**
 * Compare two byte strings in time that depends on their lengths only. Lengths are not secret here: every signature and
 * digest has a public, fixed length. JavaScript gives no hard guarantee; the native backend uses `timingSafeEqual`.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  // Stryker disable next-line EqualityOperator: behind the end of both there is no difference
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number)
  return difference === 0
}
