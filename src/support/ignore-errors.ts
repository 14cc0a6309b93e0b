import { isPromise } from './deadline.js'

/**
 * Calls a listener and ignores what it throws: a broken log must change no verdict. A listener may be an async
 * function, and a rejection of it would end the process.
 */
export function ignoreErrors(call: () => unknown): void {
  try {
    const result = call()
    if (isPromise(result)) result.then(undefined, () => {})
  } catch {
    // Errors thrown by a listener are ignored.
  }
}
