import { punctuated } from './json-text.js'
import { parsed, sorted as sortedValue } from './json-values.js'
import type { TextMistake } from './mistakes.js'
import { otherOrders } from './pair-orders.js'
import { decoded, pairsAs, sorted, strict } from './pairs-texts.js'

/* A text that was read and written again differs in more than one way at once: order, white space, escapes, numbers, encoding. */

const inHex = (text: string, characters: RegExp): string =>
  text.replace(characters, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
const ascii = (text: string): string => inHex(text, /[\u0080-\uffff]/g)
const slashes = (text: string): string => text.replaceAll('/', '\\/')
const upper = (text: string): string => text.replace(/\\u[0-9a-f]{4}/g, (one) => `\\u${one.slice(2).toUpperCase()}`)

const JSON_STRING = /"(?:[^"\\]|\\.)*"/g
const JSON_NUMBER = /(?<=[:,[] {0,4})-?\d+(?:\.\d+)?(?=\s*[,}\]])/g

type Write = (text: string) => string
const same: Write = (text) => text

const ESCAPES: readonly Write[] = [
  same,
  ascii,
  slashes,
  (text) => ascii(slashes(text)),
  (text) => upper(ascii(text)),
  (text) => inHex(text, /[<>&\u2028\u2029]/g),
]
const NUMBERS: readonly Write[] = [
  same,
  (one) => (one.includes('.') ? one : `${one}.0`),
  (one) => Number(one).toFixed(2),
  (one) => (one.includes('.') ? Number(one).toFixed(2) : one),
]

function* jsonTexts(text: string): Iterable<readonly [string]> {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || text.length > MOST) return
  const reversed = Array.isArray(value) ? value : Object.fromEntries(Object.entries(value).reverse())
  for (const ordered of [value, sortedValue(value), reversed]) {
    const compact = JSON.stringify(ordered)
    for (const spelt of NUMBERS) {
      const numbered = compact.replace(JSON_NUMBER, spelt)
      for (const escaped of ESCAPES) {
        const written = numbered.replace(JSON_STRING, escaped)
        yield [written]
        yield [punctuated(written, ', ', ': ')]
        for (const indent of spelt === same ? [2, 4] : [])
          yield [JSON.stringify(ordered, null, indent).replace(JSON_STRING, escaped)]
      }
    }
  }
}

// Longer ones are written anew in the single ways alone.
const MOST = 65_536

const plain = (part: string): string => decoded(part.replaceAll('+', '%20')) ?? part
const ENCODERS: readonly Write[] = [
  (part) => strict(plain(part)),
  (part) => strict(plain(part)).replaceAll('%20', '+'),
  (part) => encodeURIComponent(plain(part)),
  (part) => encodeURIComponent(plain(part)).replaceAll('%20', '+'),
  (part) => encodeURIComponent(plain(part)).replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()),
  (part) =>
    encodeURIComponent(plain(part))
      .replaceAll('%20', '+')
      .replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()),
  plain,
]

function* pairTexts(text: string): Iterable<readonly [string]> {
  const pairs = text.split('&')
  if (pairs.length < 2 || text.length > MOST) return
  const written = ENCODERS.map((write) => pairsAs(text, write)).filter(
    (one, at, all) => one !== text && all.indexOf(one) === at,
  )
  for (const one of written) yield [sorted(one)]
  for (const one of written) for (const [order] of otherOrders(one.split('&'), (pair) => pair)) yield [order.join('&')]
}

const CAUSE =
  'The signed $ was read and written anew: it differs from the one that was sent in more than one way (order, white space, escapes, encoding, numbers).'

/** JSON in another order, with other spaces, escapes and numbers at once. */
export const JSON_REBUILT: TextMistake = {
  id: 'json-rebuilt',
  rank: 3,
  alone: true,
  cause: CAUSE,
  fix: 'Keep the text as it was written once, and both sign and send (or verify) that text, not a value that was made of it.',
  apply: jsonTexts,
}

/** Parameters in another order and another encoding at once. */
export const PAIRS_REBUILT: TextMistake = {
  id: 'rebuilt',
  rank: 3,
  alone: true,
  cause: CAUSE,
  fix: 'Keep the characters of the query or form as they were sent, and sign or verify those: frameworks that rebuild a URL sort and encode it anew.',
  apply: pairTexts,
}
