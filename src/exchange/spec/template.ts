import { writeJson } from '../../message/values.js'
import type { Draft, DraftText } from './draft.js'

const TEXT: unique symbol = Symbol()

/** A part of a template that stands inside the message as a text of JSON. */
export const asText = (template: unknown): object => ({ [TEXT]: template })

/** What {@link asText} was given; `undefined` for any other part. */
export const textTemplate = (template: unknown): unknown => (template as { [TEXT]?: unknown } | null)?.[TEXT]

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

/** The member of the draft that a placeholder stands for; `undefined` where it stands for an argument. */
export function memberOf(placeholder: string): DraftText | undefined {
  const name = placeholder.slice(1)
  return !placeholder.startsWith('@') && SHOWN.has(name) ? (name as DraftText) : undefined
}

/** What a placeholder `$name`, `#name` or `@name` stands for; `undefined` where there is nothing. */
function placeholderValue(draft: Draft, placeholder: string): unknown {
  const [first = '', second] = placeholder.split('.')
  if (second !== undefined) return `${placeholderValue(draft, first)}.${placeholderValue(draft, second)}`
  const member = memberOf(placeholder)
  const value = member === undefined ? draft.options[placeholder.slice(1)] : draft[member]
  if (value === '' || value === undefined) return undefined
  return placeholder.startsWith('#') ? digitsOf(value) : value
}

/** A text of digits as the number it is. JavaScript would change the last digits of one beyond 2^53. */
function digitsOf(value: unknown): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(String(value)) ? number : BigInt(value as string)
}

export const isPlaceholder = (template: unknown): template is string =>
  typeof template === 'string' && /^[$#@]\w/.test(template)

/** A template with its placeholders filled; what has nothing to stand in it is left out. */
export function fillTemplate(template: unknown, draft: Draft): unknown {
  if (isPlaceholder(template)) return placeholderValue(draft, template)
  if (Array.isArray(template)) return template.map((one) => fillTemplate(one, draft)).filter((one) => one !== undefined)
  const inside = textTemplate(template)
  if (inside !== undefined) return writeJson(fillTemplate(inside, draft))
  if (typeof template !== 'object' || template === null) return template
  // "$name" as a key: all members of that argument stand here.
  return Object.fromEntries(
    Object.entries(template)
      .flatMap(([name, one]) =>
        isPlaceholder(name)
          ? Object.entries(Object(placeholderValue(draft, name)))
          : [[name, fillTemplate(one, draft)]],
      )
      .filter(([, one]) => one !== undefined),
  )
}

/** The text that is sent for a template. */
export function templateText(template: unknown, draft: Draft): string {
  const filled = fillTemplate(template, draft)
  return typeof filled === 'string' ? filled : writeJson(filled)
}
