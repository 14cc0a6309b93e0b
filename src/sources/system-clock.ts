import type { Clock } from './sources.js'

export { timeOf } from '../support/asked.js'
export type { Clock }

/** The clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() }
