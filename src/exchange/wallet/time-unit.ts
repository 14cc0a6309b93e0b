import { fail } from '../../errors.js'

// A moment that is plainly in another unit, by its count of digits, would be signed as readily, and the exchange answers that it is
// long past, or far ahead. A number with any other count is of no known unit.

/** Units of time, by the digits that a moment from 2001 to 2286 has in them. */
const UNITS = { 10: 'seconds', 13: 'milliseconds', 16: 'microseconds', 19: 'nanoseconds' } as const

/**
 * Holds a moment that is about to be signed to its unit.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with both units.
 */
export function assertUnit(name: string, value: unknown, digits: keyof typeof UNITS): void {
  const { length } = String(value)
  const unit = UNITS[length as keyof typeof UNITS]
  if (unit !== undefined && length !== digits)
    fail('ARGUMENT_INVALID', `"${name}" must be ${UNITS[digits]} since the epoch, got ${unit}`)
}
