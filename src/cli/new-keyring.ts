import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { nearest } from '../errors.js'
import type { KeyStore } from '../keyring/key-store.js'
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
  if (near !== undefined)
    usage(`there is no store at ${path}, but one at ${join(folder, near)}: for a second keyring state --create`)
}

/** Keys that are looked at: whatever sealed the others, one that opens says that the key-encryption key is theirs. */
const SEEN = 100

/**
 * Refuses a prefix or a key-encryption key that is none of the keys in a store: a key that is issued all the same would begin
 * a second keyring in it.
 *
 * @throws {UsageError}
 */
export async function assertSameKeyring(store: KeyStore, prefix: string, sealing: Sealing): Promise<void> {
  const own = `${prefix}k_`
  const found = (await store.list({ after: own, limit: SEEN })).filter(({ id }) => id.startsWith(own))
  if (found.length === 0) {
    const [other] = await store.list({ limit: 1 })
    const theirs = /^(.*)k_/.exec(other?.id ?? '')?.[1]
    if (theirs !== undefined)
      usage(`the store has keys of --prefix ${theirs} and none of ${prefix}: for a second keyring in it state --create`)
  }
  const keks = found.flatMap(({ material }) => (material.kind === 'sealed' ? [material.kekId] : []))
  const { knownIds = keks } = sealing
  if (keks.length > 0 && !keks.some((id) => knownIds.includes(id)))
    usage(
      '--kek opens none of the keys in the store: state theirs, also as --former-kek beside a new one; to leave them behind state --create',
    )
}
