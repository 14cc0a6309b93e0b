import { fail } from '../../errors.js'

/** Parameters by name. */
export type SasValues = ReadonlyMap<string, string>

const DATES = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z)?$/

/** Milliseconds of `2026-01-02`, `2026-01-02T03:04Z` or `2026-01-02T03:04:05Z`. @throws {CountersignError} `TIMESTAMP_MALFORMED`. */
export function sasTime(name: string, text: string): number {
  const whole = text.length === 10 ? `${text}T00:00:00Z` : text.length === 17 ? `${text.slice(0, 16)}:00Z` : text
  const ms = DATES.test(text) ? Date.parse(whole) : Number.NaN
  // 31 February is none.
  if (Number.isNaN(ms) || sasTimeText(ms) !== whole)
    return fail('TIMESTAMP_MALFORMED', `parameter "${name}" must be a time in UTC such as 2026-01-02T03:04:05Z`)
  return ms
}

/** A time as a SAS writes it. */
export const sasTimeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
