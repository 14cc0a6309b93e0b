/** What the median of a quiet machine moves by from one run to the next. */
const LEAST_NOISE = 0.05
const TERMS = /** @type {const} */ (['what', 'bar', 'goal', 'least', 'unit'])

/**
 * What is compared of a result.
 *
 * @typedef {{ name: string, what: string, measured: number, quartiles: readonly number[], bar?: number | undefined,
 *   goal?: number | undefined, least: boolean, unit: string }} Measured
 */

/** How far the middle half of the rounds lies apart, as a part of the median. @param {Measured} result */
const spreadOf = ({ measured, quartiles: [low = 0, high = 0] }) => (high - low) / Math.abs(measured)

/**
 * The results that say something else than those before: rows that are new or asked otherwise, and those whose median has moved by
 * more than the rounds of either run lie apart, and by more than 5 %.
 *
 * @template {Measured} T
 * @param {readonly Measured[]} before
 * @param {readonly T[]} results
 * @returns {T[]}
 */
export function beyondNoise(before, results) {
  const known = new Map(before.map((one) => [one.name, one]))
  return results.filter((now) => {
    const then = known.get(now.name)
    if (then === undefined || TERMS.some((term) => then[term] !== now[term])) return true
    const moved = Math.abs(now.measured / then.measured - 1)
    // Asked for what is noise, so that a NaN is none.
    return !(moved <= Math.max(LEAST_NOISE, spreadOf(then), spreadOf(now)))
  })
}
