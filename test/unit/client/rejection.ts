import { expect } from 'vitest'
import { type ErrorCode, isCountersignError } from '../../../src/errors.js'

/** The code that a call throws or rejects with; fails where it does neither, or with something untyped. */
export async function codeOf(act: () => unknown): Promise<ErrorCode> {
  try {
    await act()
  } catch (error) {
    if (isCountersignError(error)) return error.code
    throw error
  }
  return expect.fail('expected a CountersignError, nothing was thrown')
}
