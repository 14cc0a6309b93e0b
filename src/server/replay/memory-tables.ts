const WORDS = 4
const FIRST_SLOTS = 64

/**
 * A set of 16-byte fingerprints: open addressing in one typed array, four words per slot. There is no object per entry and
 * nothing for the garbage collector to walk, so a million of them cost a million times sixteen bytes and the load factor.
 */
export class FingerprintTable {
  #slots = new Uint32Array(FIRST_SLOTS * WORDS)
  #size = 0

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#slots.byteLength
  }

  /**
   * Where a fingerprint is: its place from 0 where the table holds it, the complement (`~place`) of the free place that
   * {@link insert} takes where it does not. The lowest bit of `a` must be set: zero there marks a free slot.
   */
  find(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots
    const last = slots.length - WORDS
    // Fingerprints are a hash's output: any of their words is as good an index as another.
    let at = (b * WORDS) & last
    while (slots[at] !== 0) {
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return at
      at = (at + WORDS) & last
    }
    return ~at
  }

  /** Takes the free place that {@link find} gave, for the same fingerprint. */
  insert(place: number, a: number, b: number, c: number, d: number): void {
    this.#write(~place, a, b, c, d)
    this.#size++
    // Above two thirds, the chains of linear probing grow faster than the table fills.
    if (this.#size * 3 * WORDS > this.#slots.length * 2) this.#grow()
  }

  #write(at: number, a: number, b: number, c: number, d: number): void {
    const slots = this.#slots
    slots[at] = a
    slots[at + 1] = b
    slots[at + 2] = c
    slots[at + 3] = d
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (let i = 0; i < old.length; i += WORDS) {
      const a = old[i] as number
      if (a === 0) continue
      const [b, c, d] = [old[i + 1] as number, old[i + 2] as number, old[i + 3] as number]
      this.#write(~this.find(a, b, c, d), a, b, c, d)
    }
  }
}

/** How many live entries each key has, by ring place, so that a whole bucket can be forgotten at once. */
export class KeyShares {
  readonly #keys = new Map<string, { total: number; readonly places: number[] }>()
  readonly #places: number

  constructor(places: number) {
    this.#places = places
  }

  of(keyId: string): number {
    return this.#keys.get(keyId)?.total ?? 0
  }

  add(keyId: string, place: number): void {
    let key = this.#keys.get(keyId)
    if (key === undefined) {
      key = { total: 0, places: new Array<number>(this.#places).fill(0) }
      this.#keys.set(keyId, key)
    }
    key.total++
    key.places[place] = (key.places[place] as number) + 1
  }

  /** Forgets what was counted for one place. Runs once per bucket, not once per entry. */
  clear(place: number): void {
    for (const [keyId, key] of this.#keys) {
      key.total -= key.places[place] as number
      key.places[place] = 0
      if (key.total === 0) this.#keys.delete(keyId)
    }
  }
}
