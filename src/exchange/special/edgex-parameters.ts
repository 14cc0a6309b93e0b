import { fail } from '../../errors.js'
import { plainMembers } from '../families/sorted-json.js'
import type { Draft } from '../spec/draft.js'
import { isObject } from '../spec/json-text.js'
import { joinTexts, textPairs } from '../spec/pairs.js'

type Code = 'ARGUMENT_INVALID' | 'AUTH_MALFORMED'

/** With one "&" in a text, two parameters could be put into one, or one into two, and the signature would be the same. */
const whole = (text: string, not: RegExp, code: Code): string =>
  not.test(text)
    ? fail(code, 'edgeX signs what could be two parameters: texts must have no "&", names no "=" either')
    : text

const pairOf = (name: string, text: string, code: Code): string => `${whole(name, /[&=]/, code)}=${text}`

/** A JSON value as text: members by name, the items of a list without names, and `&` between all of them. */
function flat(value: unknown, code: Code): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map((one) => flat(one, code)).join('&')
  if (!isObject(value)) return whole(String(value), /&/, code)
  return Object.keys(value)
    .sort()
    .map((name) => pairOf(name, flat(value[name], code), code))
    .join('&')
}

/** The parameters as edgeX signs them: of a GET those of the query, else those of the body. */
export function edgexParameters({ method, query, body, sign }: Draft): string {
  const code = sign === '' ? 'ARGUMENT_INVALID' : 'AUTH_MALFORMED'
  if (method === 'GET') {
    const pairs = textPairs(query)
    for (const [name, text] of pairs) pairOf(name, whole(text, /&/, code), code)
    return joinTexts(pairs)
  }
  if (query !== '') fail(code, 'edgeX signs the query of a GET alone: pass the parameters in the body')
  return body === '' ? '' : flat(plainMembers(body, code), code)
}
