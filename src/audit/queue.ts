/** A queue that never grows past its limit, and drops the least important first. */
export interface BoundedQueue<T> {
  readonly size: number
  /** Items that were turned away or pushed out so far. */
  readonly dropped: number
  /** Adds an item; a full queue lets go of an item of the lowest rank, which may be this one. */
  push(item: T, rank: number): void
  /** The oldest items, in the order in which they came. */
  take(most: number): T[]
}

interface Row<T> {
  readonly items: Array<{ readonly place: number; readonly item: T }>
  head: number
}

// Taken places at the front are cut off in one go.
const CUT = 1_024

/**
 * @param limit the most items at a time
 * @param ranks ranks are 0 to `ranks - 1`; what has the highest is dropped last
 */
export function boundedQueue<T>(limit: number, ranks: number): BoundedQueue<T> {
  const rows: ReadonlyArray<Row<T>> = Array.from({ length: ranks }, () => ({ items: [], head: 0 }))
  let [size, place, dropped] = [0, 0, 0]
  const next = (row: Row<T>): number => row.items[row.head]?.place ?? Number.POSITIVE_INFINITY
  return {
    get size() {
      return size
    },
    get dropped() {
      return dropped
    },
    push: (item, rank) => {
      if (size >= limit) {
        dropped++
        const lowest = rows.findIndex((row) => row.items.length > row.head)
        // The first of a flood show how it began; so among equals the newest goes.
        if (lowest === -1 || lowest >= rank) return
        rows[lowest]?.items.pop()
        size--
      }
      rows[rank]?.items.push({ place: place++, item })
      size++
    },
    take: (most) => {
      const out: T[] = []
      while (out.length < most && size > 0) {
        let first = rows[0] as Row<T>
        for (const row of rows) if (next(row) < next(first)) first = row
        out.push((first.items[first.head] as { readonly item: T }).item)
        first.head++
        size--
        if (first.head === first.items.length || first.head >= CUT) {
          first.items.splice(0, first.head)
          first.head = 0
        }
      }
      return out
    },
  }
}
