import { only, type TextMistake } from '../../scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../scheme/pairs-mistakes.js'
import { HOST, METHOD, PATH } from '../../scheme/request-mistakes.js'
import { TEXT_MISTAKES } from '../../scheme/text-mistakes.js'
import { TIME_MISTAKES } from '../../scheme/time-mistakes.js'

const PUBLIC =
  'Verify with the URL that the sender calls: state it (publicUrl), or let the framework trust the proxy (trust proxy, X-Forwarded-Proto and -Host).'

/** What the URL of a webhook is for the program behind a proxy. */
export const SCHEME: readonly TextMistake[] = [
  {
    id: 'other',
    rank: 1,
    cause: 'The sender signed the URL with the other scheme (https or http): a proxy ends TLS before the program.',
    fix: PUBLIC,
    apply: () => [
      ['https', 'the sender calls https'],
      ['http', 'the sender calls http'],
    ],
  },
]

// Two capitals among so many letters are a few hundred hosts.
const MOST_CAPITALS = 32

/** The host that the sender has called. `hosts` are those that the request names besides its own. */
export const hostMistakes = (hosts: readonly string[]): readonly TextMistake[] => [
  {
    id: 'other',
    rank: 1,
    cause: 'The sender called another host than the one the request has arrived at: a proxy or tunnel rewrites it.',
    fix: PUBLIC,
    apply: () => hosts.map((one) => [one, one] as const),
  },
  ...HOST.map((one) => ({
    ...one,
    cause:
      one.id === 'port'
        ? 'The sender signed the host with another port (or without one) than the one the request has arrived with.'
        : one.cause,
    fix: PUBLIC,
  })),
  {
    id: 'case',
    rank: 3,
    alone: true,
    cause:
      'The sender signed the host with capitals, as the URL stands with it; clients and proxies write it in small letters.',
    fix: 'State the URL with the sender in small letters, or verify with the very URL that stands there (publicUrl).',
    *apply(text) {
      yield [text.toUpperCase()]
      const isLetter = (at: number): boolean => /[a-z]/.test(text[at] ?? '')
      const raised = (at: number, of: string): string =>
        of.slice(0, at) + (of[at] ?? '').toUpperCase() + of.slice(at + 1)
      const end = Math.min(text.length, MOST_CAPITALS)
      for (let one = 0; one < end; one++)
        if (isLetter(one)) {
          yield [raised(one, text)]
          for (let other = one + 1; other < end; other++) if (isLetter(other)) yield [raised(other, raised(one, text))]
        }
    },
  },
  {
    id: 'www',
    rank: 2,
    cause: 'The sender calls the neighbouring host (with or without "www.").',
    fix: PUBLIC,
    apply: (text) => [[`www.${text}`], [text.replace(/^www\./, '')]],
  },
]

export const URL_PATH: readonly TextMistake[] = PATH.map((one) =>
  one.id === 'trailing-slash'
    ? {
        ...one,
        cause: 'The URL that the sender calls ends in a slash and the verified one does not, or the other way round.',
        fix: 'State the URL exactly as it stands with the sender; a router or redirect adds or removes the slash.',
      }
    : one.id === 'prefix' || one.id === 'extra-prefix'
      ? {
          ...one,
          cause: 'The path that the sender calls has another prefix: a router or proxy takes it off, or adds it.',
          fix: 'Verify with the path that is called (originalUrl in Express), not that of a mounted router.',
        }
      : one,
)

export const URL_METHOD: readonly TextMistake[] = METHOD

// What senders call the time among their parameters.
const TIMED = /(^|&)(timestamp|ts|time|auth_date)=([^&]{1,40})/

/** What goes wrong with the time, which is one of the parameters. */
const TIMES: readonly TextMistake[] = [...TIME_MISTAKES, ...only(TEXT_MISTAKES, 'left-out')].map((one) => ({
  ...one,
  id: `time-${one.id}`,
  cause: one.cause.replaceAll('$', 'time'),
  fix: one.fix.replaceAll('$', 'time'),
  *apply(text) {
    const [, , name, sent = ''] = TIMED.exec(text) ?? []
    if (name === undefined) return
    for (const [changed, detail = ''] of one.apply(sent))
      yield [text.replace(TIMED, (_, mark: string) => `${mark}${name}=${changed}`), detail] as const
  },
}))

const NESTED = /^([^[=&]{1,64})\[([^\]]{0,64})\]=(.*)$/s

/** Parameters such as `filter[color]=red` as frameworks take them apart and as a text of the result is written. */
const AS_TEXT: ReadonlyArray<
  readonly [name: string, write: (members: ReadonlyArray<readonly [string, string]>) => string]
> = [
  ['as JavaScript prints an object', () => '[object Object]'],
  ['as JSON', (members) => JSON.stringify(Object.fromEntries(members))],
  [
    'as Ruby prints a hash',
    (members) => `{${members.map((one) => one.map((text) => JSON.stringify(text)).join('=>')).join(', ')}}`,
  ],
  [
    'as Ruby prints a hash',
    (members) => `{${members.map((one) => one.map((text) => JSON.stringify(text)).join(' => ')).join(', ')}}`,
  ],
  [
    'as Python prints a dictionary',
    (members) => `{${members.map((one) => one.map((text) => `'${text}'`).join(': ')).join(', ')}}`,
  ],
  ['as PHP prints an array', () => 'Array'],
  ['their values joined', (members) => members.map(([, value]) => value).join(',')],
]

function* nested(text: string): Generator<readonly [text: string, detail: string]> {
  const read = (one: string): string => {
    try {
      return decodeURIComponent(one.replaceAll('+', '%20'))
    } catch {
      return one
    }
  }
  const pairs = text.split('&')
  const found = pairs.map((pair) => NESTED.exec(read(pair)))
  if (found.every((one) => one === null)) return
  for (const [detail, write] of AS_TEXT) {
    const out: string[] = []
    const done = new Set<string>()
    for (const [at, pair] of pairs.entries()) {
      const name = found[at]?.[1]
      if (name === undefined) out.push(pair)
      else if (!done.has(name)) {
        done.add(name)
        const members = found.flatMap((one, index) =>
          one?.[1] === name ? [[one[2] === '' ? `${index}` : (one[2] as string), one[3] as string] as const] : [],
        )
        out.push(`${name}=${encodeURIComponent(write(members))}`)
      }
    }
    yield [out.join('&'), detail]
  }
}

const NESTED_QUERY: TextMistake = {
  id: 'nested',
  rank: 2,
  cause:
    'Parameters with brackets in their names (filter[color]=red) were taken apart into an object before they were signed or verified.',
  fix: 'Take names and values as they stand in the query (Rack::Utils.parse_query, URLSearchParams, the "simple" parser of Express), not a parser of nested queries.',
  apply: nested,
}

export const URL_QUERY: readonly TextMistake[] = [
  {
    id: 'left-out',
    rank: 1,
    cause:
      'The sender signed the URL without the query that is verified: the query was added on the way, or is none of it.',
    fix: 'Verify with the URL exactly as it stands with the sender.',
    apply: (text) => (text === '' ? [] : [['']]),
  },
  ...[...PAIRS_MISTAKES, NESTED_QUERY, ...TIMES].map((one) => ({
    ...one,
    *apply(text: string) {
      if (text.length > 1)
        for (const [changed, detail] of one.apply(text.slice(1)))
          yield detail === undefined ? ([`?${changed}`] as const) : ([`?${changed}`, detail] as const)
    },
  })),
]
