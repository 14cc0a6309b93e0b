import { fail } from '../../errors.js'

/** How a time is written: whole seconds, milliseconds, or a date of RFC 3339. */
export type TimeUnit = 's' | 'ms' | 'date'

/** One way to write a time. */
export interface TimeForm {
  /** A time as the scheme writes it. */
  write(nowMs: number): string
  /** Milliseconds of a received time. @throws {CountersignError} `TIMESTAMP_MALFORMED`. */
  read(text: string): number
}

// Digits only, no sign and no leading zero: "1795454478junk" and "1e9" are numbers to some readers, and are no times here. Read digit by
// digit, which is quicker than a pattern and `Number`.
const digits = (least: number, most: number, unitMs: number, unit: string): TimeForm => ({
  write: (nowMs) => String(Math.floor(nowMs / unitMs)),
  read: (text) => {
    let value = text.length < least || text.length > most || text.startsWith('0') ? Number.NaN : 0
    for (let at = 0; value >= 0 && at < text.length; at++) {
      const digit = text.charCodeAt(at) - 48
      value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN
    }
    return value >= 0 ? value * unitMs : fail('TIMESTAMP_MALFORMED', `the time must be whole ${unit} in digits`)
  },
})

/** What {@link SECONDS} reads, for a check that counts bytes. */
export const WHOLE_SECONDS: RegExp = /^[1-9]\d{8,10}$/

export const SECONDS: TimeForm = /* @__PURE__ */ digits(9, 11, 1_000, 'seconds')
export const MILLISECONDS: TimeForm = /* @__PURE__ */ digits(12, 14, 1, 'milliseconds')

// RFC 3339 5.6, as far as senders use it.
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

export const DATE: TimeForm = {
  write: (nowMs) => `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
  read: (text) => {
    const value = RFC3339.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(value)
      ? fail('TIMESTAMP_MALFORMED', 'the time must be a date such as 2026-01-31T12:00:00Z')
      : value
  },
}

/** All of them, for a scheme that chooses one by an option. */
export const TIME_FORMS: Readonly<Record<TimeUnit, TimeForm>> = { s: SECONDS, ms: MILLISECONDS, date: DATE }
