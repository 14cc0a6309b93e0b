import type { Clock } from '../schemes/scheme.js'

export { timeOf } from '../message/asked.js'
export type { Clock }

/** The clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() }
