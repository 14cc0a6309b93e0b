import { usage } from './usage.js'
import { type Options, textOf } from './world.js'

/** The moment to judge at, for a message that was kept. */
export function momentOf(options: Options): number | undefined {
  const text = textOf(options, 'at')
  if (text === undefined) return undefined
  const moment = /^\d{9,11}$/.test(text) ? Number(text) * 1_000 : Date.parse(text)
  return Number.isNaN(moment)
    ? usage('--at must be a time such as 2026-11-29T04:00:00Z, or seconds since the epoch')
    : moment
}
