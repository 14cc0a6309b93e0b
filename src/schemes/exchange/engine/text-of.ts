import type { Draft } from './draft.js'
import type { Value } from './spec.js'

/** The text of a value. */
export function textOf(draft: Draft, value: Value): string {
  if (typeof value === 'function') return value(draft)
  return value.charCodeAt(0) === 0x3d ? value.slice(1) : (draft[value as 'key'] as string)
}
