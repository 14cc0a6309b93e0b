import { fail } from '../../errors.js'

/*
 * Percent-encoding as this family has it: everything but the unreserved characters of RFC 3986 2.3, as UTF-8 with upper-case
 * digits. What is encoded on the wire already is brought into that form, byte for byte, so nothing has to be valid UTF-8.
 */

const PLAIN = /^[\w.~-]*$/
const PLAIN_PATH = /^[\w.~/-]*$/
const OTHERS = /[^\w.~-]+/g
const CODED = /%[0-9A-Fa-f]{2}|%|[^\w.~%-]+/g
// What `encodeURIComponent` leaves as it is.
const REST = /[!'()*]/g

function encodedRun(run: string): string {
  try {
    return encodeURIComponent(run).replace(REST, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  } catch {
    return fail('MESSAGE_MALFORMED', 'the request target holds a lone surrogate')
  }
}

function recoded(part: string): string {
  if (part.charCodeAt(0) !== 0x25) return encodedRun(part)
  if (part.length === 1) fail('MESSAGE_MALFORMED', 'the request target holds a lone "%"')
  const char = String.fromCharCode(Number.parseInt(part.slice(1), 16))
  return PLAIN.test(char) ? char : part.toUpperCase()
}

/** Text, encoded. */
export const encoded = (text: string): string => (PLAIN.test(text) ? text : text.replace(OTHERS, encodedRun))

/** A path encoded once more, whatever is encoded in it already; slashes stay. */
export const encodedPath = (path: string): string => eachSegment(path, encoded)

/**
 * A name or value of the wire in its one encoding.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a "%" without two digits.
 */
export const canonicalText = (text: string): string => (PLAIN.test(text) ? text : text.replace(CODED, recoded))

/** {@link canonicalText} of a path: slashes stay, and `%2F` stays what it is. */
export const canonicalPathText = (path: string): string => eachSegment(path, canonicalText)

const eachSegment = (path: string, text: (segment: string) => string): string =>
  PLAIN_PATH.test(path) ? path : path.split('/').map(text).join('/')

const DOTS = /^\.{0,2}$/

/** Dot segments resolved and empty ones left out; a slash at the end stays. */
export function normalizedPath(path: string): string {
  if (!path.includes('//') && !path.includes('/.')) return path
  const out: string[] = []
  const segments = path.split('/')
  for (const one of segments) {
    if (one === '..') out.pop()
    else if (one !== '' && one !== '.') out.push(one)
  }
  return `/${out.join('/')}${out.length > 0 && DOTS.test(segments.at(-1) as string) ? '/' : ''}`
}
