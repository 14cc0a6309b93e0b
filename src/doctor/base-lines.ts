import type { DiagnosedLine } from './diagnosis.js'

/** Where two texts differ: behind what they start with alike, before what they end with alike. */
export function marksOf(a: string, b: string): NonNullable<DiagnosedLine['marks']> {
  let from = 0
  while (from < a.length && from < b.length && a[from] === b[from]) from++
  let end = 0
  while (end < a.length - from && end < b.length - from && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return [
    [from, a.length - end],
    [from, b.length - end],
  ]
}

// The table of the longest common part grows with the product.
const MAX_LINES = 300

/** Lines of two texts side by side. Without a second one every line is as it should be. */
export function linesOf(expected: string, signed: string | undefined): readonly DiagnosedLine[] {
  const left = expected.split('\n')
  if (signed === undefined || signed === expected) return left.map((line) => ({ kind: 'same', expected: line }))
  const right = signed.split('\n')
  if (left.length > MAX_LINES || right.length > MAX_LINES) return [pair(expected, signed)]
  if (left.length === right.length) return left.map((line, at) => pair(line, right[at] as string))
  return aligned(left, right)
}

const pair = (expected: string, signed: string): DiagnosedLine =>
  expected === signed
    ? { kind: 'same', expected }
    : { kind: 'differs', expected, signed, marks: marksOf(expected, signed) }

/** By the longest common subsequence; a line that is in one only stands for itself, or beside one that took its place. */
function aligned(left: readonly string[], right: readonly string[]): readonly DiagnosedLine[] {
  const table = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1))
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      (table[i] as Uint16Array)[j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const out: DiagnosedLine[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    const [expected, signed] = [left[i], right[j]]
    if (expected !== undefined && expected === signed) {
      out.push({ kind: 'same', expected })
      i++
      j++
    } else if (signed === undefined || (expected !== undefined && at(i + 1, j) >= at(i, j + 1))) {
      out.push({ kind: 'missing', expected: expected as string })
      i++
    } else {
      out.push({ kind: 'extra', signed })
      j++
    }
  }
  return out
}
