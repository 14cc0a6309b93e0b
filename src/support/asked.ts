import { fail, kindOf, mustBe } from '../errors.js'

/*
 * What a caller passes to be asked later: a clock, a source of nonces, a function. Asked for when something is built, because the
 * first request, order or refusal is too late. Clients and the signers of the exchanges share it.
 */

/** A part: its name, how to come by one, the method that it must have (a function itself where none is given), and some that it may have. */
export type Part = readonly [name: string, must: string, method?: string, ...others: string[]]

// One by one, so that a bundle has the words of those it asks.
export const CLOCK: Part = ['clock', 'a clock, such as { now: () => Date.now() }', 'now', 'sync']
export const NONCES: Part = ['nonces', 'a source of nonces, such as randomNonces()', 'next', 'inTurn']
export const FETCH: Part = ['fetch', 'a function, such as globalThis.fetch']
export const WALL: Part = ['wall', 'a function that returns milliseconds, such as Date.now']
export const LOCAL: Part = ['local', 'a function that returns milliseconds, such as Date.now']
export const MONOTONIC: Part = ['monotonic', 'a function that returns milliseconds, such as () => performance.now()']

/**
 * Refuses options with a part that could not be asked. Absent parts have defaults.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertParts(where: string, options: object | undefined, ...parts: readonly Part[]): void {
  for (const [name, must, method, ...others] of parts) {
    const part: unknown = options?.[name as keyof typeof options]
    if (part === undefined) continue
    const found = method === undefined ? part : Object(part)[method]
    mustBe(typeof found === 'function', name, must, part, 'CONFIG_INVALID', `${where}: `)
    for (const one of others) {
      const other: unknown = Object(part)[one]
      const fits = other === undefined || typeof other === 'function'
      mustBe(fits, `${name}.${one}`, 'a function', other, 'CONFIG_INVALID', `${where}: `)
    }
  }
}

// The largest time a Date holds; NaN fails the comparison too.
const MAX_MS = 8.64e15
/** Whether a time is in seconds, of the years 2008 to 2103: vectors of some exchanges state an earlier one in milliseconds. */
export const isSeconds = (time: unknown): boolean => (time as number) > 1.2e9 && (time as number) < 4.2e9

/**
 * The time of a clock.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for an answer that is no time, or one in seconds: it would be signed.
 */
export function timeOf(clock: { now(): number }): number {
  const nowMs: unknown = clock.now()
  if (typeof nowMs === 'number' && !isSeconds(nowMs) && nowMs >= 0 && nowMs <= MAX_MS) return nowMs
  fail('ARGUMENT_INVALID', `"clock" must answer now()${inMs(nowMs)}`)
}

const inMs = (got: unknown) =>
  ` with milliseconds since the epoch, got ${kindOf(got)}${isSeconds(got) ? ': are these seconds?' : ''}`

/**
 * Refuses a clock that answers with seconds, microseconds, a Date or a text when something is built with it: a verifier would answer every
 * request as one ahead of its time. So is `performance`, which counts from its own start. A clock that cannot answer yet is asked when it
 * is needed.
 *
 * @param what The option as it was written, and what of it is called.
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertUnit(
  where: string,
  clock: { now(): unknown } | undefined,
  what = '"clock" must answer now()',
): void {
  let nowMs: unknown = 0
  try {
    // One that is left out cannot answer either.
    nowMs = (clock as { timeOrigin?: unknown }).timeOrigin ? clock : (clock as { now(): unknown }).now()
  } catch {}
  // From 1970 to the year 5138: what is later is in microseconds, or no time.
  if (typeof nowMs !== 'number' || isSeconds(nowMs) || !(nowMs >= 0 && nowMs <= 1e14))
    fail('CONFIG_INVALID', where + what + inMs(nowMs))
}
