// Bytes allocated per operation, in a process whose young generation is large enough for a collection to be rare between
// two readings; the one it spoils is left out by the median.

const OPERATIONS = 512
const WARM_UP = 60

const used = () => {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function allocated(operation) {
  const before = used()
  for (let i = 0; i < OPERATIONS; i++) {
    const result = operation(i)
    if (typeof result?.then === 'function') await result
  }
  return (used() - before) / OPERATIONS
}

const nothing = () => undefined

/**
 * @param {Record<string, (i: number) => unknown>} operations
 * @param {number} rounds
 * @returns {Promise<Record<string, number>[]>}
 */
export async function measureAllocation(operations, rounds) {
  for (const name in operations) for (let k = 0; k < WARM_UP; k++) await allocated(operations[name])
  for (let k = 0; k < WARM_UP; k++) await allocated(nothing)
  const out = []
  for (let round = 0; round < rounds; round++) {
    const one = {}
    // What reading the counters costs itself is taken off.
    const overhead = await allocated(nothing)
    for (const name in operations) one[name] = (await allocated(operations[name])) - overhead
    out.push(one)
  }
  return out
}
