import { fail } from '../../errors.js'

export { dateOf, httpDate } from '../scheme/http-date.js'

/** Milliseconds of whole seconds in decimal digits, without a sign, zeros before them or anything else. */
export function secondsOf(what: string, text: string): number {
  if (!/^[1-9]\d{0,10}$/.test(text))
    fail('TIMESTAMP_MALFORMED', `${what} must be whole seconds since the epoch, in digits`)
  return Number(text) * 1000
}
