import { CountersignError } from '../../../errors.js'

// RFC 3986 2.3: what need not be encoded in any part of a URL.
const UNRESERVED = /* @__PURE__ */ Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9\-._~]/.test(String.fromCharCode(code)) ? 1 : 0,
)
const REST = /[!'()*]/g

/**
 * Percent-encoding of everything but unreserved characters (RFC 3986 2.1), as UTF-8 with upper-case digits.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a lone surrogate, which has no UTF-8.
 */
export function percentEncoded(text: string): string {
  // Most names and values need nothing; a table finds that out faster than an expression.
  for (let at = 0; at < text.length; at++) if (UNRESERVED[text.charCodeAt(at)] !== 1) return encoded(text)
  return text
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text).replace(REST, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  } catch {
    throw new CountersignError('ARGUMENT_INVALID', 'a parameter expected well-formed text, got a lone surrogate')
  }
}

/**
 * Text as it was before {@link percentEncoded}. A "+" stays one: these venues do not take it for a space.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` where a "%" does not start the code of a character.
 */
export function rawText(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw new CountersignError('MESSAGE_MALFORMED', 'the query expected percent-encoded UTF-8')
  }
}
