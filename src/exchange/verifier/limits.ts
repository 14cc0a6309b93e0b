import { CountersignError } from '../../errors.js'

/**
 * How many pairs a query or form may have. The longest request of any exchange's page has a few hundred; each pair costs a
 * verifier work before it knows who sent it.
 */
export const MAX_PAIRS = 2_000

/** How many members, items, objects and lists a JSON body may have. A batch of a hundred orders has two thousand. */
export const MAX_JSON_PARTS = 10_000

/** How often one of these characters stands in a text, counted up to a limit: then the rest is not read. */
function countUpTo(text: string, marks: readonly string[], limit: number): number {
  let count = 0
  for (const mark of marks)
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) if (++count > limit) return count
  return count
}

/** @throws {CountersignError} `AUTH_TOO_LARGE` for more than {@link MAX_PAIRS}. */
export function assertFewPairs(text: string): void {
  if (countUpTo(text, ['&'], MAX_PAIRS - 1) >= MAX_PAIRS)
    throw new CountersignError('AUTH_TOO_LARGE', `a query or form must have at most ${MAX_PAIRS} pairs`)
}

/**
 * Before anything is parsed, so a comma inside a text counts as well.
 *
 * @throws {CountersignError} `AUTH_TOO_LARGE` for more than {@link MAX_JSON_PARTS}.
 */
export function assertFewJsonParts(text: string): void {
  if (countUpTo(text, [',', '{', '['], MAX_JSON_PARTS) > MAX_JSON_PARTS)
    throw new CountersignError('AUTH_TOO_LARGE', `a JSON body must have at most ${MAX_JSON_PARTS} members and items`)
}
