/**
 * One request (or login) while it is signed, or while it is read: the values of authentication and the request in the parts
 * that exchanges sign, each as the text that is on the wire. The engine fills it in; an exchange's rules read it, and only a
 * {@link Place} writes into it.
 */
export interface Draft {
  /** API key, the key's public name. */
  key: string
  /** Timestamp or expiry in the exchange's own form, '' where it has none. */
  time: string
  /** The nonce as text; '' where the exchange has none. */
  nonce: string
  /** Receive window, '' where none is given. */
  window: string
  /** When the request ends, as its sender states it: milliseconds since the epoch; '' where none is given. */
  expires: string
  /** What else the account's owner knows: passphrase, memo. '' where the exchange has none. */
  passphrase: string
  /** Method, in capitals. */
  method: string
  /** Host, with a port where it is not the scheme's own. */
  host: string
  /** `https`, or `http` on this machine. */
  scheme: string
  /** Path, raw. */
  path: string
  /** `?` where there is a query, or only that mark; else ''. */
  questionMark: '?' | ''
  /** Query without "?", raw; '' where there is none. */
  query: string
  /** Body as text, '' where there is none. */
  body: string
  /** Field lines of the request, flat: name, value, name, value … */
  fields: readonly string[]
  /** Algorithm of the key. */
  algorithm: string
  /** Signature as text; '' until there is one. */
  sign: string
  /** What was signed, where the exchange sends that too (tokens, envelopes); '' elsewhere. */
  payload: string
  /** What an exchange's own options or a login's arguments add, by name. */
  options: Readonly<Record<string, unknown>>
}

/** Names of the members that are text. */
export type DraftText = Exclude<
  { [K in keyof Draft]: Draft[K] extends string ? K : never }[keyof Draft],
  'questionMark'
>

/** A draft with nothing in it. Written out, so that every draft has the same shape. */
export const emptyDraft = (): Draft => ({
  key: '',
  time: '',
  nonce: '',
  window: '',
  expires: '',
  passphrase: '',
  method: '',
  host: '',
  scheme: '',
  path: '',
  questionMark: '',
  query: '',
  body: '',
  fields: NO_FIELDS,
  algorithm: '',
  sign: '',
  payload: '',
  options: NO_OPTIONS,
})

const NO_FIELDS: readonly string[] = []
const NO_OPTIONS: Draft['options'] = {}

/** Takes a target apart. */
export function setTarget(draft: Draft, target: string): void {
  const at = target.indexOf('?')
  const end = at < 0 ? target.length : at
  draft.path = target.slice(0, end)
  draft.questionMark = target.charAt(end) as '?' | ''
  draft.query = target.slice(end + 1)
}

/** Puts a query in the place of the one that was there; '' for none. */
export function setQuery(draft: Draft, query: string): void {
  draft.questionMark = query === '' ? '' : '?'
  draft.query = query
}

/** Path and query as they are on the wire. */
export const targetOf = ({ path, questionMark, query }: Draft): string => path + questionMark + query

/** The value of a header field by its lower-case name, '' where there is none. */
export function fieldOf({ fields }: Pick<Draft, 'fields'>, lower: string): string {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    if (name.length === lower.length && name.toLowerCase() === lower) return fields[i + 1] as string
  }
  return ''
}

/** A value of the draft by name, a constant (`=text`), or something made of the draft. '' leaves the line out. */
export type Value = DraftText | `=${string}` | ((draft: Draft) => string)

/** The text of a value. */
export function textOf(draft: Draft, value: Value): string {
  // By name where it is one of those every request has: looking a member up by a variable takes five times as long.
  if (value === 'key') return draft.key
  if (value === 'sign') return draft.sign
  if (value === 'time') return draft.time
  if (typeof value === 'function') return value(draft)
  return value.startsWith('=') ? value.slice(1) : draft[value as 'key']
}
