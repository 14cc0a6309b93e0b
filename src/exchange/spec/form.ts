import { writeJson } from '../../message/values.js'
import type { Draft, DraftText } from './draft.js'

const TEXT: unique symbol = Symbol()

/** A part of a form that stands inside the message as a text of JSON. */
export const asText = (form: unknown): object => ({ [TEXT]: form })

/** What {@link asText} was given; `undefined` for any other part. */
export const textForm = (form: unknown): unknown => (form as { [TEXT]?: unknown } | null)?.[TEXT]

// What of a draft a message shows. Every other name is an argument's, such as the method of a call.
const SHOWN: ReadonlySet<string> = /* @__PURE__ */ new Set<DraftText>([
  'key',
  'time',
  'nonce',
  'window',
  'passphrase',
  'sign',
  'payload',
])

/** The member of the draft that a hole stands for; `undefined` where it stands for an argument. */
export function memberOf(hole: string): DraftText | undefined {
  const name = hole.slice(1)
  return !hole.startsWith('@') && SHOWN.has(name) ? (name as DraftText) : undefined
}

/** What a hole `$name`, `#name` or `@name` stands for; `undefined` where there is nothing. */
function holeValue(draft: Draft, hole: string): unknown {
  const [first = '', second] = hole.split('.')
  if (second !== undefined) return `${holeValue(draft, first)}.${holeValue(draft, second)}`
  const member = memberOf(hole)
  const value = member === undefined ? draft.extra[hole.slice(1)] : draft[member]
  if (value === '' || value === undefined) return undefined
  return hole.startsWith('#') ? digitsOf(value) : value
}

/** A text of digits as the number it is. JavaScript would change the last digits of one beyond 2^53. */
function digitsOf(value: unknown): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(String(value)) ? number : BigInt(value as string)
}

export const isHole = (form: unknown): form is string => typeof form === 'string' && /^[$#@]\w/.test(form)

/** A form with its holes filled; what has nothing to stand in it is left out. */
export function fillForm(form: unknown, draft: Draft): unknown {
  if (isHole(form)) return holeValue(draft, form)
  if (Array.isArray(form)) return form.map((one) => fillForm(one, draft)).filter((one) => one !== undefined)
  const inside = textForm(form)
  if (inside !== undefined) return writeJson(fillForm(inside, draft))
  if (typeof form !== 'object' || form === null) return form
  // "$name" as a key: all members of that argument stand here.
  return Object.fromEntries(
    Object.entries(form)
      .flatMap(([name, one]) =>
        isHole(name) ? Object.entries(Object(holeValue(draft, name))) : [[name, fillForm(one, draft)]],
      )
      .filter(([, one]) => one !== undefined),
  )
}

/** The text that is sent for a form. */
export function formText(form: unknown, draft: Draft): string {
  const filled = fillForm(form, draft)
  return typeof filled === 'string' ? filled : writeJson(filled)
}
