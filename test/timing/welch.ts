/** Times of the two classes of one measurement. */
export interface Times {
  readonly near: Float64Array
  readonly far: Float64Array
}

/** Beyond this, the two classes are distinguished (Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?", 2017). */
export const SUSPECT = 4.5
/** Beyond this, whatever the noise. */
export const LEAKS = 10

/** Shares of the times that are kept: the slow end is what the machine did in between, and where it begins is not known. */
const CROPS: readonly number[] = Array.from({ length: 20 }, (_, i) => 1 - 0.5 ** (0.5 * (i + 1)))

/** Too few times give no statistic worth the name. */
const LEAST = 500

/** Welch's t of the times up to a limit. */
export function welch({ near, far }: Times, limit = Number.POSITIVE_INFINITY): number {
  const [a, b] = [moments(near, limit), moments(far, limit)]
  if (a.count < LEAST || b.count < LEAST) return 0
  const error = Math.sqrt(a.variance / a.count + b.variance / b.count)
  return error === 0 ? 0 : (a.mean - b.mean) / error
}

/** The t that is furthest from zero, of all times and of those below each of twenty percentiles. */
export function worstT(times: Times): number {
  const sorted = Float64Array.from([...times.near, ...times.far]).sort()
  const limits = CROPS.map((share) => sorted[Math.floor(share * (sorted.length - 1))] as number)
  return [Number.POSITIVE_INFINITY, ...limits]
    .map((limit) => welch(times, limit))
    .reduce((worst, t) => (Math.abs(t) > Math.abs(worst) ? t : worst), 0)
}

/** Mean and variance in one pass (Welford). */
function moments(values: Float64Array, limit: number): { count: number; mean: number; variance: number } {
  let [count, mean, sum] = [0, 0, 0]
  for (const value of values) {
    if (value > limit) continue
    count++
    const away = value - mean
    mean += away / count
    sum += away * (value - mean)
  }
  return { count, mean, variance: count > 1 ? sum / (count - 1) : 0 }
}
