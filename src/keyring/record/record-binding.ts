import { CountersignError } from '../../errors.js'
import type { Integrity } from './integrity.js'
import type { StoredKey } from './key-record.js'

/**
 * The text that is bound: every field of the record but the MAC itself, named, in the order of the table of fields. The record
 * has to come from `parseStoredKey`, which writes the fields of its table and no others: a field that is added to the table is
 * bound from then on.
 */
export function boundText({ mac: _, ...record }: StoredKey): string {
  return `countersign record 1\n${JSON.stringify(record)}`
}

/** The record with its MAC. It has to come from `parseStoredKey`. */
export const boundRecord = (record: StoredKey, integrity: Integrity): StoredKey => {
  const { mac: _, ...unbound } = record
  return { ...unbound, mac: integrity.bind('record', boundText(record)) }
}

const corrupted = (text: string): CountersignError => new CountersignError('STORE_CORRUPTED', text)

/** Why a record may not be used; `undefined` where it is the one that a node of this keyring wrote. */
export function bindingProblem(
  record: StoredKey,
  integrity: Integrity,
  takesUnbound: boolean,
): CountersignError | undefined {
  const { id, mac } = record
  if (mac === undefined)
    return takesUnbound
      ? undefined
      : corrupted(`key "${id}" has no MAC; records of before are bound once with keyring.bindRecords()`)
  const fits = integrity.isBound('record', mac, boundText(record))
  if (fits === undefined)
    return corrupted(`key "${id}" is bound with "${mac.keyId}", which is not known here; name that key in "others"`)
  return fits ? undefined : corrupted(`key "${id}" is not the record that was written: its MAC differs; it is left`)
}
