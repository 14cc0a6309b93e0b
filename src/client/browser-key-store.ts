import { CountersignError, fail } from '../errors.js'

/** A key pair as it lies in IndexedDB: the private half is a handle that the platform never turns into bytes. */
export interface StoredKey {
  readonly algorithm: string
  readonly thumbprint: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/** One named place in IndexedDB. Every method opens and closes the database, so that no tab blocks another. */
export interface KeyPlace {
  read(): Promise<StoredKey | undefined>
  /** Stores the key unless there is one already, in one transaction: of two tabs, exactly one wins. */
  addIfAbsent(key: StoredKey): Promise<void>
  /** Deletes the key if it still is that one. */
  deleteIfSame(thumbprint: string): Promise<void>
}

const STORE = 'keys'

/**
 * The place of a key by database and name.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED` where there is no IndexedDB. The methods reject with `KEY_UNSUPPORTED` where
 *   the browser refuses to open it or to store such a key, `CONFIG_INVALID` for a database of something else.
 */
export function keyPlace(database: string, name: string): KeyPlace {
  const factory = globalThis.indexedDB
  if (factory === undefined) fail('KEY_UNSUPPORTED', 'IndexedDB is not available')

  const open = (): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = factory.open(database, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(STORE)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })

  /** Runs one step; its answer counts only once the transaction is on disk. */
  const transact = async <T>(
    mode: IDBTransactionMode,
    step: (store: IDBObjectStore, found: StoredKey | undefined) => T,
  ) => {
    let db: IDBDatabase | undefined
    try {
      db = await open()
      const transaction = db.transaction(STORE, mode, { durability: 'strict' })
      return await new Promise<T>((resolve, reject) => {
        const store = transaction.objectStore(STORE)
        const request = store.get(name)
        let answer: T
        request.onsuccess = () => {
          try {
            answer = step(store, request.result as StoredKey | undefined)
          } catch (error) {
            // Some browsers refuse to clone some keys; the error is thrown here.
            reject(error)
            transaction.abort()
          }
        }
        transaction.oncomplete = () => resolve(answer)
        transaction.onabort = () => reject(transaction.error)
      })
    } catch (cause) {
      const kind = (cause as { name?: unknown } | null)?.name
      throw kind === 'VersionError' || kind === 'NotFoundError'
        ? new CountersignError('CONFIG_INVALID', '"database" must be one that only this function uses', { cause })
        : new CountersignError('KEY_UNSUPPORTED', 'IndexedDB refused to keep a key', { cause })
    } finally {
      db?.close()
    }
  }

  return {
    read: () => transact('readonly', (_store, found) => found),
    addIfAbsent: (key) =>
      transact('readwrite', (store, found) => {
        if (found === undefined) store.add(key, name)
      }),
    deleteIfSame: (thumbprint) =>
      transact('readwrite', (store, found) => {
        if (found?.thumbprint === thumbprint) store.delete(name)
      }),
  }
}
