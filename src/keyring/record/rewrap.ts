import { changed } from '../change/transitions.js'
import type { Writer } from '../change/writer.js'
import type { Integrity } from './integrity.js'
import type { StoredKey } from './key-record.js'
import type { Sealing } from './sealing.js'

/** With what, and where. */
export interface RewrapParts {
  readonly sealing: Sealing | undefined
  readonly integrity: Integrity
  readonly writer: Writer
  readonly nowMs: number
}

/**
 * Seals and binds with the primary keys what other keys sealed and bound. One record at a time, each with its own revision, so
 * that verifiers go on meanwhile and a run that was cut short is just started again.
 */
export async function rewrapAll(
  keys: AsyncIterable<StoredKey>,
  parts: RewrapParts,
): Promise<{ readonly rewrapped: number; readonly failed: readonly string[] }> {
  let rewrapped = 0
  const failed: string[] = []
  for await (const { id } of keys) {
    try {
      if (await rewrapOne(id, parts)) rewrapped++
    } catch {
      // One record that cannot be opened must not keep the others under the old key.
      failed.push(id)
    }
  }
  return { rewrapped, failed }
}

async function rewrapOne(id: string, { sealing, integrity, writer, nowMs }: RewrapParts): Promise<boolean> {
  const key = await writer.read(id)
  if (key === undefined) return false
  // Whatever is written is bound with the primary key.
  const isBound = ({ mac }: StoredKey): boolean => mac?.keyId === integrity.primaryId
  const sealed = sealing === undefined ? undefined : await sealedAgain(key, sealing)
  if (sealed === undefined && isBound(key)) return false
  let done = false
  await writer.change(id, (record) => {
    // Material is written once and never changes but here: what was read may only have been sealed on another node since.
    const isSealed =
      sealed === undefined ||
      (record.material.kind === 'sealed' &&
        record.material.kekId === sealing?.primaryId &&
        record.secretHash === sealed.secretHash)
    done = !isSealed || !isBound(record)
    return done ? changed(record, nowMs, isSealed ? {} : (sealed ?? {})) : record
  })
  return done
}

/** The secret of a record under the primary key; `undefined` where it is already, or is none. */
async function sealedAgain(
  { id, version, algorithm, material, secretHash: known }: StoredKey,
  sealing: Sealing,
): Promise<{ readonly material: StoredKey['material']; readonly secretHash: string | undefined } | undefined> {
  if (material.kind !== 'sealed') return undefined
  const secret = await sealing.open(material, { id, version, algorithm })
  try {
    // Without an index secret here, what the record is found by elsewhere stays as it is.
    const [secretHash = known] = sealing.hashesOf(secret)
    if (material.kekId === sealing.primaryId && known === secretHash) return undefined
    return { material: await sealing.seal(secret, { id, version, algorithm }), secretHash }
  } finally {
    secret.fill(0)
  }
}

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
