/** Key records in a file, the embedded default: `countersign/keyring/file`. */
import { randomNonce } from '../../crypto/random.js'
import type { FileLockOptions } from '../../support/node/file-lock.js'
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
import type { RevocationMarks } from '../record/revocation-marks.js'
import { mergeUsage } from '../record/stored-key.js'
import {
  entryOf,
  type FileEntry,
  type FileKeys,
  type FileUsage,
  keysBody,
  keysOf,
  parseKeys,
  parseUsages,
  placeOf,
  revocationsAt,
  usageBody,
} from './file-bodies.js'
import { FileCache } from './file-cache.js'
import { changeFile, type FileOptions, type FilePlace, guarded, placeOfFile } from './file-change.js'

/** Options of {@link fileKeyStore} and {@link fileRevocations}. */
export type FileKeyStoreOptions = FileOptions

/** Keeps records in a file. */
export interface FileKeyStore extends KeyStore {
  /** The record of a key, at once. */
  get(id: string): StoredKey | undefined
  write(changes: readonly KeyChange[]): void
  list(query: KeyQuery): readonly StoredKey[]
  addUsage(deltas: readonly UsageDelta[]): void
}

/**
 * Key records in one file, for any number of processes of one machine; what was seen of their use is in a second one,
 * `<path>.usage`, and which keys were revoked in a third one, `<path>.revoked`: an older `<path>` that is put back revives no
 * key while that one stays. A write takes the lock beside the file, writes a new file, syncs it to disk and puts it in the old one's
 * place: a process that is killed at any moment leaves the old records or the new ones, whole, and a lock that the next one sees
 * through. Once `write` returns, the records are on disk. A write costs as much as the file is long; some thousand keys are
 * fine, beyond that a database is the better place.
 *
 * `get` keeps the file in memory and looks with one `stat` whether it is still the same, so that another process's change
 * counts from the next call on. Writing blocks the thread, like everything here.
 *
 * The files are readable by their owner only; ones that others may read or write are refused until that is corrected (not
 * on Windows, which has no such permissions: use a directory of the service's own). The path must be on a local disk: network
 * file systems promise neither the lock nor the order of writes. A file that is not as it was written is refused with
 * `STORE_CORRUPTED` and left as it is; so is one that was there and is gone.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. The store throws `CONFIG_INVALID` for a file that others may
 *   read or write and for one above `maxBytes`, `STORE_CORRUPTED`, `STORE_CONFLICT`, and `STORE_UNAVAILABLE` where the lock
 *   is not free in time or the file system refuses.
 * @example
 * ```ts
 * import { fileKeyStore } from 'countersign/keyring/file'
 *
 * const store = fileKeyStore('/var/lib/api/keys.log') // a file, not a folder
 * ```
 */
export function fileKeyStore(path: string, options: FileKeyStoreOptions = {}): FileKeyStore {
  return new FileStore(placeOfFile('fileKeyStore', path, options))
}

/**
 * Which keys were revoked, in a file apart from the store: the `revocations` of a keyring over a database, so that a backup
 * of the database, or a row of before, revives no key. Keep it where that backup does not reach; every process of a machine
 * may use the same file, and every machine has its own, which learns of revocations while it runs and at its start.
 *
 * The file store has such a file beside itself, `<path>.revoked`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. Reading and marking throw `CONFIG_INVALID` for a file that others
 *   may read or write, `STORE_CORRUPTED` for one that is not what was written, or gone, and `STORE_UNAVAILABLE`.
 * @example
 * ```ts
 * import { createKeyring, type KeyStore, type Sealing } from 'countersign/keyring'
 * import { fileRevocations } from 'countersign/keyring/file'
 *
 * export const keys = (store: KeyStore, sealing: Sealing) =>
 *   createKeyring({ store, prefix: 'acme', sealing, revocations: fileRevocations('/var/lib/api/revoked') })
 * ```
 */
