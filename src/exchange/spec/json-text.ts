import { fail } from '../../errors.js'

// The tokens of valid JSON that matter here: what opens and closes, texts (a name with its colon), numbers.
const TOKENS = /[{}[\]]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d[\d.eE+-]*/g

const malformed = (): never => fail('MESSAGE_MALFORMED', 'the text must be JSON in which no object has a name twice')

/** True for what JSON calls an object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A text of JSON that was read, with what its tokens say. */
interface Scanned {
  readonly value: unknown
  /** Objects and lists within one another, or more where that is few. */
  readonly depth: number
  /** The most characters of a number; 0 where each is as exact as a number can be. */
  readonly digits: number
}

/** Reads a text once. @throws {CountersignError} `MESSAGE_MALFORMED` for what is no JSON, and for a name that is there twice. */
function scanned(text: string): Scanned {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return malformed()
  }
  // As it would be printed again: each name is there once, and its numbers are exact. Most programs write nothing else.
  const opened = text.split(/[{[]/).length - 1
  if (opened <= MAX_DEPTH && !LONG_NUMBER.test(text) && JSON.stringify(value) === text)
    return { value, depth: opened, digits: 0 }
  const open: Array<Set<unknown> | undefined> = []
  let depth = 0
  let digits = 0
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') depth = Math.max(depth, open.push(token === '{' ? new Set() : undefined))
    else if (token === '}' || token === ']') open.pop()
    else if (colon !== undefined) {
      const names = open.at(-1) as Set<unknown>
      const quoted = token.slice(0, -colon.length)
      // Another spelling of a name is that name.
      const name: unknown = quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1)
      if (names.has(name)) malformed()
      names.add(name)
    } else if (!token.startsWith('"')) digits = Math.max(digits, token.length)
  }
  return { value, depth, digits }
}

/**
 * What a JSON text says. Parsers keep the last of several members of one name, signers the first or none of them: such a text
 * is refused. With `digits` a number is the text that stands there: parsing and printing it again would make `0.10` another one.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function readJson(text: string, digits = false): unknown {
  const { value } = scanned(text)
  if (!digits) return value
  const quoted = text.replace(TOKENS, (token) => (/^[-\d]/.test(token) ? `"${token}"` : token))
  return JSON.parse(quoted)
}

/** Objects and lists within one another. What walks a value calls itself for each of them. */
const MAX_DEPTH = 64
// Of no more digits every integer is below 2^53.
const LONG_NUMBER = /\d{16}/
const MAX_DIGITS = 80

/**
 * The same with every integer as what it is: a bigint where a number would round it. Numbers with a fraction are numbers.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`, also for more than 64 levels and for numbers of more than 80 characters.
 */
export function readExactJson(text: string): unknown {
  const { value, depth, digits } = scanned(text)
  if (depth > MAX_DEPTH) fail('MESSAGE_MALFORMED', `JSON must have at most ${MAX_DEPTH} levels`)
  // Reading digits as a bigint takes the square of their number; none that is signed has more than 256 bits.
  if (digits > MAX_DIGITS) fail('MESSAGE_MALFORMED', `numbers in JSON must have at most ${MAX_DIGITS} characters`)
  if (digits <= EXACT_DIGITS) return value
  // A mark before every value that is text or a number, so that neither is taken for the other.
  const marked = text.replace(TOKENS, (token, colon?: string) =>
    colon !== undefined || /^[{}[\]]/.test(token)
      ? token
      : token.startsWith('"')
        ? `"t${token.slice(1)}`
        : `"n${token}"`,
  )
  return JSON.parse(marked, (_, one: unknown) => {
    if (typeof one !== 'string') return one
    const inside = one.slice(1)
    if (one.startsWith('t')) return inside
    const number = Number(inside)
    return Number.isSafeInteger(number) || !/^-?\d+$/.test(inside) ? number : BigInt(inside)
  })
}

// Every integer of so many digits is below 2^53.
const EXACT_DIGITS = 15
