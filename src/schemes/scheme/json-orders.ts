import { permutations } from './permutations.js'

// 720 orders; of more members, those in which one stands elsewhere.
const MOST = 6
const MOST_MOVED = 24

/** Orders that the members of an object may have had, and how each came about; never the one they have. */
export function* memberOrders(names: readonly string[]): Iterable<readonly [order: readonly string[], how: string]> {
  if (names.length < 2) return
  yield [[...names].reverse(), 'in the reverse order']
  for (let at = 0; at < names.length && at < MOST_MOVED; at++)
    for (let to = 0; to < names.length && to < MOST_MOVED; to++)
      if (at !== to) {
        const rest = names.filter((_, one) => one !== at)
        yield [
          [...rest.slice(0, to), names[at] as string, ...rest.slice(to)],
          `with ${JSON.stringify(names[at]?.slice(0, 64))} elsewhere`,
        ]
      }
  if (names.length > MOST || names.length < 4) return
  for (const order of permutations(names))
    if (order.some((one, at) => one !== names[at]))
      yield [order, `in the order ${order.map((one) => one.slice(0, 24)).join(', ')}`]
}
