import type { HttpRequest } from '../../../message/message.js'
import type { Mistake, TextMistake } from '../../scheme/mistakes.js'
import { permutations } from '../../scheme/permutations.js'
import { HOST, PATH } from '../../scheme/request-mistakes.js'
import type { Problem } from '../../scheme/scheme-reading.js'
import { type FormState, formWrites, type Member, type Texts } from '../../scheme/signed-form.js'
import { QUERY_IN_TARGET } from '../../scheme/target-mistakes.js'

const PROXY = 'Sign and verify what stands in the request line: let proxies pass path, query and Host on unchanged.'

/** What goes wrong with a line of method and target, `post /inbox?x=1`. */
const REQUEST_TARGET: readonly TextMistake[] = [
  {
    id: 'case',
    rank: 1,
    cause: 'The method of the $ was signed in another case.',
    fix: 'In (request-target) and @request-target the method is in small letters; in request-line it is as it is sent.',
    apply: (text) => [
      [text.replace(/^\S+/, (one) => one.toLowerCase())],
      [text.replace(/^\S+/, (one) => one.toUpperCase())],
    ],
  },
  {
    id: 'query',
    rank: 1,
    cause: 'The $ was signed without the query.',
    fix: 'The query belongs to the target, with its "?".',
    apply: (text) => [[text.replace(/\?\S*/, '')], [text.replace(/\?(?=\s|$)/, '')]],
  },
  {
    id: 'url',
    rank: 1,
    cause: 'The $ was signed with the whole URL in place of path and query, or without the method.',
    fix: 'Method in small letters, one space, path and query.',
    apply: (text) => [[text.replace(/^\S+ /, '')], [text.replace(/^\S+\s+/, (one) => one.trim())]],
  },
  {
    id: 'method',
    rank: 2,
    cause: 'The $ was signed with another method than the request was sent with.',
    fix: 'Sign the method that is sent.',
    apply: (text) =>
      ['get', 'post', 'put', 'delete', 'patch'].flatMap((one) => [
        [text.replace(/^\S+/, one), one] as const,
        [text.replace(/^\S+/, one.toUpperCase()), one.toUpperCase()] as const,
      ]),
  },
  ...PATH.filter(({ id }) => id !== 'left-out').map(
    (one): TextMistake => ({
      ...one,
      fix: PROXY,
      *apply(text) {
        const found = /^(\S+ )([^?\s]*)(.*)$/s.exec(text)
        if (found === null) return
        const [, before = '', path = '', behind = ''] = found
        for (const [changed, detail] of one.apply(path)) {
          const written = before + changed + behind
          yield detail === undefined ? [written] : [written, detail]
        }
      },
    }),
  ),
  ...QUERY_IN_TARGET.filter(({ id }) => id !== 'query-left-out'),
]

/** The same of one request, whose URL may have been signed. */
export const requestTarget = ({ authority }: HttpRequest): readonly TextMistake[] =>
  REQUEST_TARGET.map((one) =>
    one.id === 'url'
      ? {
          ...one,
          *apply(text) {
            yield* one.apply(text)
            const [, method = '', target = ''] = /^(\S+) (\S+)/.exec(text) ?? []
            for (const scheme of ['https', 'http'])
              for (const at of [authority, authority.replace(/:\d+$/, '')]) {
                const url = `${scheme}://${at}${target}`
                yield [url]
                yield [`${method} ${url}`]
                yield [url.replace(/\?.*$/s, '')]
              }
          },
        }
      : one,
  )

/** Names as they are listed: with spaces between them, as it is meant, or with commas. */
export const listedNames = (list: string): readonly string[] => list.split(/[\s,;]+/).filter(Boolean)

/** A list that has other marks than spaces. */
export const listProblems = (list: string): readonly Problem[] =>
  /[,;]/.test(list)
    ? [
        {
          id: 'headers-form',
          certainty: 'proven',
          cause: 'The names of the signed headers have commas between them.',
          evidence: '"headers" holds a comma.',
          fix: 'One space between the names, and nothing else: headers="date host request-line".',
        },
      ]
    : []

