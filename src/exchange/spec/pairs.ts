import { percentEncoded, rawText } from './percent.js'

/** The pairs of a query or form as they are on the wire: `a=1&b=2`. */

/** The name of a pair. */
export const nameOf = (pair: string): string => {
  const at = pair.indexOf('=')
  return at === -1 ? pair : pair.slice(0, at)
}

const byName = (a: string, b: string): number => {
  const [x, y] = [nameOf(a), nameOf(b)]
  // Code units, not a locale: capitals come before small letters.
  return x < y ? -1 : x > y ? 1 : 0
}

/** By name; equal names stay in their order. */
export const sortedPairs = (pairs: string): string => pairs.split('&').sort(byName).join('&')

/** Without the pairs of one name. */
export const pairsWithout = (pairs: string, name: string): string =>
  pairs
    .split('&')
    .filter((pair) => nameOf(pair) !== name)
    .join('&')

/** Several texts of pairs as one, the empty ones left out. */
export const joinPairs = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('&')

/** A name and its value without any encoding. */
export type TextPair = readonly [name: string, text: string]

/** The pairs of a query or form, decoded. @throws {CountersignError} `MESSAGE_MALFORMED`, as {@link rawText}. */
export const textPairs = (pairs: string): readonly TextPair[] =>
  pairs === ''
    ? []
    : pairs.split('&').map((pair) => {
        const at = pair.indexOf('=')
        return at === -1 ? [rawText(pair), ''] : [rawText(pair.slice(0, at)), rawText(pair.slice(at + 1))]
      })

const same = (text: string): string => text

/** `a=1&b=2`, by name in code units; equal names stay in their order. */
export const joinTexts = (pairs: readonly TextPair[], write: (text: string) => string = same): string =>
  [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, text]) => `${write(name)}=${write(text)}`)
    .join('&')

/**
 * A query as a server writes it that has read it first: sorted by name, and encoded in one way whatever way it came, also
 * where a "+" stood for a space.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`, as {@link rawText}.
 */
export const canonicalPairs = (pairs: string): string =>
  joinTexts(textPairs(pairs.replaceAll('+', '%20')), percentEncoded)
