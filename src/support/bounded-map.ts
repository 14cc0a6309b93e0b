/** First in, first out: what is in use comes back within a read, and the map needs no bookkeeping on a hit. */
export function putBounded<V>(map: Map<string, V>, id: string, value: V, most: number): void {
  map.delete(id)
  if (map.size >= most) {
    const oldest = map.keys().next()
    if (oldest.done !== true) map.delete(oldest.value)
  }
  map.set(id, value)
}
