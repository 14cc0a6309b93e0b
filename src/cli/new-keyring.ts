import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CountersignError, isCountersignError, nearest } from '../errors.js'
import type { KeyStore } from '../keyring/key-store.js'
import type { StoredKey } from '../keyring/record/key-record.js'
import type { Sealing } from '../keyring/record/sealing.js'
import { usage } from './usage.js'

/** How files of stores begin. */
const HEADS = ['countersign keys ', 'SQLite format 3\0']

function isStore(path: string): boolean {
  try {
    const head = Buffer.alloc(17)
    const file = openSync(path, 'r')
    const length = readSync(file, head)
    closeSync(file)
    return HEADS.some((one) => head.toString('latin1', 0, length).startsWith(one))
  } catch {
    return false
  }
}

/** What the one who calls may do about a store that is not there. */
export interface Making {
  /** Whether the command may be the first of a store: any other finds nothing in one that is not there. */
  readonly first: boolean
  /** Whether a new keyring was asked for by name, so that one of a similar name is no mistake. */
  readonly create: boolean
}

/**
 * Refuses the path of a store that is not there where it is probably misspelt.
 *
 * @throws {UsageError}
 */
export function assertPath(path: string, { first, create }: Making): void {
  if (existsSync(path)) return
  if (!first) usage(`there is no store at ${path}: keys issue makes one`)
  if (create) return
  const folder = dirname(path)
  // Another process may be writing the very store, beside its place.
  const others = existsSync(folder)
    ? readdirSync(folder).filter((name) => !name.endsWith('.tmp') && isStore(join(folder, name)))
    : []
  const near = nearest(basename(path), others)
  // Meanwhile another process may have made it.
  if (near !== undefined && !existsSync(path))
    usage(`there is no store at ${path}, but one at ${join(folder, near)}: for a second keyring state --create`)
}

/** Keys that are looked at: whatever sealed the others, one that opens says that the key-encryption key is theirs. */
const SEEN = 100

const keysOf = async (store: KeyStore, prefix: string): Promise<StoredKey[]> => {
  const own = `${prefix}k_`
  return (await store.list({ after: own, limit: SEEN })).filter(({ id }) => id.startsWith(own))
}

/** Whether there are keys that were sealed, and the key-encryption keys that are given sealed none of them. */
function opensNone(found: readonly StoredKey[], sealing: Sealing): boolean {
  const keks = found.flatMap(({ material }) => (material.kind === 'sealed' ? [material.kekId] : []))
  const { knownIds = keks } = sealing
  return keks.length > 0 && !keks.some((id) => knownIds.includes(id))
}

const THEIRS = '--kek opens none of the keys in the store: state theirs, also as --former-kek beside a new one'
/** A record that another key-encryption key sealed or bound, and what a keyring advises there in words of a program. */
const UNKNOWN = /not known here(?:; name that key in "others")?$/

/**
 * Passes on why a command failed; where a key-encryption key is missing, in words of this command.
 *
 * @throws {UsageError} where one is missing; else the error.
 */
export async function refuseKek(error: unknown, store: KeyStore, prefix: string, sealing: Sealing): Promise<never> {
  if (!isCountersignError(error, 'STORE_CORRUPTED') || !UNKNOWN.test(error.message)) throw error
  if (opensNone(await keysOf(store, prefix), sealing)) return usage(THEIRS)
  throw new CountersignError(error.code, error.message.replace(UNKNOWN, 'not known here; state it as --former-kek'), {
    cause: error,
  })
}

/**
 * Refuses a prefix or a key-encryption key that is none of the keys in a store: a key that is issued all the same would begin
 * a second keyring in it.
 *
 * @throws {UsageError}
 */
export async function assertSameKeyring(store: KeyStore, prefix: string, sealing: Sealing): Promise<void> {
  let found = await keysOf(store, prefix)
  if (found.length === 0) {
    const [other] = await store.list({ limit: 1 })
    const theirs = /^(.*)k_/.exec(other?.id ?? '')?.[1]
    // Another process has begun this very keyring meanwhile.
    if (theirs === prefix) found = await keysOf(store, prefix)
    else if (theirs !== undefined)
      usage(`the store has keys of --prefix ${theirs} and none of ${prefix}: for a second keyring in it state --create`)
  }
  if (opensNone(found, sealing)) usage(`${THEIRS}; to leave them behind state --create`)
}
