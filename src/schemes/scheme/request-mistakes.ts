import { only, type TextMistake } from './mistakes.js'
import { PAIRS_MISTAKES } from './pairs-mistakes.js'
import { withoutEnd } from './text-ends.js'
import { TEXT_MISTAKES } from './text-mistakes.js'

/** What goes wrong with the parts of a request line, and with the host. */

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
    fix: 'Leave the prefix out of the text to sign, as the page of the service says.',
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
        // What a proxy or gateway takes off before it hands the request on.
        '/minio',
        '/s3',
        '/storage',
        '/prod',
        '/dev',
        '/stage',
        '/staging',
        '/default',
        '/webhooks',
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
    apply: (text) => [[`${text}/`], [withoutEnd(text, '/')]],
  },
  {
    id: 'version',
    rank: 2,
    cause: 'The path was signed with another version of the API than it was sent to.',
    fix: 'Sign the path that is sent: take it from the URL of the request.',
    *apply(text) {
      const found = /(?<=\/v)\d(?=[/.]|$)/.exec(text)
      if (found === null) return
      for (let version = 0; version < 10; version++)
        yield [text.slice(0, found.index) + version + text.slice(found.index + 1), `v${version}`]
    },
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
    cause: 'The path was signed in another case than it was sent in.',
    fix: 'Sign the path as it is sent.',
    apply: (text) => [
      [text.toLowerCase()],
      [text.toUpperCase()],
      [text.replace(/(?<=\/)[A-Z]/g, (one) => one.toLowerCase()), 'with a small letter at the start of each segment'],
      [text.replace(/(?<=\/)[a-z]/g, (one) => one.toUpperCase()), 'with a capital at the start of each segment'],
    ],
  },
  ...LEFT_OUT,
]

/** Ports of programs that stand before a service, or that a developer runs it on. */
const PORTS: readonly string[] =
  '8080 3000 8000 8443 5000 9000 8888 4566 9443 8081 9090 4000 5001 7071 8787 10000 9001 9999 443 80'.split(' ')

/** A port that a proxy takes off, or writes itself: tested with nothing else. */
export const otherPorts = (cause: string, fix: string): TextMistake => ({
  id: 'port',
  rank: 2,
  alone: true,
  cause,
  fix,
  apply: (text) => PORTS.map((port) => [`${text.replace(/:\d+$/, '')}:${port}`, `port ${port}`] as const),
})

export const HOST: readonly TextMistake[] = [
  {
    id: 'port',
    rank: 1,
    cause: 'The host was signed with a port (or without the one that was sent).',
    fix: 'Sign the host as the service names it: its own name, no default port.',
    apply: (text) => [
      [text.replace(/:\d+$/, '')],
      [`${text.replace(/:\d+$/, '')}:443`],
      [`${text.replace(/:\d+$/, '')}:80`],
    ],
  },
  {
    id: 'case',
    rank: 2,
    cause: 'The host was signed in capitals.',
    fix: 'Sign the host in small letters, as clients send it.',
    apply: (text) => [
      [text.toUpperCase()],
      [text.replace(/^[^.]+/, (one) => one.toUpperCase())],
      [text.replace(/^\w/, (one) => one.toUpperCase())],
      [text.replace(/\b\w/g, (one) => one.toUpperCase())],
    ],
  },
  otherPorts(
    'The host was signed with a port (or without the one that was sent).',
    'Sign the host as it is called, and let proxies pass it on with its port (nginx: $http_host, not $host).',
  ),
  {
    id: 'scheme',
    rank: 1,
    cause: 'The host was signed as a URL.',
    fix: 'Sign the host alone.',
    apply: (text) => [[`https://${text}`], [`http://${text}`]],
  },
  {
    id: 'other',
    rank: 2,
    cause: 'The host of a program on the machine of a developer was signed, and another one was sent.',
    fix: 'Sign the host that the other side is called by: that of the URL, not the one that the program itself listens on.',
    apply: () =>
      ['localhost', '127.0.0.1', '0.0.0.0'].flatMap((host) =>
        ['', ':3000', ':8000', ':8080', ':5000', ':4000', ':9000', ':80', ':443'].map(
          (port) => [`${host}${port}`, `${host}${port}`] as const,
        ),
      ),
  },
  ...LEFT_OUT,
]
