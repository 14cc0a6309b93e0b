import { randomNonce } from '../../crypto/random.js'
import {
  assertFits,
  assertLimit,
  assertQuery,
  checkedChanges,
  checkedDeltas,
  cursorSeq,
  cursorText,
  isAsked,
} from '../change/store-input.js'
import type { ChangedKey, KeyChange, KeyQuery, KeyStore, UsageDelta } from '../key-store.js'
import type { KeyUsage, StoredKey } from '../record/key-record.js'
import { mergeUsage } from '../record/stored-key.js'

/** Keeps records in this process's memory. */
export interface MemoryKeyStore extends KeyStore {
  /** The record of a key, at once. */
  get(id: string): StoredKey | undefined
  write(changes: readonly KeyChange[]): void
  list(query: KeyQuery): readonly StoredKey[]
  addUsage(deltas: readonly UsageDelta[]): void
}

/**
 * A store for tests and for trying out: what it holds is gone with the process, and no other process sees it.
 *
 * Records come out frozen. `write` throws `STORE_CONFLICT` where another write was faster, and `ARGUMENT_INVALID` for what is no
 * record.
 *
 * @example
 * ```ts
 * import { memoryKeyStore } from 'countersign/keyring'
 *
 * const store = memoryKeyStore()
 * ```
 */
export const memoryKeyStore = (): MemoryKeyStore => new MapStore()

class MapStore implements MemoryKeyStore {
  readonly #epoch = randomNonce()
  readonly #keys = new Map<string, StoredKey>()
  readonly #usage = new Map<string, KeyUsage>()
  /** The newest change of each record, oldest first. */
  readonly #changes = new Map<string, number>()
  #seq = 0
  /** Ids in order, until another one comes. */
  #ids: readonly string[] | undefined

  get(id: string): StoredKey | undefined {
    return this.#keys.get(id)
  }

  write(changes: readonly KeyChange[]): void {
    const checked = checkedChanges(changes)
    for (const change of checked) assertFits(change, this.#keys.get(change.record.id))
    for (const { record, expectedRev } of checked) {
      if (expectedRev === 0) this.#ids = undefined
      this.#keys.set(record.id, record)
      this.#changes.delete(record.id)
      this.#changes.set(record.id, ++this.#seq)
    }
  }

  list(query: KeyQuery): readonly StoredKey[] {
    assertQuery(query)
    // Ids are ASCII: the order of their UTF-16 is the order of their bytes.
    this.#ids ??= [...this.#keys.keys()].sort((a, b) => (a < b ? -1 : 1))
    const out: StoredKey[] = []
    for (const id of this.#ids) {
      const record = this.#keys.get(id) as StoredKey
      if (!isAsked(record, query)) continue
      out.push(record)
      if (out.length === query.limit) break
    }
    return out
  }

  async changes(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly changed: readonly ChangedKey[]; readonly cursor: string }> {
    assertLimit(limit)
    let cursor = after === undefined ? this.#seq : cursorSeq(after, this.#epoch, this.#seq)
    const changed: ChangedKey[] = []
    if (cursor < this.#seq) {
      for (const [id, seq] of this.#changes) {
        if (seq <= cursor) continue
        if (changed.length === limit) break
        const { rev, status } = this.#keys.get(id) as StoredKey
        changed.push({ id, rev, status })
        cursor = seq
      }
    }
    return { changed, cursor: cursorText(this.#epoch, cursor) }
  }

  addUsage(deltas: readonly UsageDelta[]): void {
    for (const delta of checkedDeltas(deltas)) {
      if (this.#keys.has(delta.id)) this.#usage.set(delta.id, mergeUsage(this.#usage.get(delta.id), delta))
    }
  }

  async usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>> {
    const out = new Map<string, KeyUsage>()
    for (const id of ids) {
      const usage = this.#usage.get(id)
      if (usage !== undefined) out.set(id, usage)
    }
    return out
  }
}
