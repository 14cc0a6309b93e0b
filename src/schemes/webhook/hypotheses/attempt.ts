import { isCountersignError } from '../../../errors.js'

/** What was read, or why it was not. */
export interface Attempt<T> {
  readonly value: T | undefined
  readonly problem?: string
}

/** Reads what may be broken. */
export function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read() }
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return { value: undefined, problem: error.message }
  }
}
