import { fail, kindOf } from '../errors.js'

/*
 * What a caller passes to be asked later: a clock, a source of nonces, a function. Asked for when something is built, because the
 * first request, order or refusal is too late. Clients and the signers of the exchanges share it.
 */

/** What a part must have, and how to come by one. */
type Part = readonly [method: string | undefined, must: string, others?: readonly string[]]

type PartName = 'clock' | 'nonces' | 'response' | 'retry' | 'fetch' | 'local' | 'wall' | 'monotonic' | 'onClockError'

const PARTS: Readonly<Record<PartName, Part>> = {
  clock: ['now', 'a clock, such as { now: () => Date.now() }', ['sync']],
  nonces: ['next', 'a source of nonces, such as randomNonces()', ['inTurn']],
  response: ['check', 'a check of responses, with a method "check"'],
  retry: [undefined, 'a function, such as retries({ attempts: 3 })'],
  fetch: [undefined, 'a function, such as globalThis.fetch'],
  local: [undefined, 'a function that returns milliseconds, such as Date.now'],
  wall: [undefined, 'a function that returns milliseconds, such as Date.now'],
  monotonic: [undefined, 'a function that returns milliseconds, such as () => performance.now()'],
  onClockError: [undefined, 'a function'],
}

/**
 * Refuses a part that could not be asked. Absent parts have defaults.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertPart(where: string, name: PartName, part: unknown): void {
  if (part === undefined) return
  const [method, must, others = []] = PARTS[name]
  const found = method === undefined ? part : Object(part)[method]
  if (typeof found !== 'function') fail('CONFIG_INVALID', `${where}: "${name}" must be ${must}, got ${kindOf(part)}`)
  for (const one of others) {
    const other: unknown = Object(part)[one]
    if (other !== undefined && typeof other !== 'function')
      fail('CONFIG_INVALID', `${where}: "${name}.${one}" must be a function, got ${kindOf(other)}`)
  }
}

/** {@link assertPart} of every part that some options have, by its name. */
export function assertParts(where: string, options: object | undefined): void {
  for (const name of Object.keys(PARTS) as PartName[]) assertPart(where, name, options?.[name as keyof typeof options])
}

// The largest time a Date holds; NaN fails the comparison too.
const MAX_MS = 8.64e15
// Seconds of the years 2008 to 2103; vectors of some exchanges state an earlier time.
const SECONDS = [1_200_000_000, 4_200_000_000] as const

/**
 * The time of a clock.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for an answer that is no time, or one in seconds: it would be signed.
 */
export function timeOf(clock: { now(): number }): number {
  const nowMs: unknown = clock.now()
  if (typeof nowMs === 'number' && nowMs >= 0 && nowMs <= MAX_MS && !(nowMs > SECONDS[0] && nowMs < SECONDS[1]))
    return nowMs
  fail(
    'ARGUMENT_INVALID',
    `"clock" must answer now() with milliseconds since the epoch, got ${
      typeof nowMs === 'number' ? 'another number: are these seconds?' : kindOf(nowMs)
    }`,
  )
}
