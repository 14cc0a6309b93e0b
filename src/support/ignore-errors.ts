import { isPromise } from './deadline.js'

/**
 * Tells a listener something and lets nothing come back: a broken log must neither open nor close the door. A listener may be
 * an async function, and what that throws later would end the process.
 */
export function quietly(tell: () => unknown): void {
  try {
    const told = tell()
    if (isPromise(told)) told.then(undefined, () => {})
  } catch {
    // Errors thrown by a listener are ignored.
  }
}
