import { defined } from '../../support/defined.js'
import type { StoredKey } from './key-record.js'
import type { Sealing } from './sealing.js'

/** Which key-encryption key seals how many keys: for the rotation of one, which ends when nothing is under the old one. */
export interface SealedBy {
  /** The key-encryption key that seals from now on; absent where only public keys are kept. */
  readonly primary?: string
  /** The most used first. */
  readonly keks: ReadonlyArray<{
    /** Id of the key-encryption key. */
    readonly id: string
    /** How many keys it seals, revoked ones too. */
    readonly keys: number
    /** This keyring has it, so what it seals can be opened. */
    readonly isKnown: boolean
  }>
  /** Keys with nothing sealed. */
  readonly publicKeys: number
  /** How many keys with a sealed secret there are. */
  readonly total: number
}

/** Counts records by what seals them. Reads every record. */
export async function countSealed(records: AsyncIterable<StoredKey>, sealing: Sealing | undefined): Promise<SealedBy> {
  const { primaryId, knownIds } = sealing ?? {}
  const known = new Set(knownIds ?? (primaryId === undefined ? [] : [primaryId]))
  const counts = new Map<string, number>(primaryId === undefined ? [] : [[primaryId, 0]])
  let [publicKeys, total] = [0, 0]
  for await (const { material } of records) {
    total++
    if (material.kind === 'public') publicKeys++
    else counts.set(material.kekId, (counts.get(material.kekId) ?? 0) + 1)
  }
  const keks = [...counts].sort(([, a], [, b]) => b - a).map(([id, keys]) => ({ id, keys, isKnown: known.has(id) }))
  return defined({ primary: primaryId, keks, publicKeys, total })
}
