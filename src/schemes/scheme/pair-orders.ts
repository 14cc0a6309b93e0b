import { movedOnce, permutations } from './permutations.js'

// 720 orders, which is what a map of Go or a set has of six names; of more, those in which as many at the start or at the end keep
// their places, or one stands elsewhere.
const MOST = 6
const MOST_PAIRS = 16

/** Orders that a list may have had besides its own, and how each came about. */
export function* otherOrders<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
): Iterable<readonly [order: readonly T[], how: string]> {
  const { length } = items
  if (length < 2) return
  const named = (order: readonly T[]): string => `the order of the names: ${order.map(nameOf).join(', ')}`
  yield [[...items].reverse(), 'the order reversed']
  if (length > MOST_PAIRS) return
  for (let at = 1; at < length; at++) {
    const turned = [...items.slice(at), ...items.slice(0, at)]
    yield [turned, named(turned)]
  }
  if (length <= MOST) {
    for (const order of permutations(items)) yield [order, named(order)]
    return
  }
  for (const [order] of movedOnce(items)) yield [order, named(order)]
  // What is added for authentication stands behind the others, or before them.
  for (const added of [1, 2, 3, 4])
    if (length - added <= MOST && length - added > 2) {
      for (const order of permutations(items.slice(0, -added)))
        yield [[...order, ...items.slice(-added)], named([...order, ...items.slice(-added)])]
      for (const order of permutations(items.slice(added)))
        yield [[...items.slice(0, added), ...order], named([...items.slice(0, added), ...order])]
    }
}
