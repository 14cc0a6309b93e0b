import { alternatives, integerRange, isInteger, isMembers, type OptionKind } from '../errors.js'
import { assertUnit } from './asked.js'

/** The kinds that most options have, for the tables of `assertOptions`. */

export const FLAG: OptionKind = [(value) => typeof value === 'boolean', 'true or false']
export const TEXT: OptionKind = [(value) => typeof value === 'string' && value !== '', 'text']
export const FUNCTION: OptionKind = [(value) => typeof value === 'function', 'a function']
export const LIST: OptionKind = [(value) => Array.isArray(value), 'a list']
export const BYTES: OptionKind = [(value) => value instanceof Uint8Array, 'a Uint8Array']

/** What has these methods, in words such as `a clock with now()`. */
export const having = (says: string, ...methods: readonly string[]): OptionKind => [
  (value) => methods.every((method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function'),
  says,
]
/** A clock; one in seconds is refused with what it answers. */
export const CLOCK: OptionKind = [
  (value) => {
    const clock = value as Partial<Record<'now', unknown>> | null
    if (typeof clock?.now !== 'function') return false
    assertUnit('', clock as { now(): unknown })
    return true
  },
  'a clock with now()',
]
export const NONCES: OptionKind = /* @__PURE__ */ having('a source of nonces with next()', 'next')

/** A whole number in a range. */
export const whole = (from: number, to: number = Number.MAX_SAFE_INTEGER, unit: string = ''): OptionKind => [
  (value) => isInteger(value, from, to),
  integerRange(from, to) + unit,
]
/** A number in a range, also with a fraction. */
export const within = (from: number, to: number, unit: string = ''): OptionKind => [
  (value) => typeof value === 'number' && value >= from && value <= to,
  `a number from ${from} to ${to}${unit}`,
]
/** A duration. */
export const milliseconds = (from: number, to: number): OptionKind => within(from, to, ', in milliseconds')
/** The moment of a call: seconds in its place are one in January 1970, which would be signed as readily. */
export const MOMENT: OptionKind = [
  (value) => isInteger(value, 0, 8_640_000_000_000_000) && !(value >= 1e9 && value < 1e11),
  'milliseconds since the epoch, such as Date.now()',
]
/** One of some words. */
export const oneOf = (...words: readonly string[]): OptionKind => [
  (value) => words.includes(value as string),
  alternatives(words),
]
/** An object whose members are read; a promise has none. */
export const MEMBERS: OptionKind = [isMembers, 'an object']
