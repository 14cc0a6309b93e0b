import { CountersignError } from '../errors.js'

/** True for anything that must be awaited. Awaiting only then saves the hot path a turn of the loop. */
export const isPromise = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/**
 * The promise's value, unless it takes longer: clients of databases may wait for many seconds on a dead server.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE` when the time is over, and when the promise rejects.
 */
export async function deadline<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new CountersignError('STORE_UNAVAILABLE', `no answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
