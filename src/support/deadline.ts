import { CountersignError } from '../errors.js'

/** True for anything that must be awaited. Awaiting only then saves the hot path a turn of the loop. */
export const isPromise = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** What a promise fails with that takes too long. */
const noAnswer = (timeoutMs: number): CountersignError =>
  new CountersignError('STORE_UNAVAILABLE', `no answer within ${timeoutMs} ms`)

/**
 * The promise's value, unless it takes longer: clients of databases may wait for many seconds on a dead server.
 *
 * @param late Makes the error when the time is over, and may end the work.
 * @throws {CountersignError} `STORE_UNAVAILABLE`, or what `late` makes, when the time is over; what the promise rejects with.
 */
export function deadline<T>(
  work: T | Promise<T>,
  timeoutMs: number,
  late: (timeoutMs: number) => unknown = noAnswer,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late(timeoutMs)), timeoutMs)
    const stop = (): void => clearTimeout(timer)
    void Promise.resolve(work).then(resolve, reject).then(stop)
  })
}

/** Whatever can abort work: a signal, or nothing. */
export type Signal = AbortSignal | null | undefined

/** The work's result, unless the signal comes first: then its reason, as `fetch` rejects. The work is no longer awaited. */
export function abortable<T>(work: Promise<T>, signal: Signal): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    const done = (): void => signal.removeEventListener('abort', stop)
    void work.then(resolve, reject).then(done)
  })
}

/** Waits. */
export const sleep = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds))

/** Waits, unless the signal comes first. */
export function pause(milliseconds: number, signal: Signal): Promise<void> {
  let timer: ReturnType<typeof setTimeout>
  const wait = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  return abortable(wait, signal).finally(() => clearTimeout(timer))
}

/** A timer that keeps no process alive. Those of browsers are numbers, and nothing has to be done. */
export const unref = (timer: unknown): void => (timer as { unref?(): void } | undefined)?.unref?.()
