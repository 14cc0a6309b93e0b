/** From where to where a text differs from another. */
export type Run = readonly [from: number, to: number]

// The table grows with the product of both lengths.
const MOST = 600
/** Below this part in common two texts are others, and single letters that they share mean nothing. */
const KINDRED = 0.6

/**
 * The runs in which two texts differ, inside the one range outside of which they are alike: spaces that one of them has are
 * marked, and not everything between the first and the last.
 */
export function differingRuns(
  a: string,
  b: string,
  marks: readonly [Run, Run],
): readonly [readonly Run[], readonly Run[]] {
  const [[fromA, toA], [fromB, toB]] = marks
  const [left, right] = [a.slice(fromA, toA), b.slice(fromB, toB)]
  if (left.length === 0 || right.length === 0 || left.length > MOST || right.length > MOST)
    return [[marks[0]], [marks[1]]]
  const width = right.length + 1
  const table = new Uint16Array((left.length + 1) * width)
  const at = (i: number, j: number): number => table[i * width + j] ?? 0
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      table[i * width + j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  if (at(0, 0) < KINDRED * Math.max(left.length, right.length)) return [[marks[0]], [marks[1]]]
  const [onlyLeft, onlyRight]: [number[], number[]] = [[], []]
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i < left.length && left[i] === right[j]) {
      i++
      j++
    } else if (j >= right.length || (i < left.length && at(i + 1, j) >= at(i, j + 1))) onlyLeft.push(fromA + i++)
    else onlyRight.push(fromB + j++)
  }
  return [runsOf(onlyLeft), runsOf(onlyRight)]
}

/** Places in order, as runs. */
function runsOf(places: readonly number[]): readonly Run[] {
  const runs: Array<[number, number]> = []
  for (const place of places) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === place) last[1]++
    else runs.push([place, place + 1])
  }
  return runs
}
