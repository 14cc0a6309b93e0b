import type { Draft, DraftText } from './draft.js'

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
