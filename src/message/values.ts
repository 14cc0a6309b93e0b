import { fail, kindOf } from '../errors.js'

/*
 * What a value may be that a caller passes by name: one rule for queries, forms, JSON bodies and socket messages. Refused is
 * what could not mean what was meant: a peer would read another number, another text, or nothing.
 */

const refuse = (name: string, expected: string, got: string): never =>
  fail('ARGUMENT_INVALID', `"${name}" must be ${expected}, got ${got}`)

/** The name of a member inside another one, for messages; long names are data. */
export const memberName = (parent: string, name: string | number): string =>
  typeof name === 'number' ? `${parent}[${name}]` : `${parent}.${name.slice(0, 64)}`

const { MAX_SAFE_INTEGER } = Number

// Below, JavaScript prints an exponent.
const SMALLEST = 1e-6

/** True for a number that is printed as the digits it was written with. */
export const isPlainNumber = (value: number): boolean => {
  const size = Math.abs(value)
  return value === 0 || (size >= SMALLEST && size <= MAX_SAFE_INTEGER)
}

/**
 * A number as its decimal digits.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for one that is not finite, for an integer beyond 2^53 (JSON.parse has changed
 *   its last digits already), and for one that JavaScript prints with an exponent.
 */
export function numberText(name: string, value: number): string {
  if (isPlainNumber(value)) return String(value)
  if (!Number.isFinite(value)) return refuse(name, 'a finite number or text', String(value))
  return Number.isInteger(value)
    ? refuse(name, 'a safe integer, a bigint or text', 'a number beyond 2^53')
    : refuse(name, 'a number that is written without an exponent, or its decimal digits as text', String(value))
}

// UTF-16 without its other half. Older browsers have no isWellFormed().
const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** True for text that has a UTF-8. */
export function isWellFormed(text: string): boolean {
  const known = text as string & { isWellFormed?(): boolean }
  return known.isWellFormed === undefined ? !LONE.test(text) : known.isWellFormed()
}

/** The text of a scalar; `undefined` for anything else. @throws {CountersignError} as {@link numberText}. */
export function scalarText(name: string, value: unknown): string | undefined {
  if (typeof value === 'string')
    return isWellFormed(value) ? value : refuse(name, 'well-formed text', 'a lone surrogate')
  if (typeof value === 'number') return numberText(name, value)
  return typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : undefined
}

/** Refuses a value that can be written in no way, or not here. */
export const refuseValue = (
  name: string,
  value: unknown,
  expected = 'text, a number, a boolean or a list of them',
  // What to pass in place of a plain object.
  instead = '',
): never => {
  const { toJSON } = Object(value) as { readonly toJSON?: unknown }
  // Decimal, BigNumber, Date: some serializers quote them, some print their insides.
  const advice =
    typeof toJSON === 'function'
      ? `${kindOf(value)}: pass its text, such as String(value)`
      : kindOf(value) + (isPlainObject(value) ? instead : '')
  return refuse(name, expected, advice)
}

/** True for what an object literal makes, in whatever realm: its prototype has none. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const JSON_VALUE = 'text, a number, a boolean, null, a list or a plain object'

/** How deep JSON may be. */
const MAX_DEPTH = 64

/**
 * Checks what is about to be JSON, with everything inside it.
 *
 * @returns true where `JSON.stringify` cannot write it because it holds a bigint
 * @throws {CountersignError} `ARGUMENT_INVALID` with the name of the first value that cannot be right.
 */
export const assertJsonValue = (name: string, value: unknown): boolean =>
  !isHarmless(value) && assertRest(name, value, 0)

/** {@link assertJsonValue} of the members of an object; those that are `undefined` are left out. */
export function assertMembers(name: string, value: Readonly<Record<string, unknown>>, depth = 0): boolean {
  let large = false
  for (const key in value) {
    const one = value[key]
    if (!isHarmless(one) && one !== undefined) large = assertRest(memberName(name, key), one, depth + 1) || large
    if (!isWellFormed(key)) refuse(memberName(name, key), 'well-formed text', 'a lone surrogate')
  }
  return large
}

/** Most values, without the text of their name. */
const isHarmless = (value: unknown): boolean =>
  typeof value === 'string'
    ? isWellFormed(value)
    : typeof value === 'number'
      ? isPlainNumber(value)
      : value === null || typeof value === 'boolean'

/** {@link assertJsonValue} of a value that is not harmless. */
function assertRest(name: string, value: unknown, depth: number): boolean {
  if (typeof value === 'bigint') return true
  if (typeof value !== 'object') {
    // A text or a number is refused for what is wrong with it.
    scalarText(name, value)
    return refuseValue(name, value, JSON_VALUE)
  }
  if (depth > MAX_DEPTH) return refuse(name, `at most ${MAX_DEPTH} objects deep`, 'more, or an object inside itself')
  if (!Array.isArray(value)) {
    if (!isPlainObject(value) || typeof value['toJSON'] === 'function') return refuseValue(name, value, JSON_VALUE)
    return assertMembers(name, value, depth)
  }
  let large = false
  // By index: what was never set is undefined, and JSON would write null.
  for (let i = 0; i < value.length; i++)
    if (!isHarmless(value[i])) large = assertRest(memberName(name, i), value[i], depth + 1) || large
  return large
}

/** JSON of a checked value; a bigint is its digits. */
export function writeJson(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, one]) => one !== undefined)
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${writeJson(one)}`).join(',')}}`
}
