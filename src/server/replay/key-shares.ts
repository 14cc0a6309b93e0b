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
