import { hashText } from '#backend/hash'
import { base64Decode, concatBytes, utf8, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { JSON_MISTAKES } from '../../schemes/scheme/json-mistakes.js'
import { type Mistake, ofText, type TextMistake } from '../../schemes/scheme/mistakes.js'
import { PAIRS_MISTAKES, TEXT_MISTAKES } from '../../schemes/scheme/text-mistakes.js'
import type { Draft, DraftText } from '../spec/draft.js'
import type { ExchangeSpec } from '../spec/spec.js'
import { OWN_MISTAKES } from './own.js'
import { segmentsOf } from './segments.js'
import type { ExchangeState } from './state.js'
import { TIME_MISTAKES } from './time.js'

const withDraft = (state: ExchangeState, members: Partial<Draft>): ExchangeState => ({
  ...state,
  draft: { ...state.draft, payload: '', ...members },
})

/** Mistakes of one member of the draft. */
const member = (
  part: string,
  name: DraftText,
  mistakes: readonly TextMistake[],
): ReadonlyArray<Mistake<ExchangeState>> =>
  ofText(
    part,
    ({ draft }) => (draft[name] === '' && name !== 'body' ? undefined : draft[name]),
    (state, text) =>
      withDraft(state, name === 'query' ? { query: text, questionMark: text === '' ? '' : '?' } : { [name]: text }),
    mistakes,
  )

const METHOD: readonly TextMistake[] = [
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
  ...TEXT_MISTAKES.slice(0, 1),
]

const PATH: readonly TextMistake[] = [
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
  ...TEXT_MISTAKES.slice(0, 1),
]

const HOST: readonly TextMistake[] = [
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
  ...TEXT_MISTAKES.slice(0, 1),
]

const WINDOW: readonly TextMistake[] = [
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

const KEY: readonly TextMistake[] = [
  ...TEXT_MISTAKES.slice(0, 1),
  TEXT_MISTAKES.find(({ id }) => id === 'line-break') as TextMistake,
  TEXT_MISTAKES.find(({ id }) => id === 'quoted') as TextMistake,
  {
    id: 'case',
    rank: 3,
    cause: 'The API key was signed in another case than it was sent in.',
    fix: 'Sign the API key as it is sent.',
    apply: (text) => [[text.toLowerCase()], [text.toUpperCase()]],
  },
]

/** Body and query as what an empty one is taken for, and one for the other. */
const PLACES: ReadonlyArray<Mistake<ExchangeState>> = [
  {
    id: 'body-for-none',
    part: 'body',
    rank: 1,
    cause: 'A body was signed, while none was sent.',
    fix: 'Sign the empty text where no body is sent: GET and DELETE have none.',
    *apply(state) {
      if (state.draft.body !== '') return
      for (const body of ['{}', 'null', '[]', '""', 'undefined', 'None', '\n'])
        yield [withDraft(state, { body }), JSON.stringify(body)]
    },
  },
  {
    id: 'query-as-body',
    part: 'body',
    rank: 1,
    cause: 'The parameters were signed as a JSON body, and sent in the query.',
    fix: 'Where parameters go into the query, they are signed as part of it, and the body is empty.',
    *apply(state) {
      const { query } = state.draft
      if (query === '') return
      for (const mistake of PAIRS_MISTAKES)
        if (mistake.id === 'as-json')
          for (const [body] of mistake.apply(query)) {
            yield [withDraft(state, { query: '', questionMark: '', body })]
            yield [withDraft(state, { body }), 'beside the query']
          }
      yield [withDraft(state, { query: '', questionMark: '', body: query }), 'as a form']
      yield [withDraft(state, { body: query }), 'as a form beside the query']
    },
  },
  {
    id: 'body-as-query',
    part: 'query',
    rank: 1,
    cause: 'The parameters were signed as a query, and sent in the body.',
    fix: 'Where parameters go into the body, the characters of the body are signed, and the query is empty.',
    *apply(state) {
      const { body } = state.draft
      if (body === '') return
      const texts = new Set(
        JSON_MISTAKES.filter(({ id }) => id === 'json-as-form').flatMap(({ apply }) =>
          [...apply(body)].map(([text]) => text),
        ),
      )
      if (!/^\s*[[{]/.test(body)) texts.add(body)
      for (const query of texts) {
        yield [withDraft(state, { query, questionMark: '?', body: '' })]
        yield [withDraft(state, { query, questionMark: '?' }), 'beside the body']
      }
    },
  },
  {
    id: 'question-mark',
    part: 'question mark',
    rank: 1,
    cause: 'The query was signed with a "?" before it where none belongs, or without the one that does.',
    fix: 'Follow the page of the exchange: some sign "path?query", others the query alone.',
    *apply(state) {
      const { query, questionMark } = state.draft
      if (query !== '') yield [withDraft(state, { query: `?${query}` }), 'one "?" too many']
      if (questionMark !== '') yield [withDraft(state, { questionMark: '' }), 'without the "?"']
      if (query === '') yield [withDraft(state, { questionMark: '?' }), 'a "?" with nothing behind it']
    },
  },
]

const text = (base: Bytes): string => (typeof base === 'string' ? base : (utf8Decode(base) ?? ''))

const NOTHING = new Uint8Array(0)
type Write = NonNullable<ExchangeState['write']>
const writes = (state: ExchangeState, write: Write): ExchangeState => ({ ...state, write })

function* permuted<T>(items: readonly T[]): Iterable<readonly T[]> {
  if (items.length < 2) yield items
  else
    for (let at = 0; at < items.length; at++)
      for (const rest of permuted(items.filter((_, other) => other !== at))) yield [items[at] as T, ...rest]
}

/** What is done with the whole text to sign. */
const whole = (spec: ExchangeSpec): ReadonlyArray<Mistake<ExchangeState>> => {
  const segments = (base: Bytes, draft: Draft) => (typeof base === 'string' ? segmentsOf(base, draft) : [])
  const baseOf = ({ draft }: ExchangeState): Bytes => spec.base(draft)
  return [
    {
      id: 'text-part-left-out',
      part: 'text to sign',
      rank: 1,
      cause: 'A part of the text to sign was left out.',
      fix: 'Put every part into the text to sign, in the order of the page of the exchange.',
      *apply(state) {
        for (const { name } of segments(baseOf(state), state.draft))
          if (name !== '')
            yield [
              writes(state, (base, draft) =>
                segments(base, draft)
                  .filter((one) => one.name !== name)
                  .map((one) => one.text)
                  .join(''),
              ),
              `the ${name}`,
            ]
      },
    },
    {
      id: 'text-separators',
      part: 'text to sign',
      rank: 1,
      cause: 'The parts of the text to sign were joined in another way.',
      fix: 'Join the parts exactly as the page of the exchange says: with nothing, or with its separator, between them.',
      *apply(state) {
        if (segments(baseOf(state), state.draft).length < 2) return
        for (const [mark, name] of [
          ['', 'nothing'],
          ['\n', 'a line break'],
          ['&', '"&"'],
          ['|', '"|"'],
          ['.', '"."'],
          [' ', 'a space'],
          [':', '":"'],
          [',', '","'],
          ['-', '"-"'],
          ['\r\n', 'CR LF'],
        ] as const)
          yield [
            writes(state, (base, draft) =>
              segments(base, draft)
                .filter((one) => one.name !== '')
                .map((one) => one.text)
                .join(mark),
            ),
            `${name} between them`,
          ]
      },
    },
    {
      id: 'text-order',
      part: 'text to sign',
      rank: 1,
      alone: true,
      cause: 'The parts of the text to sign stand in another order.',
      fix: 'Put the parts into the order of the page of the exchange.',
      *apply(state) {
        const names = segments(baseOf(state), state.draft).filter(({ name }) => name !== '')
        if (names.length < 2 || names.length > 5) return
        for (const order of permuted(names.map((_, at) => at)))
          yield [
            writes(state, (base, draft) => {
              const parts = segments(base, draft)
              const named = parts.filter(({ name }) => name !== '')
              let next = 0
              return parts.map((one) => (one.name === '' ? one.text : (named[order[next++] ?? 0]?.text ?? ''))).join('')
            }),
            order.map((at) => names[at]?.name).join(', '),
          ]
      },
    },
    {
      id: 'text-line-break',
      part: 'text to sign',
      rank: 1,
      cause: 'The text to sign ends in a line break that does not belong there, or lacks the one that does.',
      fix: 'Compare the end of the text: echo, heredocs and templates add a line break, trim() takes one away.',
      *apply(state) {
        yield [writes(state, (base) => `${text(base)}\n`), 'one too many']
        yield [writes(state, (base) => `${text(base)}\r\n`), 'CR LF too many']
        yield [writes(state, (base) => text(base).replace(/\n$/, '')), 'one missing']
        yield [writes(state, (base) => text(base).replace(/\n/g, '\r\n')), 'CR LF for LF']
        yield [
          writes(state, (base) => text(base).replace(/\n/g, '\\n')),
          'the two characters "\\n" in place of line breaks',
        ]
        yield [writes(state, (base) => text(base).replace(/\n/g, '')), 'all missing']
      },
    },
    {
      id: 'text-recoded',
      part: 'text to sign',
      rank: 2,
      cause: 'The text to sign was changed as a whole before it was signed.',
      fix: 'Sign the text as it is.',
      *apply(state) {
        yield [writes(state, (base) => text(base).toLowerCase()), 'in small letters']
        yield [writes(state, (base) => text(base).toUpperCase()), 'in capitals']
        yield [writes(state, (base) => encodeURIComponent(text(base))), 'percent-encoded']
        yield [writes(state, (base) => base64(base)), 'in base64']
        yield [writes(state, (base) => utf8Decode(base64Decode(text(base)) ?? NOTHING) ?? ''), 'decoded from base64']
        yield [writes(state, (base) => `"${text(base)}"`), 'in quotes']
        for (const hash of ['sha256', 'sha512'] as const) {
          yield [writes(state, (base) => hashText(hash, base, 'hex')), `its ${hash} in hexadecimal`]
          yield [writes(state, (base) => hashText(hash, base, 'base64')), `its ${hash} in base64`]
        }
        yield [writes(state, (base) => utf16(text(base))), 'as UTF-16']
        yield [writes(state, (base) => `\ufeff${text(base)}`), 'with a byte order mark']
      },
    },
    {
      id: 'text-with-url',
      part: 'text to sign',
      rank: 2,
      cause: 'The whole URL was signed in place of the path.',
      fix: 'Sign the path (and the query where the page says so), without scheme and host.',
      *apply(state) {
        const { scheme, host } = state.draft
        for (const start of [`${scheme}://${host}`, host, `https://${host}`])
          yield [writes(state, (base, draft) => text(base).replace(draft.path, start + draft.path)), start]
      },
    },
    {
      id: 'text-with-query',
      part: 'text to sign',
      rank: 1,
      cause: 'The query was signed where the exchange signs the path alone.',
      fix: 'Leave the query out of the text to sign.',
      *apply(state) {
        const { query, path } = state.draft
        if (query === '') return
        yield [writes(state, (base) => text(base).replace(path, `${path}?${query}`))]
        yield [writes(state, (base) => text(base) + query), 'behind everything']
      },
    },
    {
      id: 'text-with-body',
      part: 'text to sign',
      rank: 1,
      cause: 'The body was signed where the exchange does not sign it.',
      fix: 'Leave the body out of the text to sign.',
      *apply(state) {
        if (state.draft.body !== '') yield [writes(state, (base, draft) => text(base) + draft.body)]
      },
    },
    {
      id: 'text-ampersand',
      part: 'text to sign',
      rank: 1,
      cause: 'Query and body were joined with "&" in the text to sign.',
      fix: 'Query and body follow each other without anything between.',
      *apply(state) {
        const { query, body } = state.draft
        if (query === '' || body === '') return
        yield [
          writes(state, (base, draft) => text(base).replace(draft.query + draft.body, `${draft.query}&${draft.body}`)),
        ]
        yield [
          writes(state, (base, draft) => text(base).replace(draft.query + draft.body, `${draft.body}&${draft.query}`)),
          'the body first',
        ]
        yield [
          writes(state, (base, draft) => text(base).replace(draft.query + draft.body, draft.body + draft.query)),
          'the body first, without "&"',
        ]
      },
    },
    {
      id: 'text-with-key',
      part: 'text to sign',
      rank: 2,
      cause: 'The API key was signed as well, or its name beside it.',
      fix: 'Leave the API key out of the text to sign.',
      *apply(state) {
        yield [writes(state, (base, draft) => draft.key + text(base)), 'before everything']
        yield [writes(state, (base, draft) => text(base) + draft.key), 'behind everything']
      },
    },
  ]
}

const base64 = (base: Bytes): string =>
  btoa(Array.from(typeof base === 'string' ? utf8(base) : base, (byte) => String.fromCharCode(byte)).join(''))
const utf16 = (value: string): Uint8Array =>
  concatBytes(
    ...Array.from({ length: value.length }, (_, at) =>
      Uint8Array.of(value.charCodeAt(at) & 0xff, value.charCodeAt(at) >> 8),
    ),
  )

/** What people do wrong at an exchange: what the draft holds, what is made of it, and what only this exchange asks for. */
export function exchangeMistakes(spec: ExchangeSpec): ReadonlyArray<Mistake<ExchangeState>> {
  return [
    ...member('body', 'body', [...JSON_MISTAKES, ...TEXT_MISTAKES, ...PAIRS_MISTAKES]),
    ...member('query', 'query', [...PAIRS_MISTAKES, ...TEXT_MISTAKES]),
    ...PLACES,
    ...member('path', 'path', PATH),
    ...member('method', 'method', METHOD),
    ...member('host', 'host', HOST),
    ...member('time', 'time', TIME_MISTAKES),
    ...member('nonce', 'nonce', [...TEXT_MISTAKES.slice(0, 1)]),
    ...member('receive window', 'window', WINDOW),
    ...member('API key', 'key', KEY),
    ...member('passphrase', 'passphrase', KEY),
    ...whole(spec),
    ...(Object.hasOwn(OWN_MISTAKES, spec.id) ? (OWN_MISTAKES[spec.id] ?? []) : []),
  ]
}

/** What is signed in a state; `undefined` where the exchange's rules refuse it. */
export function composed(spec: ExchangeSpec, { draft, write }: ExchangeState): Bytes | undefined {
  try {
    const base = spec.base(draft)
    return write === undefined ? base : write(base, draft)
  } catch {
    return undefined
  }
}
