/** Every order of a few items. */
export function* permutations<T>(items: readonly T[]): Iterable<readonly T[]> {
  if (items.length < 2) {
    yield items
    return
  }
  for (let at = 0; at < items.length; at++)
    for (const rest of permutations([...items.slice(0, at), ...items.slice(at + 1)])) yield [items[at] as T, ...rest]
}

/** Every order in which one of the items stands elsewhere, and that item; among the first `most` of them. */
export function* movedOnce<T>(
  items: readonly T[],
  most: number = items.length,
): Iterable<readonly [order: readonly T[], moved: T]> {
  const places = Math.min(items.length, most)
  for (let at = 0; at < places; at++)
    for (let to = 0; to < places; to++)
      if (at !== to) {
        const moved = items[at] as T
        const rest = items.filter((_, one) => one !== at)
        yield [[...rest.slice(0, to), moved, ...rest.slice(to)], moved]
      }
}
