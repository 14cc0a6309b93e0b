import { mutated, pick, random } from './mutate.mjs'

/** How long one input may take; asked twice, because the machine may have been busy. */
const SLOW_MS = 250

/**
 * @typedef {{ name: string, run: (bytes: Uint8Array) => unknown, seeds: () => Iterable<string | Uint8Array> }} Target
 * @typedef {{ input: Buffer, problem: string }} Finding
 */

/** How often, roughly: never, once, some times, many times. One bit each. @param {number} count */
const size = (count) => (count < 4 ? 1 << count : count < 32 ? 16 : 32)

/** The counts of istanbul in one list of numbers, which is quick to read and to reset. */
function counters() {
  /** @typedef {{ s: ArrayLike<number>, f: ArrayLike<number>, b: Record<string, ArrayLike<number>> }} Counts */
  /** @type {readonly Counts[]} */
  const files = Object.values(/** @type {any} */ (globalThis).__coverage__ ?? {})
  const lengthOf = (/** @type {object} */ list) => Object.keys(list).length
  const total = files.reduce(
    (sum, { s, f, b }) => sum + lengthOf(s) + lengthOf(f) + Object.values(b).reduce((all, one) => all + one.length, 0),
    0,
  )
  const counts = new Uint32Array(total)
  let at = 0
  const part = (/** @type {number} */ length) => {
    at += length
    return counts.subarray(at - length, at)
  }
  for (const file of files) {
    file.s = part(lengthOf(file.s))
    file.f = part(lengthOf(file.f))
    for (const [key, one] of Object.entries(file.b)) file.b[key] = part(one.length)
  }
  const seen = new Uint8Array(total)
  let reached = 0
  return {
    reset: () => counts.fill(0),
    /** Whether anything was reached, or as often, that no input before has reached. */
    isNew() {
      let found = false
      for (let index = 0; index < total; index++) {
        const count = /** @type {number} */ (counts[index])
        if (count === 0) continue
        const bit = size(count)
        const before = /** @type {number} */ (seen[index])
        if ((before & bit) !== 0) continue
        if (before === 0) reached++
        seen[index] = before | bit
        found = true
      }
      return found
    },
    get reached() {
      return reached
    },
  }
}

/**
 * Changes inputs for a time, keeps those that reach something new, and stops at the first that is not refused properly.
 *
 * @param {Target} target
 * @param {{ known: readonly Buffer[], milliseconds: number, seed: number }} options
 * @returns {Promise<{ inputs: number, reached: number, corpus: readonly Buffer[], finding: Finding | undefined }>}
 */
export async function search({ run, seeds }, { known, milliseconds, seed }) {
  const next = random(seed)
  const count = counters()
  const corpus = [...seeds()].map((one) => Buffer.from(one)).concat(known)
  const kept = []
  let inputs = 0
  /** @param {Buffer} input @returns {Promise<Finding | undefined>} */
  const tried = async (input) => {
    inputs++
    count.reset()
    const problem = (await problemOf(run, input)) ?? undefined
    if (problem !== undefined) return { input, problem }
    if (count.isNew()) kept.push(input)
    return undefined
  }
  for (const input of corpus) {
    const finding = await tried(input)
    if (finding !== undefined) return { inputs, reached: count.reached, corpus: kept, finding }
  }
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    const from = kept.length > 0 ? kept : corpus
    const finding = await tried(mutated(pick(from, next), next, pick(from, next)))
    if (finding !== undefined) return { inputs, reached: count.reached, corpus: kept, finding }
  }
  return { inputs, reached: count.reached, corpus: kept, finding: undefined }
}

/** @param {Target['run']} run @param {Buffer} input */
async function problemOf(run, input) {
  const bytes = new Uint8Array(input)
  try {
    if ((await timed(run, bytes)) > SLOW_MS) {
      const again = await timed(run, bytes)
      if (again > SLOW_MS) return `takes ${Math.round(again)} ms`
    }
    return undefined
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

/** @param {Target['run']} run @param {Uint8Array} bytes */
async function timed(run, bytes) {
  const start = performance.now()
  const result = run(bytes)
  if (result instanceof Promise) await result
  return performance.now() - start
}
