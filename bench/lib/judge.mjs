import { median, quantile } from './rounds.mjs'

/**
 * @typedef {{
 *   name: string, what: string, value: (round: import('./rounds.mjs').Round) => number,
 *   whole?: (rounds: readonly import('./rounds.mjs').Round[]) => number,
 *   bar?: number, goal?: number, least?: boolean, unit?: string,
 * }} Row `least`: the bar is the smallest value that is enough, else the largest. Without bar and goal, for information.
 *   `whole`: where rounds alone are too noisy, the value of all of them.
 * @typedef {'goal' | 'bar' | 'MISS' | 'short' | ''} Word `short`: below a goal that has no bar.
 */

/** @returns {Word} */
function word(measured, { bar, goal, least = false }) {
  if (bar === undefined && goal === undefined) return ''
  // Nothing that is measured here can be negative; asked for what is right, so that a NaN is a miss as well.
  const reaches = (limit) => (least ? measured >= limit : measured >= 0 && measured <= limit)
  return reaches(goal) ? 'goal' : bar === undefined ? 'short' : reaches(bar) ? 'bar' : 'MISS'
}

/**
 * What the rounds say about one row: the median of what was paired inside each round, and the quartiles beside it.
 * @param {Row} row
 */
export function judge(row, rounds) {
  const values = rounds.map(row.value)
  const measured = row.whole === undefined ? median(values) : row.whole(rounds)
  const { name, what, bar, goal, least = false, unit = '' } = row
  return {
    name,
    what,
    measured,
    quartiles: [quantile(values, 0.25), quantile(values, 0.75)],
    bar,
    goal,
    least,
    unit,
    verdict: word(measured, row),
  }
}

// What so few rounds may be off by, and no more.
const ABSURD = 20

/** Too far from the bar to be noise, however few the rounds. */
export function isAbsurd({ measured, bar, least }) {
  if (bar === undefined) return false
  return !Number.isFinite(measured) || (least ? measured < bar / ABSURD : measured > bar * ABSURD)
}
