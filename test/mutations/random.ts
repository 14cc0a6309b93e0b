/** Numbers that are the same for the same seed, so that a change that was accepted can be made again. */
export interface Draw {
  /** A whole number from 0 up to but not with `end`. */
  below(end: number): number
  pick<T>(list: readonly T[]): T
}

/** sfc32 (PractRand): 128 bits of state, seeded with a number and a name. */
export function drawFrom(seed: number, name: string): Draw {
  let [a, b, c, counter] = [seed | 0, hashOf(name), 0x9e3779b9 | 0, 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  const below = (end: number): number => next() % end
  return { below, pick: (list) => list[below(list.length)] as never }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}
