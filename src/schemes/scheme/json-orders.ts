import { movedOnce, permutations } from './permutations.js'

// 720 orders; of more members, those in which one stands elsewhere.
const MOST = 6
const MOST_MOVED = 24

/** Orders that the members of an object may have had, and how each came about; never the one they have. */
export function* memberOrders(names: readonly string[]): Iterable<readonly [order: readonly string[], how: string]> {
  if (names.length < 2) return
  yield [[...names].reverse(), 'in the reverse order']
  for (const [order, name] of movedOnce(names, MOST_MOVED))
    yield [order, `with ${JSON.stringify(name.slice(0, 64))} elsewhere`]
  if (names.length > MOST || names.length < 4) return
  for (const order of permutations(names))
    if (order.some((one, at) => one !== names[at]))
      yield [order, `in the order ${order.map((one) => one.slice(0, 24)).join(', ')}`]
}
