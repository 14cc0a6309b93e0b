import { percentEncoded, rawText } from './percent.js'

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
