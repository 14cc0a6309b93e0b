import { base64, hexDecode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { textOf } from '../../schemes/scheme/base-text.js'
import type { Mistake, Variant } from '../../schemes/scheme/mistakes.js'
import { targetOf } from '../spec/draft.js'
import { segmentsOf } from './segments.js'
import type { ExchangeState } from './state.js'
import { writes } from './text.js'

/** States in which something stands at each place between the parts of the text, at its start and at its end. */
function* inserted(state: ExchangeState, base: Bytes, text: string, detail: string): Iterable<Variant<ExchangeState>> {
  const count = typeof base === 'string' ? segmentsOf(base, state.draft).length : 0
  for (let at = 0; at <= count; at++)
    yield [
      writes(state, (now, draft) => {
        const parts = segmentsOf(textOf(now), draft).map((one) => one.text)
        return [...parts.slice(0, at), text, ...parts.slice(at)].join('')
      }),
      detail,
    ]
}

const TYPES = ['application/json', 'application/x-www-form-urlencoded']

/** What is put between the parts of the text to sign; `baseOf` writes the text that is right. */
export const insertionMistakes = (baseOf: (state: ExchangeState) => Bytes): ReadonlyArray<Mistake<ExchangeState>> => [
  {
    id: 'text-with-path',
    part: 'text to sign',
    rank: 2,
    cause: 'The path was signed where the exchange does not sign it.',
    fix: 'Leave the path out of the text to sign.',
    *apply(state) {
      const { path } = state.draft
      const base = baseOf(state)
      if (textOf(base).includes(path)) return
      yield* inserted(state, base, path, path)
      if (state.draft.query !== '') yield* inserted(state, base, targetOf(state.draft), 'with the query')
    },
  },
  {
    id: 'text-with-type',
    part: 'text to sign',
    rank: 2,
    cause: 'A type of the body was signed where none is, because there is no body or no type is signed.',
    fix: 'Sign the Content-Type only where the page of the exchange says so, and only where a body is sent.',
    *apply(state) {
      const base = baseOf(state)
      for (const type of TYPES)
        if (!textOf(base).includes(type)) yield* inserted(state, base, type, JSON.stringify(type))
    },
  },
  {
    id: 'text-space',
    part: 'text to sign',
    rank: 2,
    cause: 'A space or line break stands between two parts of the text to sign that belongs to neither.',
    fix: 'Write numbers without a space before them (CStr in place of Str in Visual Basic) and texts without one at their ends.',
    *apply(state) {
      const base = baseOf(state)
      yield* inserted(state, base, ' ', 'a space')
      yield* inserted(state, base, '\n', 'a line break')
    },
  },
]

// SHA-256, SHA-384 and SHA-512, alone between other characters.
const HASH = /(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(?![0-9A-Za-z])/g
const inBase64 = (text: string): string => base64(hexDecode(text) ?? new Uint8Array(0))

/** What is put into the text to sign and does not belong there. */
export const ADDITION_MISTAKES: ReadonlyArray<Mistake<ExchangeState>> = [
  {
    id: 'text-with-url',
    part: 'text to sign',
    rank: 2,
    cause: 'The whole URL was signed in place of the path.',
    fix: 'Sign the path (and the query where the page says so), without scheme and host.',
    *apply(state) {
      const { scheme, host } = state.draft
      for (const start of [`${scheme}://${host}`, host, `https://${host}`])
        yield [writes(state, (base, draft) => textOf(base).replace(draft.path, start + draft.path)), start]
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
      yield [writes(state, (base) => textOf(base).replace(path, `${path}?${query}`))]
      yield [writes(state, (base) => textOf(base) + query), 'behind everything']
      // With the path, and the line that is its own is empty or not there.
      for (const end of ['\n', ''])
        yield [
          writes(state, (base) => textOf(base).replace(`${path}\n${query}`, `${path}?${query}${end}`)),
          'with the path, in its line',
        ]
    },
  },
  {
    id: 'text-with-body',
    part: 'text to sign',
    rank: 1,
    cause: 'The body was signed where the exchange does not sign it.',
    fix: 'Leave the body out of the text to sign.',
    *apply(state) {
      if (state.draft.body !== '') yield [writes(state, (base, draft) => textOf(base) + draft.body)]
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
        writes(state, (base, draft) => textOf(base).replace(draft.query + draft.body, `${draft.query}&${draft.body}`)),
      ]
      yield [
        writes(state, (base, draft) => textOf(base).replace(draft.query + draft.body, `${draft.body}&${draft.query}`)),
        'the body first',
      ]
      yield [
        writes(state, (base, draft) => textOf(base).replace(draft.query + draft.body, draft.body + draft.query)),
        'the body first, without "&"',
      ]
    },
  },
  {
    id: 'text-hash-form',
    part: 'text to sign',
    rank: 2,
    cause: 'A hash in the text to sign is written in another form than the one that is meant.',
    fix: 'Write the hash as the page of the exchange does, mostly in small hexadecimal digits.',
    *apply(state) {
      yield [writes(state, (base) => textOf(base).replace(HASH, (one) => one.toUpperCase())), 'in capitals']
      yield [writes(state, (base) => textOf(base).replace(HASH, (one) => inBase64(one))), 'in base64']
    },
  },
  {
    id: 'text-with-key',
    part: 'text to sign',
    rank: 2,
    cause: 'The API key was signed as well, or its name beside it.',
    fix: 'Leave the API key out of the text to sign.',
    *apply(state) {
      yield [writes(state, (base, draft) => draft.key + textOf(base)), 'before everything']
      yield [writes(state, (base, draft) => textOf(base) + draft.key), 'behind everything']
    },
  },
]
