import type { TextMistake } from '../scheme/mistakes.js'
import { PATH } from '../scheme/request-mistakes.js'
import type { SharedKeyForm } from './shared-key-form.js'

/** What goes wrong with the line of Content-Length. */
export const LENGTH: TextMistake = {
  id: 'form',
  rank: 1,
  cause:
    'The line of Content-Length was signed otherwise: 0 has to be an empty line, any other length stands there as it is sent.',
  fix: 'Since version 2015-02-21 a length of 0 is signed as an empty line; sign the length that the client sends.',
  apply: (text) => [['0'], [''], ['-1'], ...(text === '' ? [] : [[String(Number(text) + 1)] as const])],
}

// A body that was written anew is not much longer; a line of so many lengths is tested at once.
const MOST_LENGTH = 8_192

/** The length of another body: nothing else of the body is signed. */
export const OTHER_LENGTH: TextMistake = {
  id: 'of-other-body',
  rank: 2,
  cause:
    'The length that was signed is that of another body: it was written anew, compressed or added behind the signature.',
  fix: 'Serialise once, and sign and send those bytes: Content-Length is signed, so that a space more makes another signature.',
  *apply(text) {
    const most = Math.min(MOST_LENGTH, 2 * Number(text) + 256)
    for (let length = 1; length <= most; length++) yield [String(length), `${length} bytes`]
  },
}

/** What goes wrong with the line of Date. */
export const dateMistakes = (msDate: string, date: string): readonly TextMistake[] => [
  {
    id: 'other',
    rank: 1,
    cause: 'The line of Date was signed otherwise: with x-ms-date in the request it has to be empty, else it is Date.',
    fix: 'Send x-ms-date, leave the line of Date empty, and sign x-ms-date among the x-ms- headers.',
    apply: () => [[msDate], [date], ['']],
  },
]

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function pairsOf(query: string): ReadonlyArray<readonly [string, string]> {
  return query
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      return at === -1
        ? ([decoded(pair), ''] as const)
        : ([decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))] as const)
    })
}

/** The query as it is signed. */
export function canonicalQuery({ signsQuery }: SharedKeyForm, query: string): string {
  const pairs = pairsOf(query).map(([name, value]) => [name.toLowerCase(), value] as const)
  if (!signsQuery) {
    const comp = pairs.find(([name]) => name === 'comp')
    return comp === undefined ? '' : `?comp=${comp[1]}`
  }
  const names = [...new Set(pairs.map(([name]) => name))].sort()
  return names
    .map(
      (name) =>
        `\n${name}:${pairs
          .filter(([one]) => one === name)
          .map(([, value]) => value)
          .sort()
          .join(',')}`,
    )
    .join('')
}

/** What goes wrong with the query. */
export const queryMistakes = (query: string): readonly TextMistake[] => {
  const pairs = pairsOf(query)
  const lines = (all: ReadonlyArray<readonly [string, string]>): string =>
    all.map(([name, value]) => `\n${name}:${value}`).join('')
  const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    {
      id: 'form',
      rank: 1,
      cause:
        'The parameters of the query were signed otherwise than as sorted lines of "name:value" in small letters, decoded.',
      fix: 'Below the resource a line for each parameter: its name in small letters, a colon, its decoded value; sorted by name.',
      *apply() {
        yield ['', 'left out']
        yield [query, 'as it is sent']
        yield [lines(pairs), 'in the order of the wire']
        yield [lines(sorted), 'names with capitals']
        yield [lines(sorted.map(([a, b]) => [a.toLowerCase(), encodeURIComponent(b)])), 'values encoded']
        yield [lines(sorted.map(([a, b]) => [a.toLowerCase(), b.toLowerCase()])), 'values in small letters']
        yield [sorted.map(([a, b]) => `\n${a}=${b}`).join(''), '"=" for the colon']
        const comp = pairs.find(([name]) => name === 'comp')
        if (comp !== undefined) yield [`?comp=${comp[1]}`, 'comp alone, as in the older forms']
      },
    },
    {
      id: 'encoding',
      rank: 1,
      cause: 'The values of the query were sent in another percent-encoding than they were signed in.',
      fix: 'The service decodes each value once, and reads a "+" as itself: send a space as %20, and encode once.',
      apply: () => [
        [lines(sorted.map(([a, b]) => [a.toLowerCase(), b.replaceAll('+', ' ')])), 'a space was sent as "+"'],
        [lines(sorted.map(([a, b]) => [a.toLowerCase(), decoded(b)])), 'they were encoded twice'],
      ],
    },
    {
      id: 'parameter-added',
      rank: 1,
      cause: 'A parameter of the query was not signed: it was added behind the signature, or left out of the text.',
      fix: 'Put every parameter into the URL first, then sign: each of them has a line.',
      *apply() {
        for (const [at, [name]] of sorted.entries())
          yield [
            lines(sorted.filter((_, index) => index !== at).map(([a, b]) => [a.toLowerCase(), b])),
            `without ${name}`,
          ]
      },
    },
  ]
}

/** What goes wrong with the resource. */
export const resourceMistakes = (account: string, authority: string): readonly TextMistake[] => [
  {
    id: 'url',
    rank: 2,
    cause: 'The resource was signed with the URL, or with the host, in place of the path.',
    fix: 'The resource is "/", the account, and the path of the URL as it is sent, without scheme and host.',
    *apply(text) {
      const path = text.slice(account.length + 1)
      for (const url of [`https://${authority}`, `http://${authority}`, authority, `/${authority}`])
        for (const before of [`/${account}`, `/${account}/`, '']) yield [before + url + path]
    },
  },
  {
    id: 'account',
    rank: 1,
    cause: 'The resource was signed without the account before the path, or with it twice.',
    fix: 'The resource is "/", the account, and the path as it is sent; where the path itself begins with the account (emulator, secondary addresses) it stands there twice.',
    apply: (text) => [
      [text.slice(account.length + 1)],
      [`/${account}${text}`],
      [text.slice(1)],
      [`/${account}/${text.slice(account.length + 1)}`],
      [`/${text.slice(account.length + 1)}`, 'an empty name in its place'],
      [`/undefined${text.slice(account.length + 1)}`, 'the text "undefined" in its place'],
    ],
  },
  {
    id: 'encoded',
    rank: 1,
    cause: 'The path of the resource was signed in another percent-encoding than it was sent in.',
    fix: 'Sign the path as it is sent, encoded.',
    apply: (text) => [
      [decoded(text)],
      [
        text
          .split('/')
          .map((one) => encodeURIComponent(decoded(one)))
          .join('/'),
      ],
      [encodeURI(text)],
    ],
  },
  ...PATH,
  // Of the path behind the account, too.
  ...PATH.filter(({ id }) => id === 'extra-prefix' || id === 'prefix').map((one) => ({
    ...one,
    *apply(text: string) {
      for (const [changed, detail = ''] of one.apply(text.slice(account.length + 1)))
        yield [`/${account}${changed}`, detail] as const
    },
  })),
]
