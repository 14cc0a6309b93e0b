import { CountersignError } from '../errors.js'

/** What time it is. Anything with `now` fits, also a test's fixed time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** True when {@link Clock.sync} would make the answer better: never asked, asked too long ago, or the time jumped. */
  readonly needsSync?: boolean
  /**
   * Ask again what time it is. Resolves to true when `now` moved by a second or more, so that signing again makes sense.
   * A client calls it after a refusal and when `needsSync` says so; it must bound how often it really asks.
   */
  sync?(): Promise<boolean>
}

/** The clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() }

// The largest time a Date holds; NaN fails the comparison too.
const MAX_MS = 8.64e15

/** The clock's time. @throws {CountersignError} `ARGUMENT_INVALID` for an answer that is no time: it would be signed. */
export function timeOf(clock: Clock): number {
  const nowMs = clock.now()
  if (!(nowMs >= 0 && nowMs <= MAX_MS))
    throw new CountersignError('ARGUMENT_INVALID', '"nowMs" expected milliseconds since the epoch')
  return nowMs
}
