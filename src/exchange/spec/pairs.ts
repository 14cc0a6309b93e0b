/** The pairs of a query or form as they are on the wire: `a=1&b=2`. */

/** The name of a pair. */
export const nameOf = (pair: string): string => {
  const at = pair.indexOf('=')
  return at === -1 ? pair : pair.slice(0, at)
}

const byName = (a: string, b: string): number => {
  const [x, y] = [nameOf(a), nameOf(b)]
  // Code units, not a locale: capitals come before small letters.
  return x < y ? -1 : x > y ? 1 : 0
}

/** By name; equal names stay in their order. */
export const sortedPairs = (pairs: string): string => pairs.split('&').sort(byName).join('&')

/** Without the pairs of one name. */
export const pairsWithout = (pairs: string, name: string): string =>
  pairs
    .split('&')
    .filter((pair) => nameOf(pair) !== name)
    .join('&')

/** Several texts of pairs as one, the empty ones left out. */
export const joinPairs = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('&')
