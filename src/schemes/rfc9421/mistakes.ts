import { type Mistake, ofText, type TextMistake } from '../scheme/mistakes.js'
import { PAIRS_MISTAKES, TEXT_MISTAKES } from '../scheme/text-mistakes.js'

/** One line of a signature base. */
export interface BaseLine {
  /** Component name without its parameters: `@path`, `content-type`. */
  readonly name: string
  /** As it stands in the base, quoted and with its parameters. */
  readonly id: string
  readonly value: string
}

/** What a sender may have signed: the lines, the parameters, and how they were joined. */
export interface BaseState {
  readonly lines: readonly BaseLine[]
  /** The value of the last line: `("@method");created=1`. */
  readonly params: string
  /** `undefined`: as RFC 9421 2.5 joins them. */
  readonly write?: (state: BaseState) => string
  /** `http` or `https` of the request. */
  readonly scheme: string
  /** Path and query of the request as they were sent. */
  readonly target: string
  readonly authority: string
  /** Other values of the content digest: those of bodies that the sender may have hashed. */
  readonly digests: ReadonlyArray<readonly [value: string, of: string]>
  /** Where proxies name the host that the client used. */
  readonly hosts: readonly string[]
}

const lineOf = ({ id, value }: BaseLine): string => `${id}: ${value}`

/** The text that is signed in a state. */
export const baseText = (state: BaseState): string =>
  state.write === undefined
    ? [...state.lines.map(lineOf), `"@signature-params": ${state.params}`].join('\n')
    : state.write(state)

const valueAt = (name: string) => (state: BaseState) => state.lines.find((line) => line.name === name)?.value
const withValue =
  (name: string) =>
  (state: BaseState, value: string): BaseState => ({
    ...state,
    lines: state.lines.map((line) => (line.name === name ? { ...line, value } : line)),
  })

const component = (name: string, mistakes: readonly TextMistake[]): ReadonlyArray<Mistake<BaseState>> =>
  ofText(name, valueAt(name), withValue(name), mistakes)

const of = (table: readonly TextMistake[], ...ids: readonly string[]): readonly TextMistake[] =>
  table.filter(({ id }) => ids.includes(id))

const METHOD: readonly TextMistake[] = [
  {
    id: 'case',
    rank: 1,
    cause: 'The method was signed in small letters.',
    fix: 'RFC 9421 2.2.1: "@method" is the method as it is sent, in capitals.',
    apply: (text) => [[text.toLowerCase()], [text.toUpperCase()]],
  },
  {
    id: 'other',
    rank: 2,
    cause: 'Another method was signed than the request was sent with.',
    fix: 'Sign the method that is sent; a redirect turns POST into GET.',
    apply: () => ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].map((one) => [one, one] as const),
  },
]

const AUTHORITY: readonly TextMistake[] = [
  {
    id: 'port',
    rank: 1,
    cause: 'The authority was signed with a port that does not belong there, or without the one that does.',
    fix: 'RFC 9421 2.2.3: lower case, the default port left out, any other port kept.',
    apply: (text) => [
      [`${text.replace(/:\d+$/, '')}:443`],
      [`${text.replace(/:\d+$/, '')}:80`],
      [text.replace(/:\d+$/, '')],
      [`${text}:8080`],
      [`${text}:3000`],
      [`${text}:8443`],
    ],
  },
  {
    id: 'url',
    rank: 1,
    cause: 'The authority was signed as a URL.',
    fix: 'RFC 9421 2.2.3: the host (and port) alone, without scheme and path.',
    apply: (text) => [[`https://${text}`], [`http://${text}`], [`https://${text}/`], [`http://${text}/`]],
  },
  {
    id: 'case',
    rank: 2,
    cause: 'The authority was signed with capitals.',
    fix: 'RFC 9421 2.2.3: the authority is lower case.',
    apply: (text) => [[text.toUpperCase()], [text.replace(/^\w/, (one) => one.toUpperCase())]],
  },
  {
    id: 'www',
    rank: 2,
    cause: 'The authority was signed for a neighbouring host (with or without "www.").',
    fix: 'Sign the host that the request goes to.',
    apply: (text) => [[`www.${text}`], [text.replace(/^www\./, '')]],
  },
]

