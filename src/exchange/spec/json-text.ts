import { fail } from '../../errors.js'

// The tokens of valid JSON that matter here: what opens and closes, texts (a name with its colon), numbers.
const TOKENS = /[{}[\]]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d[\d.eE+-]*/g

const malformed = (): never => fail('MESSAGE_MALFORMED', 'expected JSON in which no object has a name twice')

/** True for what JSON calls an object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What a JSON text says. Parsers keep the last of several members of one name, signers the first or none of them: such a text
 * is refused. With `digits` a number is the text that stands there: parsing and printing it again would make `0.10` another one.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function readJson(text: string, digits = false): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return malformed()
  }
  const open: Array<Set<unknown> | undefined> = []
  const quoted = text.replace(TOKENS, (token, colon?: string) => {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (colon !== undefined) {
      const names = open.at(-1) as Set<unknown>
      // Another spelling of a name is that name.
      const name: unknown = JSON.parse(token.slice(0, -colon.length))
      if (names.has(name)) malformed()
      names.add(name)
    } else if (!token.startsWith('"')) return `"${token}"`
    return token
  })
  return digits ? JSON.parse(quoted) : value
}

/** Objects and lists within one another. What walks a value calls itself for each of them. */
const MAX_DEPTH = 64
const MAX_DIGITS = 80

/**
 * The same with every integer as what it is: a bigint where a number would round it. Numbers with a fraction are numbers.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`, also for more than 64 levels and for numbers of more than 80 characters.
 */
export function readExactJson(text: string): unknown {
  // For what it refuses.
  readJson(text)
  let depth = 0
  // A mark before every value that is text or a number, so that neither is taken for the other.
  const marked = text.replace(TOKENS, (token, colon?: string) => {
    if (token === '{' || token === '[') {
      depth++
      if (depth > MAX_DEPTH) fail('MESSAGE_MALFORMED', `expected JSON of at most ${MAX_DEPTH} levels`)
    } else if (token === '}' || token === ']') depth--
    else if (colon === undefined) {
      if (token.startsWith('"')) return `"t${token.slice(1)}`
      // Reading digits as a bigint takes the square of their number; none that is signed has more than 256 bits.
      if (token.length > MAX_DIGITS) fail('MESSAGE_MALFORMED', `expected numbers of at most ${MAX_DIGITS} characters`)
      return `"n${token}"`
    }
    return token
  })
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string') return value
    const inside = value.slice(1)
    if (value.startsWith('t')) return inside
    const number = Number(inside)
    return Number.isSafeInteger(number) || !/^-?\d+$/.test(inside) ? number : BigInt(inside)
  })
}
