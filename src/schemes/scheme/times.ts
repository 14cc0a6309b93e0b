import { fail } from '../../errors.js'

/** How a time is written: whole seconds, milliseconds, or a date of RFC 3339. */
export type TimeUnit = 's' | 'ms' | 'date'

// Digits only, no sign and no leading zero: "1795454478junk" and "1e9" are numbers to some readers, and are no times here.
const DIGITS = { s: /^[1-9]\d{8,10}$/, ms: /^[1-9]\d{11,13}$/ } as const
// RFC 3339 5.6, as far as senders use it.
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** A time as the scheme writes it. */
export function timeText(nowMs: number, unit: TimeUnit): string {
  if (unit === 's') return String(Math.floor(nowMs / 1_000))
  return unit === 'ms' ? String(Math.floor(nowMs)) : `${new Date(nowMs).toISOString().slice(0, 19)}Z`
}

/** Milliseconds of a received time. @throws {CountersignError} `TIMESTAMP_MALFORMED`. */
export function timeValue(text: string, unit: TimeUnit): number {
  if (unit === 'date') {
    const value = DATE.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(value)
      ? fail('TIMESTAMP_MALFORMED', 'the time must be a date such as 2026-01-31T12:00:00Z')
      : value
  }
  if (!DIGITS[unit].test(text))
    fail('TIMESTAMP_MALFORMED', `the time must be whole ${unit === 's' ? 'seconds' : 'milliseconds'} in digits`)
  return unit === 's' ? Number(text) * 1_000 : Number(text)
}
