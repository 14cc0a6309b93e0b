import { fail, kindOf } from '../../errors.js'
import { writeJson } from '../../message/values.js'
import type { Draft, DraftText } from './draft.js'

const PART: unique symbol = Symbol()

/** A part of a template that is more than placeholders: it writes itself, and reads what was received of it. */
export interface TemplatePart {
  /** What {@link TemplatePart.read} finds is an instance of it. */
  readonly inside: unknown
  write(draft: Draft): unknown
  /** What stands for {@link TemplatePart.inside} in a received value; `undefined` where it has another form. */
  read(value: unknown): unknown
}

/** The part that a value of a template is; `undefined` for any other value. */
export const partOf = (template: unknown): TemplatePart | undefined =>
  (template as { [PART]?: TemplatePart } | null)?.[PART]

/**
 * A template that stands inside a message as a text of JSON.
 *
 * @example
 * ```ts
 * import { asText } from 'countersign/exchange'
 *
 * export const template = { op: 'login', args: [asText({ apiKey: '$key', timestamp: '$time', signature: '$sign' })] }
 * ```
 */
export const asText = (inside: unknown): object => ({
  [PART]: {
    inside,
    write: (draft) => writeJson(fillTemplate(inside, draft)),
    read: (value) => (typeof value === 'string' ? jsonOf(value) : undefined),
  } satisfies TemplatePart,
})

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A placeholder that is written in another form than its text, and read from it. */
export const asRead = (
  inside: string,
  form: { readonly write: (value: unknown) => unknown; readonly read: (value: unknown) => unknown },
): object => ({
  [PART]: {
    inside,
    write: (draft) => {
      const value = fillTemplate(inside, draft)
      // What there is nothing for yet is left out, as any other placeholder is.
      return value === undefined ? undefined : form.write(value)
    },
    read: form.read,
  } satisfies TemplatePart,
})

/** A value that is made of the draft. Received it is put into the argument that `inside` names, `null` where it is absent. */
export const asMade = (inside: string, write: (draft: Draft) => unknown): object => ({
  [PART]: { inside, write, read: (value) => value ?? null } satisfies TemplatePart,
})

/**
 * Each text of a list among the arguments with a value behind it: `eachWith('params', '@', '$token')` writes `["order@TOKEN"]` for
 * `params: ['order']`. An empty list where there is no such argument; any other value for it is `ARGUMENT_INVALID` in `login()`.
 *
 * @example
 * ```ts
 * import { eachWith } from 'countersign/exchange'
 *
 * export const template = { method: 'SUBSCRIBE', params: eachWith('params', '@', '$token'), id: '$id' }
 * ```
 */
export const eachWith = (argument: string, mark: string, inside: string): object => ({
  [PART]: {
    inside,
    write: (draft) => {
      const texts = draft.options[argument] ?? []
      if (!Array.isArray(texts) || !texts.every((one) => typeof one === 'string'))
        return fail('ARGUMENT_INVALID', `"args.${argument}" must be a list of texts, got ${kindOf(texts)}`)
      return texts.map((one) => `${one}${mark}${fillTemplate(inside, draft)}`)
    },
    read: (value) => {
      const [first] = Array.isArray(value) ? value : []
      return typeof first === 'string' && first.includes(mark)
        ? first.slice(first.lastIndexOf(mark) + mark.length)
        : undefined
    },
  } satisfies TemplatePart,
})

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
  const part = partOf(template)
  if (part !== undefined) return part.write(draft)
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
