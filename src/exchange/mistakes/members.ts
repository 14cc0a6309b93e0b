import { only, type TextMistake } from '../../schemes/scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../schemes/scheme/pairs-mistakes.js'
import { TEXT_MISTAKES } from '../../schemes/scheme/text-mistakes.js'

const LEFT_OUT = only(TEXT_MISTAKES, 'left-out')

export const METHOD: readonly TextMistake[] = [
  {
    id: 'lower-case',
    rank: 1,
    cause: 'The method was signed in small letters.',
    fix: 'Sign the method in capitals: GET, POST.',
    apply: (text) => [[text.toLowerCase()], [text.toUpperCase()]],
  },
  {
    id: 'other',
    rank: 1,
    cause: 'Another method was signed than the request was sent with.',
    fix: 'Sign and send the same method; a redirect or a form turns POST into GET.',
    apply: () => ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].map((one) => [one, one] as const),
  },
  ...LEFT_OUT,
]

export const PATH: readonly TextMistake[] = [
  {
    id: 'prefix',
    rank: 1,
    cause: 'The path was signed without its first segments (the prefix that the base URL of the client has).',
    fix: 'Sign the whole path as it is sent, with every prefix.',
    *apply(text) {
      for (let at = text.indexOf('/', 1), n = 0; at !== -1 && n < 4; at = text.indexOf('/', at + 1), n++) {
        yield [text.slice(at), `without ${JSON.stringify(text.slice(0, at))}`]
        yield [text.slice(at + 1), `without ${JSON.stringify(text.slice(0, at + 1))}`]
      }
      yield [text.slice(1), 'without the first "/"']
    },
  },
  {
    id: 'segment',
    rank: 2,
    cause: 'The path was signed without one of its segments.',
    fix: 'Sign the whole path as it is sent: take it from the URL of the request, not from a table of names.',
    *apply(text) {
      const parts = text.split('/')
      for (let at = 2; at < parts.length && at < 12; at++)
        yield [[...parts.slice(0, at), ...parts.slice(at + 1)].join('/'), `without ${JSON.stringify(parts[at])}`]
    },
  },
  {
    id: 'extra-prefix',
    rank: 1,
    cause: 'The path was signed with a prefix that the text to sign does not have.',
    fix: 'Leave the prefix out of the text to sign, as the page of the exchange says.',
    *apply(text) {
      const first = /^\/[^/]+/.exec(text)?.[0] ?? ''
      for (const prefix of new Set([
        first,
        '/api',
        '/v1',
        '/v2',
        '/api/v1',
        '/api/v2',
        '/api/v3',
        '/api/v4',
        '/api/v5',
        '/derivatives',
        '/0',
        '/sapi',
        '/',
      ]))
        if (prefix !== '') yield [prefix + text, `with ${JSON.stringify(prefix)} before it`]
    },
  },
  {
    id: 'trailing-slash',
    rank: 1,
    cause: 'The signed path ends in a slash and the one that was sent does not, or the other way round.',
    fix: 'Sign the path as it is sent; some HTTP clients and proxies add or remove the slash.',
    apply: (text) => [[`${text}/`], [text.replace(/\/+$/, '')]],
  },
  {
    id: 'decoded',
    rank: 2,
    cause: 'The path was signed in another percent-encoding than it was sent in.',
    fix: 'Sign the characters of the path that are sent.',
    *apply(text) {
      yield* PAIRS_MISTAKES.find(({ id }) => id === 'decoded')?.apply(text) ?? []
      yield [text.split('/').map(encodeURIComponent).join('/')]
      yield [encodeURIComponent(text)]
    },
  },
  {
    id: 'case',
    rank: 3,
    cause: 'The path was signed in small letters.',
    fix: 'Sign the path as it is sent.',
    apply: (text) => [[text.toLowerCase()]],
  },
  ...LEFT_OUT,
]

export const HOST: readonly TextMistake[] = [
  {
    id: 'port',
    rank: 1,
    cause: 'The host was signed with a port (or without the one that was sent).',
    fix: 'Sign the host as the exchange names it: its own name, no default port.',
    apply: (text) => [[`${text}:443`], [`${text}:80`], [text.replace(/:\d+$/, '')]],
  },
  {
    id: 'scheme',
    rank: 1,
    cause: 'The host was signed as a URL.',
    fix: 'Sign the host alone.',
    apply: (text) => [[`https://${text}`], [`http://${text}`]],
  },
  ...LEFT_OUT,
]

/** The hosts of an exchange that a request may have been signed for. */
export const otherHosts = (hosts: readonly string[]): TextMistake => ({
  id: 'other',
  rank: 1,
  cause:
    'Another host was signed than the request was sent to: a second address of the exchange, or a proxy in between.',
  fix: 'Sign the host that the request is sent to, and that receives it.',
  apply: () => hosts.map((one) => [one, one] as const),
})

export const WINDOW: readonly TextMistake[] = [
  {
    id: 'other',
    rank: 1,
    cause: 'Another receive window was signed than was sent.',
    fix: 'Sign the receive window that is sent; where none is sent, none is signed.',
    apply: () =>
      ['', '5000', '10000', '20000', '30000', '60000', '5', '3000', '1000'].map(
        (one) => [one, one === '' ? 'none' : one] as const,
      ),
  },
]

export const KEY: readonly TextMistake[] = [
  ...LEFT_OUT,
  ...only(TEXT_MISTAKES, 'line-break', 'quoted'),
  {
    id: 'case',
    rank: 3,
    cause: 'The API key was signed in another case than it was sent in.',
    fix: 'Sign the API key as it is sent.',
    apply: (text) => [[text.toLowerCase()], [text.toUpperCase()]],
  },
]
