import { CountersignError } from '../errors.js'
import type { Clock } from '../schemes/scheme.js'

export type { Clock }

/** The clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() }

// The largest time a Date holds; NaN fails the comparison too.
const MAX_MS = 8.64e15

/** The clock's time. @throws {CountersignError} `ARGUMENT_INVALID` for an answer that is no time: it would be signed. */
export function timeOf(clock: Clock): number {
  const nowMs = clock.now()
  if (!(nowMs >= 0 && nowMs <= MAX_MS))
    throw new CountersignError('ARGUMENT_INVALID', '"nowMs" must be milliseconds since the epoch')
  return nowMs
}
