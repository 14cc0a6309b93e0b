import { usage } from './usage.js'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A century: what is longer was typed by mistake, and some timers and dates cannot hold it. */
const MOST_MS = 36_500 * 86_400_000

/** `30d`, `12h`, `5m`, `30s`, `250ms` in milliseconds. A number alone has no unit, so it is refused. */
export function durationMs(option: string, text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
  if (factor === undefined)
    return usage(
      `${option} must be a duration such as 30d, 12h, 5m or 30s${/^\d{1,9}$/.test(text) ? `: ${text} has no unit` : ''}`,
    )
  const milliseconds = Number(count) * factor
  return milliseconds <= MOST_MS ? milliseconds : usage(`${option} must be at most 36500d`)
}

const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** About how long that is, for a table. */
export function shortDuration(milliseconds: number): string {
  const [unit, step] = STEPS.find(([, one]) => Math.abs(milliseconds) >= one) ?? ['ms', 1]
  return `${Math.round(milliseconds / step)}${unit}`
}