const TARGET_URI: readonly TextMistake[] = [
  {
    id: 'scheme',
    rank: 1,
    cause: 'The target URI was signed with another scheme: a proxy ends TLS, or the server does not know of it.',
    fix: 'Tell the server which origin its clients use (publicOrigin, or a trusted X-Forwarded-Proto); sign the https URL.',
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
  ...of(PAIRS_MISTAKES, 'decoded', 'encoder', 'digits-case', 'encoded-twice'),
]

const PATH: readonly TextMistake[] = [
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
    apply: (text) => [[`${text}/`], [text.replace(/\/+$/, '')], [text.slice(1)]],
  },
  {
    id: 'case',
    rank: 3,
    cause: 'The path was signed in another case.',
    fix: 'Sign the path as it is sent.',
    apply: (text) => [[text.toLowerCase()]],
  },
  ...of(PAIRS_MISTAKES, 'decoded', 'encoded', 'encoder', 'digits-case', 'encoded-twice'),
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

const QUERY: readonly TextMistake[] = [
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

const FIELD: readonly TextMistake[] = [
  {
    id: 'case',
    rank: 2,
    cause: 'The value of $ was signed in another case.',
    fix: 'Sign values as they are sent; only names are lower case.',
    apply: (text) => [[text.toLowerCase()]],
  },
  {
    id: 'spaces',
    rank: 2,
    cause: 'The value of $ was signed with other white space.',
    fix: 'RFC 9421 2.1: white space around a value is removed, lines are joined with ", ".',
    apply: (text) => [
      [` ${text}`],
      [`${text} `],
      [text.replaceAll(', ', ',')],
      [text.replace(/,(?! )/g, ', ')],
      [text.replaceAll('; ', ';')],
      [text.replace(/;(?! )/g, '; ')],
    ],
  },
  {
    id: 'left-empty',
    rank: 2,
    cause: 'The value of $ was signed as the empty text: the field was not there yet.',
    fix: 'Set every covered field before signing.',
    apply: (text) => [
      [''],
      [text === 'undefined' ? '' : 'undefined', 'the text "undefined"'],
      ['null', 'the text "null"'],
    ],
  },
]

const CONTENT_TYPE: readonly TextMistake[] = [
  {
    id: 'parameters',
    rank: 1,
    cause: 'The content type was signed without the parameters (charset) that were sent, or the other way round.',
    fix: 'Set Content-Type yourself before signing; HTTP clients add "; charset=utf-8".',
    apply: (text) => [
      [text.replace(/;.*$/s, '')],
      ...['utf-8', 'UTF-8'].flatMap((one) => [
        [`${text.replace(/;.*$/s, '')}; charset=${one}`] as const,
        [`${text.replace(/;.*$/s, '')};charset=${one}`] as const,
      ]),
    ],
  },
  {
    id: 'other',
    rank: 2,
    cause: 'Another content type was signed than was sent: the HTTP client set its own.',
    fix: 'Set Content-Type before signing and send that.',
    apply: () =>
      [
        'application/json',
        'text/plain;charset=UTF-8',
        'application/x-www-form-urlencoded',
        'application/x-www-form-urlencoded;charset=UTF-8',
        'text/plain',
        'application/octet-stream',
      ].map((one) => [one, one] as const),
  },
  ...FIELD,
]

const PARAMETER = /;\s*([a-z*][a-z0-9_.*-]*)=("(?:[^"\\]|\\.)*"|[^;"]+)/g

interface Params {
  readonly list: string
  readonly pairs: ReadonlyArray<readonly [name: string, value: string]>
}

function paramsOf(text: string): Params {
  const close = text.lastIndexOf(')')
  const list = text.slice(0, close + 1)
  return {
    list,
    pairs: Array.from(text.slice(close + 1).matchAll(PARAMETER), ([, name = '', value = '']) => [name, value] as const),
  }
}

const joined = ({ list, pairs }: Params): string => list + pairs.map(([name, value]) => `;${name}=${value}`).join('')

function* orders<T>(items: readonly T[]): Iterable<readonly T[]> {
  if (items.length < 2) yield items
  else
    for (const [at, one] of items.entries())
      for (const rest of orders(items.filter((_, other) => other !== at))) yield [one, ...rest]
}

