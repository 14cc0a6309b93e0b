import { fail } from '../../errors.js'

/** Milliseconds of a `Date` (RFC 9110 5.6.7, IMF-fixdate): printed again it has to be the same text. */
export function dateOf(what: string, text: string): number {
  const ms = text.length === 29 ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms) || new Date(ms).toUTCString() !== text)
    fail('TIMESTAMP_MALFORMED', `${what} must be a date such as Sun, 06 Nov 1994 08:49:37 GMT`)
  return ms
}

/** A time as `Date` has it. */
export const httpDate = (ms: number): string => new Date(ms).toUTCString()
