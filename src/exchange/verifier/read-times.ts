import type { TimeUnit } from '../spec/times.js'

/** A date that prints itself again is one that exists. */
function readDate(text: string, length: number): number | undefined {
  if (text.length !== length) return undefined
  const time = Date.parse(length === 19 ? `${text}Z` : text)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, length) !== text ? undefined : time
}

const readMilliseconds = (text: string) => (/^[1-9]\d{12}$/.test(text) ? Number(text) : undefined)
const readSeconds = (text: string) => (/^[1-9]\d{9}$/.test(text) ? Number(text) * 1000 : undefined)

/** Milliseconds since the epoch; `undefined` for text of any other form. */
export const READ_TIME: Readonly<Record<TimeUnit, (text: string) => number | undefined>> = {
  ms: readMilliseconds,
  s: readSeconds,
  'ms or s': (text) => readMilliseconds(text) ?? readSeconds(text),
  'decimal s': (text) => (/^[1-9]\d{9}(?:\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * 1000) : undefined),
  iso: (text) => readDate(text, 24),
  utc: (text) => readDate(text, 19),
}