const PARAMS: readonly TextMistake[] = [
  {
    id: 'order',
    rank: 1,
    cause: 'The signature parameters were signed in another order than they stand in Signature-Input.',
    fix: 'RFC 9421 2.3: the order is free but must be the same in both; sign the very text that is sent.',
    *apply(text) {
      const { list, pairs } = paramsOf(text)
      if (pairs.length > 5) yield [joined({ list, pairs: [...pairs].reverse() }), 'reversed']
      else
        for (const order of orders(pairs))
          yield [joined({ list, pairs: order }), order.map(([name]) => name).join(', ')]
    },
  },
  {
    id: 'left-out',
    rank: 1,
    cause: 'A signature parameter stands in Signature-Input and was not signed.',
    fix: 'RFC 9421 2.3: sign all parameters that are sent.',
    *apply(text) {
      const { list, pairs } = paramsOf(text)
      for (const [at, [name]] of pairs.entries())
        yield [joined({ list, pairs: pairs.filter((_, other) => other !== at) }), name]
      yield [list, 'all of them']
    },
  },
  {
    id: 'spaces',
    rank: 1,
    cause: 'The signature parameters were signed with other white space than the canonical form has.',
    fix: 'RFC 9421 2.3 and RFC 9651 4.1: no space around ";" and one between components; sign the serialised form.',
    apply: (text) => [
      [text.replaceAll(';', '; ')],
      [text.replaceAll('" "', '"  "')],
      [text.replace(/\s*;\s*/g, ';')],
      [text.replaceAll('" "', '", "'), 'commas between the components'],
      [text.replaceAll('" "', '","'), 'commas between the components'],
    ],
  },
  {
    id: 'quotes',
    rank: 1,
    cause: 'The signature parameters were signed with other quotes: a number in quotes, or a text without them.',
    fix: 'RFC 9421 2.3: created and expires are bare integers, keyid, alg, nonce and tag are quoted.',
    *apply(text) {
      const { list, pairs } = paramsOf(text)
      yield [
        joined({ list, pairs: pairs.map(([name, value]) => [name, value.replace(/^"(.*)"$/, '$1')]) }),
        'no quotes',
      ]
      yield [
        joined({ list, pairs: pairs.map(([name, value]) => [name, /^"/.test(value) ? value : `"${value}"`]) }),
        'times in quotes',
      ]
      yield [joined({ list: list.replaceAll('"', ''), pairs }), 'no quotes around the components']
    },
  },
  {
    id: 'label',
    rank: 1,
    cause: 'The label was signed with the parameters ("sig1=(…)").',
    fix: 'RFC 9421 2.5: the last line holds the list and its parameters, without the label.',
    apply: (text) => [[`sig1=${text}`], [`sig=${text}`]],
  },
  {
    id: 'created',
    rank: 2,
    cause: 'Another creation time was signed than was sent: the clock was read twice, or in another unit.',
    fix: 'Read the clock once, in whole seconds, and write that into both.',
    *apply(text) {
      const created = /;created=(\d+)/.exec(text)?.[1]
      if (created === undefined) return
      for (let away = 1; away <= 30; away++)
        for (const other of [Number(created) - away, Number(created) + away])
          yield [text.replace(/;created=\d+/, `;created=${other}`), `${other - Number(created)} s`]
      yield [text.replace(/;created=\d+/, `;created=${created}000`), 'milliseconds']
    },
  },
]

const MARK = { part: 'base', rank: 1 } as const

/** What goes wrong with the base as a whole. */
const BASE: ReadonlyArray<Mistake<BaseState>> = [
  {
    ...MARK,
    id: 'base-line-break',
    cause: 'The signature base was signed with a line break at its end.',
    fix: 'RFC 9421 2.5: the last line has no line break.',
    apply: (state) => [
      [write(state, (text) => `${text}\n`)],
      [write(state, (text) => text.replaceAll('\n', '\r\n')), 'CR LF between the lines'],
      [write(state, (text) => text.replaceAll('\n', '\\n')), 'the two characters "\\n" between the lines'],
      [write(state, (text) => text.replaceAll('\n', ' ')), 'spaces between the lines'],
      [write(state, (text) => text.replaceAll('\n', '')), 'nothing between the lines'],
    ],
  },
  {
    ...MARK,
    id: 'base-without-params',
    cause: 'The last line, "@signature-params", was not signed.',
    fix: 'RFC 9421 2.5: the base ends with the line "@signature-params".',
    apply: (state) => [
      [{ ...state, write: ({ lines }) => lines.map(lineOf).join('\n') }],
      [{ ...state, write: ({ lines }) => `${lines.map(lineOf).join('\n')}\n` }, 'with a line break at the end'],
    ],
  },
  {
    ...MARK,
    id: 'base-names',
    cause: 'The names of the components were written in another way.',
    fix: 'RFC 9421 2.5: each line is the quoted lower-case name, a colon, one space and the value.',
    apply: (state) => [
      [unquoted(state, (line) => `${line.name}: ${line.value}`), 'without quotes'],
      [unquoted(state, (line) => `${line.id}:${line.value}`), 'no space behind the colon'],
      [
        unquoted(
          state,
          (line) => `${line.id.replace(/"([^"]*)"/, (_, name: string) => `"${capitals(name)}"`)}: ${line.value}`,
        ),
        'in capitals',
      ],
      [unquoted(state, (line) => `"${line.name}": ${line.value}`), 'without their parameters'],
      [
        { ...state, write: ({ lines, params }) => [...lines.map(lineOf), `@signature-params: ${params}`].join('\n') },
        '"@signature-params" without quotes',
      ],
      [
        {
          ...state,
          write: ({ lines, params }) =>
            [...lines.map((line) => `${line.name}: ${line.value}`), `@signature-params: ${params}`].join('\n'),
        },
        'all without quotes',
      ],
    ],
  },
  {
    ...MARK,
    id: 'base-cavage',
    cause: 'The text that was signed is that of draft-cavage, the predecessor of RFC 9421.',
    fix: 'Use a library for RFC 9421 on both sides; the two are not compatible.',
    apply: (state) => [
      [
        {
          ...state,
          write: ({ lines, target }) =>
            lines
              .map(({ name, value }) =>
                name === '@method' || name === '@request-target'
                  ? `(request-target): ${value.toLowerCase()} ${target}`
                  : `${name.replace('@authority', 'host')}: ${value}`,
              )
              .join('\n'),
        },
      ],
    ],
  },
  {
    ...MARK,
    id: 'base-values-only',
    cause: 'Only the values of the components were signed.',
    fix: 'RFC 9421 2.5: each line starts with the quoted name.',
    apply: (state) => [
      [{ ...state, write: ({ lines }) => lines.map(({ value }) => value).join('\n') }],
      [{ ...state, write: ({ lines }) => lines.map(({ value }) => value).join('') }, 'joined with nothing'],
    ],
  },
  {
    ...MARK,
    id: 'base-params-only',
    rank: 2,
    cause: 'Only the parameters, or Signature-Input, were signed.',
    fix: 'RFC 9421 2.5: sign the whole base.',
    apply: (state) => [
      [{ ...state, write: ({ params }) => params }],
      [{ ...state, write: ({ params }) => `sig1=${params}` }],
    ],
  },
  {
    ...MARK,
    id: 'base-hashed',
    rank: 2,
    cause: 'The base was encoded before it was signed.',
    fix: 'Sign the bytes of the base; the algorithm hashes them itself.',
    apply: (state) => [
      [write(state, btoaSafe), 'in base64'],
      [write(state, (text) => JSON.stringify(text)), 'as JSON'],
    ],
  },
]

const write = (state: BaseState, change: (text: string) => string): BaseState => ({
  ...state,
  write: ({ write: _, ...rest }) => change(baseText(rest)),
})
const unquoted = (state: BaseState, line: (one: BaseLine) => string): BaseState => ({
  ...state,
  write: ({ lines, params }) => [...lines.map(line), `"@signature-params": ${params}`].join('\n'),
})
const capitals = (name: string): string => name.replace(/(^|-)([a-z])/g, (all) => all.toUpperCase())
const btoaSafe = (text: string): string => (/^[\0-\xff]*$/.test(text) ? btoa(text) : text)

/** What goes wrong with the lines. */
const LINES: ReadonlyArray<Mistake<BaseState>> = [
  {
    id: 'line-left-out',
    part: 'lines',
    rank: 1,
    cause: 'A component is listed in Signature-Input and its line was not signed.',
    fix: 'Sign a line for each listed component, in the order of the list.',
    *apply(state) {
      for (const { id } of state.lines) yield [{ ...state, lines: state.lines.filter((line) => line.id !== id) }, id]
    },
  },
  {
    id: 'line-order',
    part: 'lines',
    rank: 1,
    cause: 'The lines stand in another order than the list of Signature-Input.',
    fix: 'RFC 9421 2.5: the lines follow the order of the list.',
    *apply(state) {
      if (state.lines.length > 1 && state.lines.length < 6)
        for (const lines of orders(state.lines)) yield [{ ...state, lines }, lines.map(({ id }) => id).join(' ')]
      else {
        yield [{ ...state, lines: [...state.lines].reverse() }, 'reversed']
        yield [{ ...state, lines: [...state.lines].sort((a, b) => (a.id < b.id ? -1 : 1)) }, 'by name']
      }
    },
  },
  {
    id: 'host-rewritten',
    part: 'lines',
    rank: 1,
    cause: 'The host was rewritten on the way: the signature is for the name that the client used.',
    fix: 'Let the proxy keep Host (proxy_set_header Host $host), or tell the server its public origin.',
    *apply(state) {
      for (const host of state.hosts)
        yield [
          {
            ...state,
            lines: state.lines.map((line) => ({
              ...line,
              value:
                line.name === '@authority' || line.name === 'host'
                  ? host.toLowerCase()
                  : line.name === '@target-uri'
                    ? line.value.replace(/^(https?:\/\/)[^/?]+/, `$1${host.toLowerCase()}`)
                    : line.value,
            })),
          },
          host,
        ]
    },
  },
  {
    id: 'digest-of-other-body',
    part: 'content-digest',
    rank: 1,
    cause: 'The content digest that was signed is that of another body than was sent.',
    fix: 'Make the digest of the bytes that are sent.',
    *apply(state) {
      for (const [value, what] of state.digests) yield [withValue('content-digest')(state, value), what]
    },
  },
]

/** What people do wrong with RFC 9421, for the components of one signature. */
export function rfc9421Mistakes(names: readonly string[]): ReadonlyArray<Mistake<BaseState>> {
  const byName: Readonly<Record<string, readonly TextMistake[]>> = {
    __proto__: null as never,
    '@method': METHOD,
    '@authority': AUTHORITY,
    host: AUTHORITY,
    '@target-uri': TARGET_URI,
    '@path': PATH,
    '@query': QUERY,
    '@request-target': [...PATH, ...of(PAIRS_MISTAKES, 'sorted')],
    'content-type': CONTENT_TYPE,
    '@scheme': [
      {
        id: 'other',
        rank: 1,
        cause: 'Another scheme was signed: a proxy ends TLS.',
        fix: 'Tell the server its public origin.',
        apply: () => [['http'], ['https']],
      },
    ],
  }
  return [
    ...[...new Set(names)].flatMap((name) =>
      component(name, byName[name] ?? (name.startsWith('@') ? of(TEXT_MISTAKES, 'left-out') : FIELD)),
    ),
    ...ofText(
      'parameters',
      ({ params }: BaseState) => params,
      (state, params) => ({ ...state, params }),
      PARAMS,
    ),
    ...LINES,
    ...BASE,
    ...pathWithQuery,
  ]
}

const pathWithQuery: ReadonlyArray<Mistake<BaseState>> = [
  {
    id: 'path-with-query',
    part: '@path',
    rank: 1,
    cause: 'The path was signed with the query.',
    fix: 'RFC 9421 2.2.6: "@path" ends before the "?"; cover "@query" as well.',
    apply: (state) => [
      [withValue('@path')(state, state.target)],
      [withValue('@path')(state, `${state.scheme}://${state.authority}${state.target}`), 'as a URL'],
    ],
  },
]
