import { CountersignError, isCountersignError } from '../errors.js'
import { deadline } from '../server/deadline.js'
import type { KeyEvent } from './key-event.js'
import type { KeyUsage, StoredKey } from './key-record.js'
import type { ChangedKey, KeyChange, KeyQuery, KeyStore } from './key-store.js'
import { isConflict } from './key-view.js'
import { parseStoredKey } from './stored-key.js'

/** How often a change is tried again when somebody else changed the same record at the same time. */
const ATTEMPTS = 10

export interface WriterOptions {
  readonly store: KeyStore
  readonly timeoutMs: number
  readonly announce: (change: ChangedKey) => void
  readonly tell: (event: KeyEvent) => void
}

/** Reads and changes records of a store, with its answers checked and its failures typed. */
export interface Writer {
  read(id: string): Promise<StoredKey | undefined>
  write(changes: readonly KeyChange[]): Promise<void>
  /** Changes one record; `step` is asked again where somebody was faster. The same record back means nothing to do. */
  change(id: string, step: (key: StoredKey) => StoredKey): Promise<StoredKey>
  /** A page, with every record checked. */
  list(query: KeyQuery): Promise<readonly StoredKey[]>
  usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>>
  /** Any other question to the store. */
  ask<T>(question: () => T | Promise<T>): Promise<T>
}

export function createWriter({ store, timeoutMs, announce, tell }: WriterOptions): Writer {
  const ask = async <T>(question: () => T | Promise<T>): Promise<T> => {
    try {
      return await deadline(Promise.resolve(question()), timeoutMs)
    } catch (error) {
      if (isCountersignError(error)) throw error
      // A driver's error may quote rows, so only its kind is kept.
      const kind = error instanceof Error ? error.name : typeof error
      throw new CountersignError('STORE_UNAVAILABLE', `the key store failed with ${kind}`)
    }
  }
  const read = async (id: string): Promise<StoredKey | undefined> => {
    const answer: unknown = await ask(() => store.get(id))
    if (answer === undefined || answer === null) return undefined
    const record = parseStoredKey(answer)
    if (record === undefined || record.id !== id)
      throw new CountersignError('STORE_CORRUPTED', `the store answered something that is not the record of "${id}"`)
    return record
  }
  const list = async (query: KeyQuery): Promise<readonly StoredKey[]> => {
    const page: unknown = await ask(() => store.list(query))
    const records = Array.isArray(page) && page.length <= query.limit ? page.map(parseStoredKey) : [undefined]
    if (records.includes(undefined))
      throw new CountersignError('STORE_CORRUPTED', 'the store answered something that is not a page of records')
    return records as readonly StoredKey[]
  }
  const write = async (changes: readonly KeyChange[]): Promise<void> => {
    await ask(() => store.write(changes))
    for (const { record } of changes) announce({ id: record.id, rev: record.rev, status: record.status })
  }
  return {
    read,
    list,
    usage: async (ids) => ask(async () => new Map(await store.usage(ids))),
    write,
    ask,
    change: async (id, step) => {
      for (let attempt = 1; ; attempt++) {
        const key = await read(id)
        if (key === undefined) throw new CountersignError('KEY_NOT_FOUND', `there is no key "${id}"`)
        const next = step(key)
        if (next === key) return key
        try {
          await write([{ record: next, expectedRev: key.rev }])
          return next
        } catch (error) {
          if (!isConflict(error) || attempt >= ATTEMPTS) {
            if (isCountersignError(error, 'STORE_UNAVAILABLE'))
              tell({
                event: 'store.unavailable',
                atMs: next.changedAtMs,
                keyId: id,
                detail: 'a change was not confirmed',
              })
            throw error
          }
        }
      }
    },
  }
}
