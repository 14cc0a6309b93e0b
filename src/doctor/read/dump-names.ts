import { type Group, isGroup, type Value } from './dump-values.js'

/* By what the parts of a request are known in what programs print. */

export const METHOD: RegExp = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/i
export const URL_NAME: RegExp = /^_?(?:request|full|original|target|effective)?[_-]?(?:url|uri|href|endpoint)$/i
export const METHOD_NAME: RegExp = /^_?(?:request|http)?[_-]?(?:method|verb)$/i
export const FIELDS_NAME: RegExp = /^_?(?:request|raw)?[ _-]?(?:headers?|header_?fields)$/i
export const BODY_NAME: RegExp =
  /^_?(?:request|raw|http)?[_-]?(?:body|data|payload|postdata|content|postfields|text|post)(?:_?raw)?$/i
export const ANSWER_NAME: RegExp = /^_?(?:response|answer|reply|result|res)(?:_?body|_?data)?$/i
export const URL_START: RegExp = /^https?:\/\/[^/?#\s"']+/i
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/

export const textOf = (value: Value | undefined): string | undefined =>
  value === undefined ||
  isGroup(value) ||
  (value.bare && /^(?:|undefined|null|None|nil|<nil>|<null>)$/.test(value.text))
    ? undefined
    : value.text
export const entryOf = (group: Group, name: RegExp): Value | undefined =>
  group.entries.find(
    ([one, value]) => one !== undefined && name.test(one) && (isGroup(value) || textOf(value) !== undefined),
  )?.[1]
export const wordOf = (group: Group, name: RegExp): string | undefined => textOf(entryOf(group, name))

/** Names and values of fields: members, pairs, objects with `name` and `value`, or lines of text. */
export function fieldsOf(value: Value | undefined): Array<readonly [string, string]> {
  if (!isGroup(value)) return []
  const out: Array<readonly [string, string]> = []
  const flat = value.entries.filter(([name]) => name === undefined).map(([, one]) => one)
  // ['Host', 'a', 'Date', 'b'] of Node's rawHeaders.
  if (flat.length === value.entries.length && flat.length % 2 === 0 && flat.every((one) => textOf(one) !== undefined))
    if (flat.every((one, at) => at % 2 === 1 || FIELD_NAME.test(textOf(one) as string)))
      return flat.flatMap((one, at) =>
        at % 2 === 0 ? [[textOf(one) as string, textOf(flat[at + 1]) as string] as const] : [],
      )
  for (const [name, one] of value.entries) {
    const text = textOf(one)
    const held = isGroup(one) && name !== undefined ? entryOf(one, /^inner$/) : undefined
    // Value { inner: ["…"] } of actix.
    if (isGroup(held) && FIELD_NAME.test(name as string))
      out.push([name as string, held.entries.map(([, each]) => textOf(each) ?? '').join(', ')])
    else if (isGroup(one)) {
      const key = wordOf(one, /^(?:name|key)$/i)
      const own = wordOf(one, /^value$/i)
      const [first, second] = one.entries.map(([, each]) => textOf(each))
      if (key !== undefined && own !== undefined) out.push([key, own])
      else if (
        name !== undefined &&
        FIELD_NAME.test(name) &&
        one.entries.every(([each, inner]) => (each === undefined || /^\d+$/.test(each)) && !isGroup(inner))
      )
        for (const [, each] of one.entries) out.push([name, textOf(each) ?? ''])
      // A list of Java: [sha256=…].
      else if (name !== undefined && FIELD_NAME.test(name) && !FIELDS_NAME.test(name) && one.raw.startsWith('['))
        out.push([name, one.raw.slice(1, -1)])
      else if (
        one.entries.length === 2 &&
        first !== undefined &&
        second !== undefined &&
        FIELD_NAME.test(first) &&
        // Members with names of their own are no pair: {"code": …, "message": …} of an answer.
        one.entries.every(([each]) => each === undefined || /^(?:_?\d+|first|second)$/.test(each))
      )
        out.push([first, second])
      else if (name === undefined || FIELDS_NAME.test(name.replace(/map$/i, '')) || /^common$/i.test(name))
        out.push(...fieldsOf(one))
    } else if (name !== undefined && FIELD_NAME.test(name) && !/^\d+$/.test(name)) out.push([name, text ?? ''])
    else {
      const [, key, own] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}): ?(.*)$/s.exec(text ?? '') ?? []
      if (key !== undefined && own !== undefined) out.push([key, own])
    }
  }
  return out
}
