import { CountersignError } from '../../../errors.js'
import type { Draft } from './draft.js'

/**
 * A text that a login or message cannot be made without.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, or `AUTH_MALFORMED` where the message was received.
 */
export function argumentOf({ extra, sign }: Draft, name: string): string {
  const value = extra[name]
  if (typeof value === 'string') return value
  throw new CountersignError(
    sign === '' ? 'ARGUMENT_INVALID' : 'AUTH_MALFORMED',
    `"${name}" expected text in this message, got ${typeof value}`,
  )
}