export function fileRevocations(path: string, options: FileKeyStoreOptions = {}): RevocationMarks {
  const { path: real, lock, maxBytes } = placeOfFile('fileRevocations', path, options)
  return revocationsAt(real, lock, maxBytes)
}

class FileStore implements FileKeyStore {
  readonly revocations: RevocationMarks
  readonly #path: string
  readonly #lock: Required<FileLockOptions>
  readonly #keys: FileCache<FileKeys>
  readonly #usage: FileCache<FileUsage>

  constructor({ path, lock, maxBytes }: FilePlace) {
    this.#path = path
    this.#lock = lock
    this.revocations = revocationsAt(`${path}.revoked`, lock, maxBytes)
    this.#keys = new FileCache({ path, maxBytes, title: 'keys', parse: parseKeys, print: keysBody })
    const ofUsage = { path: `${path}.usage`, maxBytes, title: 'key-usage', parse: parseUsages, print: usageBody }
    this.#usage = new FileCache<FileUsage>(ofUsage)
  }

  get(id: string): StoredKey | undefined {
    return this.#read()?.byId.get(id)?.record
  }

  write(changes: readonly KeyChange[]): void {
    const checked = checkedChanges(changes)
    if (checked.length === 0) return
    changeFile(this.#path, this.#lock, this.#keys, (held) => {
      const { epoch, seq, entries, byId } = held ?? keysOf(randomNonce(), 0, [])
      for (const change of checked) assertFits(change, byId.get(change.record.id)?.record)
      const next = [...entries]
      checked.forEach(({ record, expectedRev, text }, i) => {
        next.splice(placeOf(next, record.id), expectedRev === 0 ? 0 : 1, entryOf(seq + i + 1, record, text))
      })
      return keysOf(epoch, seq + checked.length, next)
    })
  }

  list(query: KeyQuery): readonly StoredKey[] {
    assertQuery(query)
    const entries = this.#read()?.entries ?? []
    const out: StoredKey[] = []
    const from = query.after === undefined ? 0 : placeOf(entries, query.after)
    for (let i = from; i < entries.length && out.length < query.limit; i++) {
      const { record } = entries[i] as FileEntry
      if (isAsked(record, query)) out.push(record)
    }
    return out
  }

  async changes(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly changed: readonly ChangedKey[]; readonly cursor: string }> {
    assertLimit(limit)
    const keys = this.#read()
    // No numbering yet: this cursor leads back to the beginning.
    if (keys === undefined) return { changed: [], cursor: cursorText(NO_EPOCH, 0) }
    const { epoch, seq, entries } = keys
    const from = after === undefined ? seq : cursorSeq(after, epoch, seq)
    if (from === seq) return { changed: [], cursor: cursorText(epoch, seq) }
    const newer = entries.filter((entry) => entry.seq > from).sort((a, b) => a.seq - b.seq)
    const changed = newer.slice(0, limit)
    return {
      changed: changed.map(({ id, record: { rev, status } }) => ({ id, rev, status })),
      cursor: cursorText(epoch, changed.at(-1)?.seq ?? seq),
    }
  }

  addUsage(deltas: readonly UsageDelta[]): void {
    const checked = checkedDeltas(deltas)
    const keys = this.#read()
    const known = checked.filter(({ id }) => keys?.byId.has(id))
    if (known.length === 0) return
    changeFile(`${this.#path}.usage`, this.#lock, this.#usage, (held) => {
      const next = new Map(held)
      for (const delta of known) next.set(delta.id, mergeUsage(next.get(delta.id), delta))
      return next
    })
  }

  async usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>> {
    const usage = guarded(this.#path, () => this.#usage.read())
    const out = new Map<string, KeyUsage>()
    for (const id of ids) {
      const one = usage?.get(id)
      if (one !== undefined) out.set(id, one)
    }
    return out
  }

  #read(): FileKeys | undefined {
    return guarded(this.#path, () => this.#keys.read())
  }
}

const NO_EPOCH = '-'.repeat(22)
