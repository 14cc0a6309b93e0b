import type { TextMistake } from '../../scheme/mistakes.js'
import { OTHER_ORDERS } from '../../scheme/pairs-texts.js'
import { TIME_MISTAKES } from '../../scheme/time-mistakes.js'
import { type Pair, percent } from './percent.js'

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** The parameters as they are signed, except the encoding of the whole. */
export const normal = (pairs: readonly Pair[], encode: (text: string) => string = percent): string =>
  pairs
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What goes wrong with the time, which is one of the parameters. */
const timeMistakes = (all: readonly Pair[]): readonly TextMistake[] =>
  // Thousands of one mistake would come before two that are likely.
  TIME_MISTAKES.filter(({ alone }) => alone !== true).map((one) => ({
    ...one,
    id: `time-${one.id}`,
    cause: one.cause.replaceAll('$', 'oauth_timestamp'),
    fix: one.fix.replaceAll('$', 'oauth_timestamp'),
    *apply() {
      const [, sent = ''] = all.find(([name]) => name === 'oauth_timestamp') ?? []
      for (const [changed, detail = ''] of one.apply(sent))
        yield [normal(all.map((pair) => (pair[0] === 'oauth_timestamp' ? [pair[0], changed] : pair))), detail] as const
    },
  }))

/** What goes wrong with the parameters of query, form and Authorization. */
export function parameterMistakes(
  query: readonly Pair[],
  form: readonly Pair[],
  own: readonly Pair[],
  unsigned: readonly Pair[] = [],
): readonly TextMistake[] {
  const all = [...query, ...form, ...own]
  const javaScript = (text: string): string => encodeURIComponent(text)
  const plus = (text: string): string => percent(text).replaceAll('%20', '+')
  return [
    {
      id: 'query-left-out',
      rank: 1,
      cause: 'The parameters of the query were not signed.',
      fix: 'RFC 5849 3.4.1.3.1: the parameters of query, form and Authorization are all signed, in one sorted list.',
      apply: () => [[normal([...form, ...own])]],
    },
    {
      id: 'form-left-out',
      rank: 1,
      cause: 'The parameters of the form in the body were not signed.',
      fix: 'RFC 5849 3.4.1.3.1: those of a body of application/x-www-form-urlencoded are signed; those of JSON are not.',
      apply: () => [[normal([...query, ...own])], [normal(own), 'the oauth parameters alone']],
    },
    {
      id: 'of-body',
      rank: 1,
      cause: 'Parameters of a body that is no form (multipart, JSON) were signed, and none of them are.',
      fix: 'RFC 5849 3.4.1.3.1: of a body the parameters are signed only where it is application/x-www-form-urlencoded; else those of query and Authorization alone.',
      apply: () => (unsigned.length === 0 ? [] : [[normal([...all, ...unsigned])], [normal([...unsigned, ...own])]]),
    },
    {
      id: 'encoded',
      rank: 1,
      cause: 'Names and values of the parameters were encoded once too often, or once too seldom, or by other rules.',
      fix: 'RFC 5849 3.6: decode the parameters as they are sent, encode each once (A-Z a-z 0-9 - . _ ~ stay), sort, join, and encode the whole once.',
      *apply() {
        yield [
          normal([...query, ...form].map(([a, b]) => [percent(a), percent(b)] as const).concat(own)),
          'those of the request twice',
        ]
        yield [normal(all, (text) => percent(percent(text))), 'all of them twice']
        yield [
          normal([...query, ...form].map(([a, b]) => [a, decodedOnce(b)] as const).concat(own)),
          'values are sent encoded once more than they were signed',
        ]
        yield [normal(all, (text) => text), 'none of them']
        yield [normal(all, javaScript), "!'()* not encoded"]
        yield [normal(all, plus), 'a space as "+"']
        yield [
          normal(all.map(([a, b]) => [a.replaceAll(' ', '+'), b.replaceAll(' ', '+')] as const)),
          'the "+" of the wire as a character',
        ]
        yield [normal(all, (text) => percent(text).replaceAll('~', '%7E')), '"~" encoded']
        yield [normal(all, (text) => percent(text).toLowerCase()), 'in small letters']
        yield [normal(all, (text) => percent(text).replaceAll('%2A', '*')), '"*" not encoded']
      },
    },
    {
      id: 'order',
      rank: 1,
      cause: 'The parameters were not sorted, or sorted by other rules.',
      fix: 'RFC 5849 3.4.1.3.2: sort by the encoded name and then by the encoded value, as bytes.',
      *apply() {
        const text = (pairs: readonly Pair[]): string => pairs.map(([a, b]) => `${percent(a)}=${percent(b)}`).join('&')
        yield [text([...query, ...form, ...own]), 'request first, as they are sent']
        yield [text([...own, ...query, ...form]), 'oauth first, as they are sent']
        yield [`${normal(own)}&${normal([...query, ...form])}`, 'oauth and request sorted apart']
        yield [`${normal([...query, ...form])}&${normal(own)}`, 'request and oauth sorted apart']
        yield [
          [...all]
            .sort(([a], [b]) => a.localeCompare(b))
            .map(([a, b]) => `${percent(a)}=${percent(b)}`)
            .join('&'),
          'by the rules of a language',
        ]
        yield [
          [...all]
            .sort(([a], [b]) => byText(a.toLowerCase(), b.toLowerCase()))
            .map(([a, b]) => `${percent(a)}=${percent(b)}`)
            .join('&'),
          'without regard to case',
        ]
        for (const [name, sort] of OTHER_ORDERS)
          yield [sort(all.map(([a, b]) => `${percent(a)}=${percent(b)}`)).join('&'), name]
        const last = new Map(all)
        yield [normal([...last]), 'the last value of a name that is repeated']
        yield [normal([...new Map([...all].reverse())]), 'the first value of a name that is repeated']
      },
    },
    {
      id: 'joined',
      rank: 2,
      cause: 'Names and values of the parameters were joined by other marks than "=" and "&".',
      fix: 'RFC 5849 3.4.1.3.2: "=" between name and value, "&" between the pairs, before the whole is encoded.',
      *apply() {
        for (const [equals, mark] of [
          [',', ','],
          ['=', ','],
          ['=', ';'],
          ['=', ''],
          ['', ''],
          [':', '&'],
          ['=', '\n'],
        ] as const)
          yield [
            normal(all).replaceAll('=', equals).replaceAll('&', mark),
            `${JSON.stringify(equals)} and ${JSON.stringify(mark)} in their place`,
          ]
      },
    },
    {
      id: 'left-out',
      rank: 2,
      cause: 'One of the parameters was not signed.',
      fix: 'Sign every parameter but realm and oauth_signature, also those that are added by the client (oauth_version, oauth_callback, oauth_token).',
      *apply() {
        for (const [at, [name]] of all.entries())
          yield [normal(all.filter((_, index) => index !== at)), `without ${JSON.stringify(name.slice(0, 64))}`]
        for (const [at, [name]] of all.entries())
          yield [
            normal(all.map((pair, index) => (index === at ? [name, ''] : pair))),
            `${JSON.stringify(name.slice(0, 64))} without its value`,
          ]
        yield [normal([...all, ['oauth_token', '']]), 'with an empty oauth_token']
        yield [normal([...all, ['oauth_version', '1.0']]), 'with an oauth_version']
      },
    },
    {
      id: 'left-out',
      rank: 2,
      alone: true,
      cause: 'Several of the parameters of the protocol were not signed.',
      fix: 'Sign every parameter of Authorization but realm and oauth_signature.',
      *apply() {
        if (own.length > 8) return
        for (let some = 1; some < 2 ** own.length; some++) {
          const left = own.filter((_, at) => (some >> at) & 1)
          if (left.length > 1 && left.length < own.length)
            yield [
              normal([...query, ...form, ...own.filter((pair) => !left.includes(pair))]),
              `without ${left.map(([name]) => JSON.stringify(name.slice(0, 64))).join(', ')}`,
            ]
        }
        yield [normal([...query, ...form]), 'without all of them']
      },
    },
    ...timeMistakes(all),
  ]
}
