import { fail, isCountersignError } from '../errors.js'

/**
 * Makes something through another public function, and has errors about its options start with the one that was called: the other
 * stands nowhere in the caller's code.
 *
 * @throws {CountersignError} as `make` does, with the same code.
 */
export function namedAs<T>(called: string, behind: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!isCountersignError(error) || !error.message.startsWith(`${behind}:`)) throw error
    return fail(error.code, `${called}${error.message.slice(behind.length)}`, { cause: error })
  }
}
