import { CountersignError, kindOf } from '../errors.js'

// What each part of a signed fetch must have, and how to come by one. Asked once: the first request is too late to hear it.
const PARTS: ReadonlyArray<readonly [name: string, method: string | undefined, must: string]> = [
  ['clock', 'now', 'a clock, such as { now: () => Date.now() }'],
  ['nonces', 'next', 'a source of nonces, such as randomNonces()'],
  ['response', 'check', 'a check of responses, with a method "check"'],
  ['retry', undefined, 'a function, such as retries({ attempts: 3 })'],
  ['fetch', undefined, 'a function, such as globalThis.fetch'],
  ['onClockError', undefined, 'a function'],
]

/** Refuses a part that could not be called. Absent parts have defaults. */
export function assertFetchParts(where: string, options: object | undefined): void {
  for (const [name, method, must] of PARTS) {
    const part: unknown = options?.[name as keyof typeof options]
    if (part === undefined) continue
    if (typeof (method === undefined ? part : Object(part)[method]) !== 'function')
      throw new CountersignError('CONFIG_INVALID', `${where}: "${name}" must be ${must}, got ${kindOf(part)}`)
  }
}
