import { utf8, utf8Decode } from '../../../crypto/encoding.js'
import { fail } from '../../../errors.js'

const KEPT = /[!'()*]/g

/** Percent-encoding of RFC 5849 3.6: everything but `A-Za-z0-9-._~`, in capitals, a space as `%20`. */
export function percent(text: string): string {
  let encoded: string
  try {
    encoded = encodeURIComponent(text)
  } catch {
    // Half of a surrogate pair.
    fail('AUTH_MALFORMED', 'a parameter has no UTF-8')
  }
  return encoded.replace(KEPT, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * The text of a percent-encoded one; with `plus` a `+` is a space, as in queries and forms (RFC 5849 3.4.1.3.1).
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for a lone `%`, and for bytes that are not UTF-8.
 */
export function unpercent(text: string, plus: boolean): string {
  const spaced = plus ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  const bytes: number[] = []
  const raw = utf8(spaced)
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] as number
    if (byte !== 0x25) {
      bytes.push(byte)
      continue
    }
    const pair = String.fromCharCode(raw[at + 1] ?? 0, raw[at + 2] ?? 0)
    if (!/[0-9A-Fa-f]{2}/.test(pair)) fail('AUTH_MALFORMED', 'a parameter holds a "%" that encodes nothing')
    bytes.push(Number.parseInt(pair, 16))
    at += 2
  }
  return utf8Decode(new Uint8Array(bytes)) ?? fail('AUTH_MALFORMED', 'a parameter is not UTF-8')
}

/** Name and value, decoded. */
export type Pair = readonly [name: string, value: string]

/** The pairs of a query or a form, decoded. @throws {CountersignError} as {@link unpercent}. */
export const formPairs = (text: string): readonly Pair[] =>
  text.split('&').flatMap((part): readonly Pair[] => {
    if (part === '') return []
    const at = part.indexOf('=')
    const [name, value] = at === -1 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]
    return [[unpercent(name, true), unpercent(value, true)]]
  })
