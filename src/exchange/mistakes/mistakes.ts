import type { Bytes } from '../../crypto/key.js'
import { textOf } from '../../schemes/scheme/base-text.js'
import { CONTENT_TYPE } from '../../schemes/scheme/field-mistakes.js'
import { JSON_MISTAKES } from '../../schemes/scheme/json-mistakes.js'
import { type Mistake, ofText, only, type TextMistake } from '../../schemes/scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../schemes/scheme/pairs-mistakes.js'
import { partsMistakes } from '../../schemes/scheme/parts-mistakes.js'
import { HOST, METHOD, PATH } from '../../schemes/scheme/request-mistakes.js'
import { TEXT_MISTAKES } from '../../schemes/scheme/text-mistakes.js'
import { TIME_MISTAKES } from '../../schemes/scheme/time-mistakes.js'
import { wholeTextMistakes } from '../../schemes/scheme/whole-text-mistakes.js'
import type { Draft, DraftText } from '../spec/draft.js'
import type { ExchangeSpec } from '../spec/spec.js'
import { inBodyMistakes } from './in-body.js'
import { KEY, otherHosts, WINDOW } from './members.js'
import { OWN_MISTAKES } from './own.js'
import { placedMistakes } from './placed.js'
import { PLACES } from './places.js'
import { segmentsOf } from './segments.js'
import { type ExchangeState, withDraft } from './state.js'
import { writes } from './text.js'
import { ADDITION_MISTAKES, insertionMistakes } from './text-additions.js'
import { parametersMistakes } from './text-parameters.js'

const isType = (fields: readonly string[], at: number): boolean => fields[at]?.toLowerCase() === 'content-type'

/** Some exchanges sign the type of the body. */
const CONTENT_TYPE_MISTAKES: ReadonlyArray<Mistake<ExchangeState>> = /* @__PURE__ */ ofText(
  'content-type',
  ({ draft: { fields } }: ExchangeState) => fields.find((_, at) => at % 2 === 1 && isType(fields, at - 1)),
  (state, text) =>
    withDraft(state, {
      fields: state.draft.fields.map((one, at, all) => (at % 2 === 1 && isType(all, at - 1) ? text : one)),
    }),
  CONTENT_TYPE,
)

/** Mistakes of one member of the draft. */
const member = (
  part: string,
  name: DraftText,
  mistakes: readonly TextMistake[],
): ReadonlyArray<Mistake<ExchangeState>> =>
  ofText(
    part,
    ({ draft }) => (draft[name] === '' && name !== 'body' && name !== 'window' ? undefined : draft[name]),
    (state, text) =>
      withDraft(state, name === 'query' ? { query: text, questionMark: text === '' ? '' : '?' } : { [name]: text }),
    mistakes,
  )

const NONCE = {
  cause: 'Another nonce was signed than was sent: it was made twice, or written in another unit.',
  fix: 'Make the nonce once, keep its text, and use it for signing and for sending.',
} as const

// How far two nonces of one program lie apart: so many numbers, or microseconds.
const APART = 200n

// Times that a nonce may have been, near it alone: there are thousands.
const NEAR: readonly TextMistake[] = [
  ...only(TIME_MISTAKES, 'unit', 'other').map((one) => ({
    ...one,
    ...NONCE,
    *apply(text: string) {
      let left = 64
      for (const variant of one.apply(text)) {
        if (left-- === 0) return
        yield variant
      }
    },
  })),
  {
    id: 'other',
    rank: 3,
    alone: true,
    ...NONCE,
    *apply(text) {
      if (!/^\d{1,20}$/.test(text)) return
      for (let away = 1n; away <= APART; away++) {
        yield [String(BigInt(text) - away), `${away} less`]
        yield [String(BigInt(text) + away), `${away} more`]
      }
    },
  },
]

const ORDER = 'text-parameters-order'

/** The time or the nonce, and the parameter that holds it. */
const stampMistakes = (
  name: 'time' | 'nonce',
  mistakes: readonly TextMistake[],
): ReadonlyArray<Mistake<ExchangeState>> =>
  ofText(
    name,
    ({ draft }: ExchangeState) => (draft[name] === '' ? undefined : draft[name]),
    (state, text) => {
      const { draft } = state
      const [old, now] = [encodeURIComponent(draft[name]), encodeURIComponent(text)]
      const inPairs = (pairs: string): string =>
        pairs.replaceAll(`=${draft[name]}`, `=${text}`).replaceAll(`=${old}`, `=${now}`)
      return withDraft(state, {
        [name]: text,
        ...(draft.query.includes('=') && { query: inPairs(draft.query) }),
        ...(/^[^{[]*=/.test(draft.body) && { body: inPairs(draft.body) }),
      })
    },
    mistakes,
  )

const hostsOf = ({ origins, environments = {} }: ExchangeSpec): readonly string[] =>
  [...origins, ...Object.values(environments).flatMap((one) => one.origins)].map((origin) =>
    origin.replace(/^https?:\/\//, ''),
  )

/** What people do wrong at an exchange: what the draft holds, what is made of it, and what only this exchange asks for. */
export function exchangeMistakes(spec: ExchangeSpec): ReadonlyArray<Mistake<ExchangeState>> {
  const own = Object.hasOwn(OWN_MISTAKES, spec.id) ? (OWN_MISTAKES[spec.id] ?? []) : []
  // The same text comes of other mistakes, which are not made there.
  const isFirst = ({ id }: { readonly id: string }): boolean => id.startsWith('instruction-')
  const ofParameters = parametersMistakes(({ draft }) => textOf(spec.base(draft)))
  return [
    ...own.filter(isFirst),
    ...member('body', 'body', [...JSON_MISTAKES, ...TEXT_MISTAKES, ...PAIRS_MISTAKES]),
    ...member('query', 'query', [...PAIRS_MISTAKES, ...TEXT_MISTAKES]),
    // A text whose parameters stand in another order may be that of a mistaken place as well.
    ...ofParameters.filter(({ id }) => id === ORDER),
    ...inBodyMistakes(spec),
    ...PLACES,
    ...placedMistakes(spec),
    ...member('path', 'path', PATH),
    ...member('method', 'method', METHOD),
    ...member('host', 'host', [...HOST, otherHosts(hostsOf(spec))]),
    ...stampMistakes('time', TIME_MISTAKES),
    ...CONTENT_TYPE_MISTAKES,
    ...member('nonce', 'nonce', only(TEXT_MISTAKES, 'left-out')),
    ...member('receive window', 'window', WINDOW),
    ...member('API key', 'key', KEY),
    ...member('passphrase', 'passphrase', KEY),
    ...partsMistakes<ExchangeState, Draft>({
      baseOf: ({ draft }) => spec.base(draft),
      contextOf: ({ draft }) => draft,
      segments: segmentsOf,
      writes,
      hasQuery: ({ query }) => query !== '',
    }),
    ...wholeTextMistakes(writes),
    ...ofParameters.filter(({ id }) => id !== ORDER),
    ...ADDITION_MISTAKES,
    ...insertionMistakes(({ draft }) => spec.base(draft)),
    ...own.filter((one) => !isFirst(one)),
    ...stampMistakes('nonce', NEAR),
    // Where the body holds it as well, as at Kraken: the two may differ.
    ...member('nonce', 'nonce', NEAR),
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
