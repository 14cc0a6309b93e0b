/* The ways in which the pairs of a query or a form are written. */
import { punctuated } from './json-text.js'

/** `undefined` for what is no percent-encoded UTF-8. Texts are those of one request, so the exception costs nothing. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export function* maybe(...texts: ReadonlyArray<string | undefined>): Iterable<readonly [string]> {
  for (const text of texts) if (text !== undefined) yield [text]
}

/** Each name and value written in another way. */
export function pairsAs(text: string, write: (part: string) => string): string {
  return text
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=')
      return at === -1 ? write(pair) : `${write(pair.slice(0, at))}=${write(pair.slice(at + 1))}`
    })
    .join('&')
}

export const strict = (part: string): string =>
  encodeURIComponent(decoded(part) ?? part).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const byName = (a: string, b: string): number => {
  const [x, y] = [a.split('=', 1)[0] as string, b.split('=', 1)[0] as string]
  return x < y ? -1 : x > y ? 1 : 0
}
export const sorted = (text: string): string => text.split('&').sort(byName).join('&')

/** What sorts otherwise than by the bytes of the names. */
export const OTHER_ORDERS: ReadonlyArray<
  readonly [name: string, sort: (pairs: readonly string[]) => readonly string[]]
> = [
  ['sorted as whole pairs', (pairs) => [...pairs].sort()],
  [
    'sorted with numbers by their value',
    (pairs) => [...pairs].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
  ],
  [
    'sorted without regard to case',
    (pairs) =>
      [...pairs].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0)),
  ],
]

export function* without(text: string): Iterable<readonly [string, string]> {
  const pairs = text.split('&')
  // Without its only pair it is left out, which is a mistake of its own.
  if (pairs.length > 64 || pairs.length < 2) return
  for (const [at, pair] of pairs.entries())
    yield [pairs.filter((_, other) => other !== at).join('&'), `without ${nameOf(pair)}`]
  if (pairs.length > MOST_TWO || pairs.length < 3) return
  for (let one = 0; one < pairs.length; one++)
    for (let other = one + 1; other < pairs.length; other++)
      yield [
        pairs.filter((_, at) => at !== one && at !== other).join('&'),
        `without ${nameOf(pairs[one] as string)} and ${nameOf(pairs[other] as string)}`,
      ]
}

// As many parameters as any two of them are taken out of.
const MOST_TWO = 12

const nameOf = (pair: string): string => JSON.stringify((pair.split('=', 1)[0] as string).slice(0, 64))

export const BOOLEANS = [
  ['1', '0'],
  ['1', ''],
  ['True', 'False'],
] as const

export const PAIR_NUMBER: RegExp = /(?<==)-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?=&|$)/g
export const PAIR: RegExp = /([^=&]{1,64})(=)([^&]*)/g

/** JSON as Python prints the object that it is read into. */
export const inPython = (json: string): string =>
  punctuated(json, ', ', ': ')
    .replaceAll('"', "'")
    .replace(/\btrue\b/g, 'True')
    .replace(/\bfalse\b/g, 'False')
    .replace(/\bnull\b/g, 'None')

function read(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** How programs write a list or object that is one value. */
export const VALUES: ReadonlyArray<readonly [detail: string, write: (json: string) => string | undefined]> = [
  ['as Python prints it', inPython],
  ['with spaces', (json) => punctuated(json, ', ', ': ')],
  ['without spaces', (json) => punctuated(json, ',', ':')],
  [
    'joined with commas',
    (json) => {
      const value = read(json)
      return Array.isArray(value) ? value.join(',') : value === undefined ? undefined : '[object Object]'
    },
  ],
]
