import type { Bytes } from '../../crypto/key.js'
import { textOf } from './base-text.js'
import { CONTENT_TYPE, FIELD } from './field-mistakes.js'
import { fieldValueMistakes } from './field-values.js'
import { JSON_MISTAKES } from './json-mistakes.js'
import { type Mistake, ofText, only, type TextMistake } from './mistakes.js'
import { nestedJsonMistakes } from './nested-json.js'
import { PAIRS_MISTAKES } from './pairs-mistakes.js'
import { partsMistakes } from './parts-mistakes.js'
import { HOST, METHOD, PATH } from './request-mistakes.js'
import { takenApart } from './segments.js'
import { TEXT_MISTAKES } from './text-mistakes.js'
import { TIME_MISTAKES } from './time-mistakes.js'
import { wholeTextMistakes } from './whole-text-mistakes.js'

/** The texts of what is signed, by name. */
export type Texts = Readonly<Record<string, string>>

/** What a sender may have signed: the texts, and what became of what the scheme makes of them. */
export interface FormState {
  readonly texts: Texts
  /** `undefined`: nothing became of it. */
  readonly write?: (base: Bytes, texts: Texts) => Bytes
}

const QUOTED = only(TEXT_MISTAKES, 'quoted')

/** What a text is, which says what goes wrong with it. */
export type MemberKind =
  | 'body'
  | 'pairs'
  | 'time'
  | 'method'
  | 'path'
  | 'host'
  | 'field'
  | 'content-type'
  | 'word'
  | 'own'

const OTHER_TYPES: TextMistake = {
  id: 'of-file',
  rank: 2,
  cause:
    'Another content type was signed than was sent: that of the file, while the client sent one of its own, or none.',
  fix: 'Send the content type that was signed, or leave it out of what is signed.',
  apply: () =>
    [
      ...[
        '',
        'image/png',
        'image/jpeg',
        'image/webp',
        'image/gif',
        'video/mp4',
        'audio/mpeg',
        'application/pdf',
        'text/csv',
      ],
      ...['text/html', 'application/zip', 'binary/octet-stream', 'multipart/form-data', 'application/xml', 'text/xml'],
      ...['application/x-amz-json-1.0', 'application/x-amz-json-1.1', 'application/json; charset=utf-8'],
    ].map((one) => [one, one] as const),
}

/** What goes wrong with a text by what it is. */
const KINDS: Readonly<Record<MemberKind, readonly TextMistake[]>> = {
  body: [...JSON_MISTAKES, ...TEXT_MISTAKES, ...PAIRS_MISTAKES],
  pairs: [...PAIRS_MISTAKES, ...TEXT_MISTAKES],
  time: TIME_MISTAKES,
  method: METHOD,
  path: PATH,
  host: HOST,
  field: FIELD,
  'content-type': [...CONTENT_TYPE, OTHER_TYPES],
  /** An id, a nonce, a word: as it is, or not at all. */
  word: only(TEXT_MISTAKES, 'left-out', 'quoted'),
  /** Only what the scheme itself brings. */
  own: [],
}

const mistakesOf = (name: string, kind: MemberKind): readonly TextMistake[] =>
  kind === 'field' ? [...fieldValueMistakes(name), ...QUOTED] : KINDS[kind]

/** One text of what is signed. */
export interface Member {
  readonly name: string
  readonly kind: MemberKind
  readonly text: string
  /** In place of what goes wrong with its kind. */
  readonly mistakes?: readonly TextMistake[]
}

/** What a scheme signs of one request. */
export interface SignedForm {
  readonly members: readonly Member[]
  /** What is signed. @throws where the scheme refuses the texts. */
  readonly compose: (texts: Texts) => Bytes
  /** The request as it is hashed, where what is signed holds its hash alone. */
  readonly canonical?: (texts: Texts) => string
  /** Texts that are made of several members, such as a URL: the text is taken apart by them first. */
  readonly spans?: (texts: Texts) => ReadonlyArray<readonly [name: string, text: string]>
  /** What only this scheme asks for. Before the others. */
  readonly own?: ReadonlyArray<Mistake<FormState>>
  /** True where what is signed is a hash or an encoding of the texts, so that it cannot be taken apart. */
  readonly opaque?: true
}

/** A state with another text. */
export const withTexts = (state: FormState, texts: Texts): FormState => ({
  ...state,
  texts: { __proto__: null as never, ...state.texts, ...texts },
})

/** A state in which something is done to what the scheme makes of the texts. */
export const formWrites = (state: FormState, write: NonNullable<FormState['write']>): FormState => ({ ...state, write })

export const stateOf = ({ members }: SignedForm): FormState => ({
  texts: Object.assign(Object.create(null), Object.fromEntries(members.map(({ name, text }) => [name, text]))),
})

/** What is signed in a state; `undefined` where the scheme's rules refuse it. */
export function formText({ compose }: SignedForm, { texts, write }: FormState): Bytes | undefined {
  try {
    const base = compose(texts)
    return write === undefined ? base : write(base, texts)
  } catch {
    return undefined
  }
}

/** What people do wrong with a form: with its texts, with what is made of them, and what only this scheme asks for. */
export function formMistakes(form: SignedForm): ReadonlyArray<Mistake<FormState>> {
  const { members, compose, spans, own = [], opaque } = form
  const names = members.map(({ name }) => name)
  return [
    ...own,
    ...members.flatMap(({ name, kind, mistakes = mistakesOf(name, kind) }) =>
      ofText<FormState>(
        name,
        ({ texts }) => texts[name],
        (state, text) => withTexts(state, { [name]: text }),
        mistakes,
      ),
    ),
    ...(opaque === true
      ? []
      : partsMistakes<FormState, Texts>({
          baseOf: ({ texts }) => textOf(compose(texts)),
          contextOf: ({ texts }) => texts,
          segments: (base, texts) =>
            takenApart(base, [...(spans?.(texts) ?? []), ...names.map((name) => [name, texts[name] ?? ''] as const)]),
          writes: formWrites,
          hasQuery: () => false,
        })),
    ...(opaque === true || members.some(({ kind }) => kind === 'body')
      ? []
      : nestedJsonMistakes<FormState>(({ texts }) => compose(texts), formWrites)),
    ...wholeTextMistakes(formWrites),
  ]
}
