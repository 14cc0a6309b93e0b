import type { Refusal } from '../capture.js'

/** An answer, taken apart: what its members that hold codes say, and all its words. */
export interface Answer {
  readonly codes: readonly string[]
  readonly words: string
}

/** Members whose whole value is a code. */
const CODE = /^(?:code|ret_?code|rc|mc|err(?:or)?[-_]?code|scode|label|reason|name|id|error|type|status)$/i
// An answer that refuses is small; whatever is behind so much of it is not read.
const MOST_CHARACTERS = 65_536
const MOST_MEMBERS = 1_000
const DEPTH = 8

/** What an answer without a body says in its fields. */
const challengesOf = ({ headers }: Refusal): string =>
  headers
    .filter(([name]) => /^(?:www-authenticate|signature-error)$/i.test(name))
    .map(([, value]) => value)
    .join('\n')

/** Reads an answer in whatever form it is. */
export function answerOf(told: string | Refusal): Answer {
  const body = typeof told === 'string' ? told : told.body === '' ? challengesOf(told) : told.body
  const words = body.slice(0, MOST_CHARACTERS)
  const codes: string[] = []
  let members = 0
  const walk = (value: unknown, name: string, depth: number): void => {
    if (depth > DEPTH || members++ > MOST_MEMBERS) return
    if (typeof value === 'object' && value !== null)
      for (const [inner, one] of Object.entries(value)) walk(one, Array.isArray(value) ? name : inner, depth + 1)
    else if ((typeof value === 'string' || typeof value === 'number') && CODE.test(name)) codes.push(String(value))
  }
  try {
    const value = JSON.parse(words)
    // ["error", 10100, "apikey: invalid"] of Bitfinex.
    walk(value, Array.isArray(value) || typeof value !== 'object' ? 'code' : '', 0)
  } catch {
    // XML of AWS, and what an exception printed.
    for (const [, code = ''] of words.matchAll(/<Code>([\w.-]{1,64})<\/Code>/g)) codes.push(code)
    for (const [, code = ''] of words.matchAll(
      /\b(?:ret_?|err(?:or)?[-_]?)?(?:code|label)["']?\s?(?:=>?|:)\s?["']?(-?[\w.-]{1,64})/gi,
    ))
      codes.push(code)
    // Members of a value that Python, Ruby or PHP has printed.
    for (const [, code = ''] of words.matchAll(
      /["'](?:ret_?code|rc|mc|err(?:or)?[-_]?code|scode|reason|name|id|error|type|status)["']\s?(?:=>?|:)\s?["']?(-?[\w.-]{1,64})/gi,
    ))
      codes.push(code)
    // ['error', 10100, 'apikey: invalid'] of Bitfinex.
    for (const [, code = ''] of words.matchAll(/["']error["'],\s?(\d{4,6})\b/g)) codes.push(code)
    // A code and nothing else.
    const [, alone] = /^\s*(?:error|status)?\s?[#:(]?\s?(-?\d{4,8}|[A-Za-z][\w-]{4,60})\)?[.:]?\s*$/i.exec(words) ?? []
    if (alone !== undefined) codes.push(alone)
    // A code of capitals in a line of its own, as a log has it.
    for (const [, code = ''] of words.matchAll(
      /^[ \t]*(?:\w{1,32}: )?([A-Z]{4,48}(?:_[A-Z]{1,48}){0,8})[.!]?[ \t\r]*$/gm,
    ))
      codes.push(code)
    // "HTTP 401 50113".
    for (const [, code = ''] of words.matchAll(
      /^[ \t]*(?:HTTP(?:\/[\d.]{1,3})? |status:? )?[1-5]\d\d[ ,:-]{1,3}(-?\d{4,6}|[A-Z][A-Z_]{4,48})[ \t\r]*$/gim,
    ))
      codes.push(code)
    // "50113: Invalid Sign", as exceptions of libraries print it.
    for (const [, code = ''] of words.matchAll(/(?:^|[\s:([])(-?\d{4,6}) ?: ?(?=[A-Za-z])/gm)) codes.push(code)
  }
  return { codes, words }
}
