import { assertInteger, fail } from '../../errors.js'
import type { StoredKey } from '../record/key-record.js'

/** Checks the `rev` that a change states, if it states one. @throws {CountersignError} `ARGUMENT_INVALID` */
export function assertRev(rev: unknown): void {
  if (rev !== undefined) assertInteger('rev', rev, 1, undefined, '', 'ARGUMENT_INVALID')
}

/** A change is made of what it was decided on. @throws {CountersignError} `STORE_CONFLICT` */
export function assertAsShown({ id, rev: current }: StoredKey, rev: number | undefined): void {
  if (rev !== undefined && current !== rev) fail('STORE_CONFLICT', `key "${id}" has changed since it was looked at`)
}