/** The host that was called, where `hosts` are those that the request names besides its own. */
export const hostMistakes = (hosts: readonly string[]): readonly TextMistake[] => [
  {
    id: 'other',
    rank: 1,
    cause: 'Another host was signed than the one the request has arrived with: a proxy rewrites it.',
    fix: 'Let the proxy pass Host on (proxy_set_header Host $host), or verify with the public host.',
    apply: () => [...hosts, 'localhost'].map((one) => [one, one] as const),
  },
  ...HOST,
  {
    id: 'url',
    rank: 2,
    cause: 'The host was signed as a URL, or with another prefix.',
    fix: 'The host alone, as it stands in Host.',
    apply: (text) => [[`https://${text}`], [`www.${text}`], [text.replace(/^www\./, '')]],
  },
]

/** What goes wrong with lines of `name: value` that are joined with line breaks. */
export const linesMistakes = (
  names: readonly string[],
  lineOf: (name: string, texts: Texts) => string,
  join: (lines: readonly string[]) => string,
): ReadonlyArray<Mistake<FormState>> => {
  const lines = (texts: Texts, order = names): string => join(order.map((name) => lineOf(name, texts)))
  const written = (write: (texts: Texts) => string) => (state: FormState) =>
    formWrites(state, (_, texts) => write(texts))
  return [
    {
      id: 'line-left-out',
      part: 'lines',
      rank: 1,
      cause: 'A header that is listed was not signed.',
      fix: 'Sign exactly the headers that are listed, in the order of the list.',
      *apply(state) {
        for (const name of names)
          yield [
            written((texts) =>
              lines(
                texts,
                names.filter((one) => one !== name),
              ),
            )(state),
            `without ${name}`,
          ]
      },
    },
    {
      id: 'line-order',
      part: 'lines',
      rank: 1,
      alone: true,
      cause: 'The headers were signed in another order than they are listed in.',
      fix: 'Sign the headers in the order of the list.',
      *apply(state) {
        if (names.length > 6) {
          yield [written((texts) => lines(texts, [...names].sort()))(state), 'sorted']
          yield [written((texts) => lines(texts, [...names].reverse()))(state), 'reversed']
          return
        }
        for (const order of permutations(names))
          yield [written((texts) => lines(texts, order))(state), order.join(', ')]
      },
    },
    {
      id: 'line-form',
      part: 'lines',
      rank: 1,
      cause: 'The lines were written in another way than "name: value" in small letters, with one space.',
      fix: 'A line for each header: its name in small letters, a colon, one space, its value.',
      *apply(state) {
        const each = (change: (line: string) => string, detail: string) =>
          [written((texts) => join(names.map((name) => change(lineOf(name, texts)))))(state), detail] as const
        yield each((line) => line.replace(': ', ':'), 'no space behind the colon')
        yield each((line) => line.replace(/^[^:]*: /, ''), 'values alone')
        yield each(
          (line) => line.replace(/^[^:(]*(?=:)/, (name) => name.replace(/(^|-)([a-z])/g, (all) => all.toUpperCase())),
          'names with capitals',
        )
        yield each((line) => line.replace(/^\((request-target)\)/, '$1'), '(request-target) without brackets')
        yield each((line) => line.replace(/^[(@]?request-target\)?: /, ''), 'the request target without its name')
        yield each((line) => line.toLowerCase(), 'everything in small letters')
        yield each((line) => line.replace(': ', ' : '), 'a space before the colon')
        yield each(
          (line) => line.replace(/^x-([a-z-]+: )/i, (_, name: string) => name.toLowerCase()),
          'names without "x-"',
        )
        yield each((line) => line.replace(/^(?=date: )/i, 'x-'), 'x-date for date')
        yield [
          written((texts) =>
            join(
              names.map((name) => {
                const line = lineOf(name, texts)
                return line.toLowerCase().startsWith(`${name.toLowerCase()}: `) ? line : `${name}: ${line}`
              }),
            ),
          )(state),
          'a name before every line',
        ] as const
      },
    },
  ]
}

/** The kind of a header's text. */
export const headerKind = (name: string): Member['kind'] =>
  name === 'host' ? 'host' : name === 'content-type' ? 'content-type' : 'field'
