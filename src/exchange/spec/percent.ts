import { fail } from '../../errors.js'
import { memberName } from '../../message/values.js'

// RFC 3986 2.3: what need not be encoded in any part of a URL.
const UNRESERVED = /* @__PURE__ */ Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9\-._~]/.test(String.fromCharCode(code)) ? 1 : 0,
)
const REST = /[!'()*]/g

/**
 * Percent-encoding of everything but unreserved characters (RFC 3986 2.1), as UTF-8 with upper-case digits.
 *
 * @param where, name what the text is, for the error
 * @throws {CountersignError} `ARGUMENT_INVALID` for a lone surrogate, which has no UTF-8.
 */
export function percentEncoded(text: string, where?: string, name?: string): string {
  // Most names and values need nothing; a table finds that out faster than an expression.
  for (let at = 0; at < text.length; at++) if (UNRESERVED[text.charCodeAt(at)] !== 1) return encoded(text, where, name)
  return text
}

function encoded(text: string, where: string | undefined, name: string | undefined): string {
  try {
    return encodeURIComponent(text).replace(REST, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  } catch {
    const what = where === undefined ? 'a parameter' : `"${name === undefined ? where : memberName(where, name)}"`
    fail('ARGUMENT_INVALID', `${what} must be well-formed text, got a lone surrogate`)
  }
}

/** The value of a hexadecimal digit by its code, else -1. */
const digit = (code: number): number =>
  code >= 48 && code <= 57 ? code - 48 : (code | 32) >= 97 && (code | 32) <= 102 ? (code | 32) - 87 : -1

/** The byte that `%XX` at this place stands for, else -1. */
function byteAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== 37) return -1
  const [high, low] = [digit(text.charCodeAt(at + 1)), digit(text.charCodeAt(at + 2))]
  return high === -1 || low === -1 ? -1 : high * 16 + low
}

// RFC 3629 3: how many bytes follow the first, and the smallest character that may be written with so many.
const followers = (first: number): number =>
  first < 0 ? -1 : first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1
const LEAST = [0, 0x80, 0x800, 0x10000]

/** Whether every "%" starts the code of a character (RFC 3629 3), as `decodeURIComponent` asks. */
function isDecodable(text: string): boolean {
  for (let at = text.indexOf('%'); at !== -1; ) {
    const first = byteAt(text, at)
    const more = followers(first)
    if (more === -1) return false
    let code = more === 0 ? first : first & (0x3f >> more)
    for (let i = 1; i <= more; i++) {
      const next = byteAt(text, at + 3 * i)
      if (next >> 6 !== 2) return false
      code = code * 64 + (next & 0x3f)
    }
    if (code < (LEAST[more] as number) || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false
    const next = at + 3 * (more + 1)
    at = text.charCodeAt(next) === 37 ? next : text.indexOf('%', next)
  }
  return true
}

/**
 * Text as it was before {@link percentEncoded}; `undefined` where a "%" does not start the code of a character. Asked before
 * decoding: `decodeURIComponent` answers each such text with an exception and its stack, and a request may hold half a million.
 */
export const decodedText = (text: string): string | undefined =>
  text.includes('%') ? (isDecodable(text) ? decodeURIComponent(text) : undefined) : text

/**
 * {@link decodedText} of text that must have one. A "+" stays one: these exchanges do not take it for a space.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` where a "%" does not start the code of a character.
 */
export function rawText(text: string): string {
  const decoded = decodedText(text)
  if (decoded !== undefined) return decoded
  fail('MESSAGE_MALFORMED', 'the query must be percent-encoded UTF-8')
}
