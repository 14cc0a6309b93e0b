import { fail } from '../../errors.js'
import { isObject, readExactJson } from '../spec/json-text.js'

/** The code of a text that cannot be one: the caller's error, or the sender's. */
type Code = 'ARGUMENT_INVALID' | 'AUTH_MALFORMED'

const TEXTS = /"[^"\\]*(?:\\.[^"\\]*)*"/g

/**
 * JSON without white space, names sorted at every depth. What two libraries write in two ways is refused: a number with a fraction
 * or an exponent (`1.0` and `1` are one number, and two signatures), and what is not ASCII.
 *
 * @throws {CountersignError} with the code.
 */
export function sortedJson(value: unknown, code: Code): string {
  const text = write(value, code)
  if (/[^\x20-\x7e]/.test(text)) fail(code, 'what is signed must be ASCII: clients escape other characters in two ways')
  return text
}

function write(value: unknown, code: Code): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      fail(code, 'a number with a fraction must be text, such as "0.1": it has several spellings')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map((one) => write(one, code)).join()}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .filter((name) => value[name] !== undefined)
  return `{${members.map((name) => `${JSON.stringify(name)}:${write(value[name], code)}`).join()}}`
}

/**
 * The members of a body, with numbers that have one spelling.
 *
 * @throws {CountersignError} with the code; `MESSAGE_MALFORMED` for what is no JSON, and for a name that is there twice.
 */
export function plainMembers(body: string, code: Code): Readonly<Record<string, unknown>> {
  const value = readExactJson(body)
  if (!isObject(value)) return fail(code, 'the body must be a JSON object')
  const outside = body.replace(TEXTS, '""')
  if (/\d[.eE]|-0(?!\d)/.test(outside))
    fail(code, 'a number with a fraction must be text, such as "0.1": it has several spellings')
  return value
}
