import { only, type TextMistake } from '../../scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../scheme/pairs-mistakes.js'
import { PATH as ANY_PATH } from '../../scheme/request-mistakes.js'
import { PATH_IN_TARGET, QUERY_IN_TARGET } from '../../scheme/target-mistakes.js'
import { withoutEnd } from '../../scheme/text-ends.js'
import { TEXT_MISTAKES } from '../../scheme/text-mistakes.js'

/** What goes wrong with the URI and its parts. */

export const TARGET_URI: readonly TextMistake[] = [
  {
    id: 'scheme',
    rank: 1,
    cause: 'The target URI was signed with another scheme: a proxy ends TLS, or the server does not know of it.',
    fix: 'Configure the origin that clients of the server use (publicOrigin, or a trusted X-Forwarded-Proto); sign the https URL.',
    apply: (text) => [[text.replace(/^https:/, 'http:')], [text.replace(/^http:/, 'https:')]],
  },
  {
    id: 'query',
    rank: 1,
    cause: 'The target URI was signed without its query.',
    fix: 'RFC 9421 2.2.2: "@target-uri" is the whole URI with the query, without a fragment.',
    apply: (text) => [[text.replace(/\?.*$/s, '')], [`${text}?`]],
  },
  {
    id: 'mark',
    rank: 1,
    cause: 'The target URI was signed without its "?".',
    fix: 'RFC 9421 2.2.2: "@target-uri" is the whole URI as one text; a URL in parts has its "?" in none of them.',
    apply: (text) => [
      [text.replace('?', '')],
      [text.replace(/^(https?:\/\/[^/?]+)[^?]*\?/, '$1'), 'and without its path'],
    ],
  },
  {
    id: 'slash',
    rank: 1,
    cause: 'The target URI was signed with or without a slash at its end.',
    fix: 'Sign the URI as it is requested: URL parsers add "/" to an empty path.',
    apply: (text) => [
      [`${text}/`],
      [text.replace(/\/$/, '')],
      [text.replace(/\/(\?|$)/, '$1')],
      [text.replace(/([^/?])(\?|$)/, '$1/$2')],
    ],
  },
  {
    id: 'path-only',
    rank: 1,
    cause: 'Path and query were signed in place of the whole URI.',
    fix: 'RFC 9421 2.2.2: "@target-uri" starts with scheme and authority.',
    apply: (text) => [[text.replace(/^https?:\/\/[^/]+/, '')], [text.replace(/^https?:\/\//, '')]],
  },
  {
    id: 'port',
    rank: 2,
    cause: 'The target URI was signed with another port.',
    fix: 'Sign the URI without the default port.',
    apply: (text) => [
      [text.replace(/^(https:\/\/[^/:]+)/, '$1:443')],
      [text.replace(/^(https?:\/\/[^/:]+):\d+/, '$1')],
      [text.replace(/^(http:\/\/[^/:]+)/, '$1:80')],
    ],
  },
  ...only(PAIRS_MISTAKES, 'decoded', 'encoder', 'digits-case', 'encoded-twice'),
  ...PATH_IN_TARGET,
  ...QUERY_IN_TARGET,
]

export const PATH: readonly TextMistake[] = [
  {
    id: 'prefix',
    rank: 1,
    cause: 'The path was signed without (or with) a prefix that a router or proxy takes off.',
    fix: 'Sign the path of the URL that the client requests; on the server take the raw target (originalUrl), not that of a mounted router.',
    *apply(text) {
      for (let at = text.indexOf('/', 1), n = 0; at !== -1 && n < 4; at = text.indexOf('/', at + 1), n++)
        yield [text.slice(at), `without ${JSON.stringify(text.slice(0, at))}`]
      for (const prefix of ['/api', '/v1', '/api/v1']) yield [prefix + text, `with ${JSON.stringify(prefix)} before it`]
    },
  },
  {
    id: 'slash',
    rank: 1,
    cause: 'The path was signed with or without a slash at its end (or its start).',
    fix: 'Sign the path as it is sent; an empty path is "/" (RFC 9421 2.2.6).',
    apply: (text) => [[`${text}/`], [withoutEnd(text, '/')], [text.slice(1)]],
  },
  {
    id: 'case',
    rank: 3,
    cause: 'The path was signed in another case.',
    fix: 'Sign the path as it is sent.',
    apply: (text) => [[text.toLowerCase()], [text.toUpperCase()]],
  },
  ...only(PAIRS_MISTAKES, 'decoded', 'encoded', 'encoder', 'digits-case', 'encoded-twice'),
  ...only(ANY_PATH, 'segment', 'extra-prefix', 'version', 'case', 'decoded'),
]

/** Mistakes of a query, behind the "?" that belongs to it. */
const behindMark = (mistakes: readonly TextMistake[]): readonly TextMistake[] =>
  mistakes.map((one) => ({
    ...one,
    *apply(text) {
      if (text.length > 1)
        for (const [changed, detail] of one.apply(text.slice(1)))
          yield detail === undefined ? [`?${changed}`] : [`?${changed}`, detail]
    },
  }))

export const QUERY: readonly TextMistake[] = [
  {
    id: 'mark',
    rank: 1,
    cause: 'The query was signed without its "?" (or an absent one as the empty text).',
    fix: 'RFC 9421 2.2.7: "@query" starts with "?", and an absent query is "?" alone.',
    apply: (text) => [[text.slice(1)], [`?${text}`]],
  },
  {
    id: 'empty',
    rank: 1,
    cause: 'The query was signed as if there were none.',
    fix: 'Sign the query that is sent.',
    apply: () => [['?'], ['']],
  },
  ...behindMark(PAIRS_MISTAKES.filter(({ id }) => id !== 'as-json')),
]

/** The value of one parameter, which is decoded as that of a form and encoded again. */
export const QUERY_PARAM: readonly TextMistake[] = [
  {
    id: 'encoding',
    rank: 1,
    cause: 'The value of the parameter was signed in another percent-encoding than RFC 9421 writes it in.',
    fix: 'RFC 9421 2.2.8: decode the value as that of a form ("+" is a space), then percent-encode it: a space is %20.',
    apply: (text) => [
      [text.replaceAll('%20', '+'), 'a space as "+"'],
      [text.replaceAll('%20', ' '), 'a space as it is'],
      ...safely(() => [[decodeURIComponent(text), 'decoded'] as const]),
      [text.replaceAll('%', '%25'), 'encoded twice'],
      [text.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()), 'with small digits'],
      [text.replaceAll('%2B', '+'), '"+" as it is'],
    ],
  },
  ...only(PAIRS_MISTAKES, 'encoder'),
  ...only(TEXT_MISTAKES, 'left-out', 'quoted'),
]

function safely<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read()
  } catch {
    return []
  }
}
