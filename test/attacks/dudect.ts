/**
 * Welch's t over the times of two calls, as dudect takes it: the classes in random order, the slow end cut off, because it
 * is what the machine did in between. Beyond 4.5 the two are distinguished.
 */
export function tStatistic(one: () => unknown, other: () => unknown, samples: number): number {
  const classes = [one, other] as const
  const times: readonly [number[], number[]] = [[], []]
  for (let i = 0; i < samples / 10; i++) {
    one()
    other()
  }
  for (let i = 0; i < 2 * samples; i++) {
    const which = Math.random() < 0.5 ? 0 : 1
    const call = classes[which]
    const started = process.hrtime.bigint()
    call()
    times[which].push(Number(process.hrtime.bigint() - started))
  }
  const limit = [...times[0], ...times[1]].sort((a, b) => a - b)[Math.floor(1.6 * samples)] as number
  const [a, b] = times.map((all) => moments(all.filter((time) => time <= limit))) as [Moments, Moments]
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count)
}

interface Moments {
  readonly count: number
  readonly mean: number
  readonly variance: number
}

function moments(values: readonly number[]): Moments {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  return { count, mean, variance }
}
