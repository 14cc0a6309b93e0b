import type { Writer } from '../change/writer.js'
import type { StoredKey } from './key-record.js'

/** The answer of `bindRecords`. */
export interface BoundRecords {
  /** Ids of the records that had no MAC and have one now: their content is trusted from now on. */
  readonly bound: readonly string[]
  /** Ids of records that could not be bound. */
  readonly failed: readonly string[]
}

/** Puts every record that has no MAC under the key of this keyring. One that has another MAC is left as it is. */
export async function bindAll(records: AsyncIterable<StoredKey>, writer: Writer, nowMs: number): Promise<BoundRecords> {
  const bound: string[] = []
  const failed: string[] = []
  for await (const { id, mac } of records) {
    if (mac !== undefined) continue
    try {
      if (await writer.bind(id, nowMs)) bound.push(id)
    } catch {
      failed.push(id)
    }
  }
  return { bound, failed }
}
