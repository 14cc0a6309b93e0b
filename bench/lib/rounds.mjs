// Interleaved measurement: every contestant runs a short batch in every round, so a busy neighbour slows all of them alike.

/**
 * @typedef {((i: number) => unknown) | { before?: (n: number) => void, op: (i: number) => unknown }} Contestant
 *   `op` does one operation; a promise is awaited. `before` makes what a batch of `n` needs, outside the measured time.
 * @typedef {Record<string, number>} Round one number per contestant
 */

const WARM_UP_MS = 120

/**
 * Milliseconds of CPU time this process has used. Unlike the wall clock it does not run while another process has the
 * processor, and a contestant's garbage is charged to it also where other threads collect it. Windows counts it in ticks that
 * are longer than a batch, and a page has the wall clock alone.
 */
const spent =
  globalThis.process === undefined || process.platform === 'win32'
    ? () => performance.now()
    : () => {
        const { user, system } = process.cpuUsage()
        return (user + system) / 1000
      }

/** @param {Contestant} contestant */
const normal = (contestant) => (typeof contestant === 'function' ? { op: contestant } : contestant)

/** Nanoseconds of CPU time per operation of one batch. */
async function batch({ before, op }, n) {
  before?.(n)
  const started = spent()
  const first = op(0)
  if (typeof first?.then === 'function') {
    await first
    for (let i = 1; i < n; i++) await op(i)
  } else for (let i = 1; i < n; i++) op(i)
  return ((spent() - started) * 1e6) / n
}

/** Operations that take about `batchMs`, found on warm code. */
async function calibrate(contestant, batchMs, warmUpMs) {
  const until = performance.now() + warmUpMs
  let n = 1
  for (;;) {
    const took = ((await batch(contestant, n)) * n) / 1e6
    if (took >= batchMs / 2 && performance.now() > until) return Math.max(1, Math.round((n * batchMs) / took))
    if (took < batchMs / 2) n *= 2
  }
}

/**
 * @param {Record<string, Contestant>} contestants
 * @param {{ rounds: number, batchMs: number }} options
 * @returns {Promise<Round[]>} nanoseconds per operation, round by round
 */
export async function interleaved(contestants, { rounds, batchMs }) {
  const entries = []
  for (const [name, contestant] of Object.entries(contestants)) {
    const one = normal(contestant)
    entries.push({ name, one, n: await calibrate(one, batchMs, Math.min(WARM_UP_MS, rounds * batchMs)) })
  }
  const out = []
  for (let round = 0; round < rounds; round++) {
    const times = {}
    // Another one starts each time, so that none always runs after the same neighbour.
    for (let k = 0; k < entries.length; k++) {
      const { name, one, n } = entries[(k + round) % entries.length]
      times[name] = await batch(one, n)
    }
    out.push(times)
  }
  return out
}

/** @param {readonly number[]} values */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const low = Math.floor(at)
  return sorted[low] + ((sorted[low + 1] ?? sorted[low]) - sorted[low]) * (at - low)
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5)

/** `of` in units of `over`, paired inside each round. */
export const ratio = (of, over) => (round) => round[of] / round[over]
