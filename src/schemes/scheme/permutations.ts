/** Every order of a few items. */
export function* permutations<T>(items: readonly T[]): Iterable<readonly T[]> {
  if (items.length < 2) {
    yield items
    return
  }
  for (let at = 0; at < items.length; at++)
    for (const rest of permutations([...items.slice(0, at), ...items.slice(at + 1)])) yield [items[at] as T, ...rest]
}
