/** How an exchange writes the time of a request. The strict reader of each unit lies on the verifying side. */
export interface TimeFormat {
  /** What it counts in. */
  readonly unit: TimeUnit
  /** A time, in milliseconds since the epoch, as it is written. */
  write(nowMs: number): string
  /** Present where the text says when the request ends, not when it was made: so much later. */
  readonly lifeMs?: number
}

export type TimeUnit = 'ms' | 's' | 'ms or s' | 'decimal s' | 'iso' | 'utc'

let thousand = -1
let thousandText = ''

/** Whole milliseconds. V8 keeps the text of small numbers only; printing a large one takes as long as a short hash. */
function millisecondsText(nowMs: number): string {
  const now = Math.floor(nowMs / 1000)
  if (now !== thousand) {
    thousandText = String(now)
    thousand = now
  }
  const rest = Math.floor(nowMs) - now * 1000
  return thousandText + (rest < 10 ? '00' : rest < 100 ? '0' : '') + rest
}

/** `1700000000123` */
export const milliseconds: TimeFormat = { unit: 'ms', write: millisecondsText }

/** Milliseconds, at exchanges that take whole seconds as well. */
export const millisecondsOrSeconds: TimeFormat = { unit: 'ms or s', write: millisecondsText }

/** `1700000000` */
export const seconds: TimeFormat = { unit: 's', write: (nowMs) => String(Math.floor(nowMs / 1000)) }

/** `1700000000.123`; whole seconds are taken as well. */
export const decimalSeconds: TimeFormat = { unit: 'decimal s', write: (nowMs) => String(Math.floor(nowMs) / 1000) }

let second = -1
let secondText = ''

/** `2023-11-14T22:13:20`, kept for a second: making one costs as much as hashing a request. */
function utcText(nowMs: number): string {
  const now = Math.floor(nowMs / 1000)
  if (now !== second) {
    secondText = new Date(now * 1000).toISOString().slice(0, 19)
    second = now
  }
  return secondText
}

/** `2023-11-14T22:13:20.123Z` */
export const isoTime: TimeFormat = {
  unit: 'iso',
  write: (nowMs) => `${utcText(nowMs)}.${String(Math.floor(nowMs) % 1000).padStart(3, '0')}Z`,
}

/** `2023-11-14T22:13:20` in UTC. */
export const utcTime: TimeFormat = { unit: 'utc', write: utcText }

/** The moment a request stops being good, so many milliseconds from now. */
export const expiresIn = (lifeMs: number, form: TimeFormat): TimeFormat => ({
  unit: form.unit,
  write: (nowMs) => form.write(nowMs + lifeMs),
  lifeMs,
})
