import { CountersignError } from '../../errors.js'
import type { Draft } from './draft.js'

/**
 * A text that a login or message cannot be made without.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, or `AUTH_MALFORMED` where the message was received.
 */
export function argumentOf({ options, sign }: Draft, name: string): string {
  const value = options[name]
  if (typeof value === 'string') return value
  throw new CountersignError(
    sign === '' ? 'ARGUMENT_INVALID' : 'AUTH_MALFORMED',
    `"${name}" expected text in this message, got ${typeof value}`,
  )
}

/**
 * A text that is stated with the credentials because every request shows it. For values that are written, never read.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function optionOf({ options }: Draft, name: string): string {
  const value = options[name]
  if (typeof value === 'string' && value !== '') return value
  throw new CountersignError('CONFIG_INVALID', `"${name}" must be text beside the key, got ${typeof value}`)
}
