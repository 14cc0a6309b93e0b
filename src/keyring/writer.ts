import { isKeyId } from '../crypto/key.js'
import { CountersignError, isCountersignError } from '../errors.js'
import { deadline } from '../server/deadline.js'
import type { KeyEvent } from './key-event.js'
import type { KeyStatus, KeyUsage, StoredKey } from './key-record.js'
import type { ChangedKey, KeyChange, KeyQuery, KeyStore } from './key-store.js'
import { isConflict } from './key-view.js'
import { isAsked } from './store-input.js'
import { parseStoredKey, parseUsage } from './stored-key.js'

/** How often a change is tried again when somebody else changed the same record at the same time. */
const ATTEMPTS = 10
/** Whoever changes a key all the time must not keep it from being revoked. */
const REVOKING_ATTEMPTS = 200

const STATUSES: readonly KeyStatus[] = ['active', 'rotating', 'disabled', 'revoked']
/** Longer ones would be no place in an order, but a load. */
const LONGEST_CURSOR = 1_024

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
  /** A page, with every record checked, and that it is what was asked for: in order, and nobody else's. */
  list(query: KeyQuery): Promise<readonly StoredKey[]>
  usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>>
  changes: KeyStore['changes']
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
    if (record === undefined || record.id !== id) throw corrupted(`the record of "${id}"`)
    return record
  }
  const list = async (query: KeyQuery): Promise<readonly StoredKey[]> => {
    const page: unknown = await ask(() => store.list(query))
    const records = Array.isArray(page) && page.length <= query.limit ? page.map(parseStoredKey) : [undefined]
    let last = ''
    for (const record of records) {
      if (record === undefined || !isAsked(record, query) || record.id <= last)
        throw corrupted('a page of the records that were asked for')
      last = record.id
    }
    return records as readonly StoredKey[]
  }
  const changesAfter = async (after: string | undefined, limit: number): ReturnType<KeyStore['changes']> => {
    const answer: unknown = await ask(() => store.changes(after, limit))
    const { changed, cursor } = (answer ?? {}) as { readonly changed?: unknown; readonly cursor?: unknown }
    const fits = typeof cursor === 'string' && cursor.length <= LONGEST_CURSOR
    if (!fits || !Array.isArray(changed) || changed.length > limit || !changed.every(isChange))
      throw corrupted('changes and a cursor')
    return { changed, cursor }
  }
  const usage = async (ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>> => {
    const answer: unknown = ids.length === 0 ? new Map() : await ask(() => store.usage(ids))
    const found = new Map<string, KeyUsage>()
    for (const id of ids) {
      const one: unknown = answer instanceof Map ? answer.get(id) : null
      if (one === undefined) continue
      const parsed = parseUsage(one)
      if (parsed === undefined) throw corrupted('when keys were used')
      found.set(id, parsed)
    }
    return found
  }
  const write = async (changes: readonly KeyChange[]): Promise<void> => {
    // What cannot be read back could not even be revoked.
    if (changes.some(({ record }) => parseStoredKey(record) === undefined))
      throw new CountersignError('ARGUMENT_INVALID', 'a key expected settings within the bounds of what is stored')
    await ask(() => store.write(changes))
    for (const { record } of changes) announce({ id: record.id, rev: record.rev, status: record.status })
  }
  return {
    read,
    list,
    usage,
    changes: changesAfter,
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
          const attempts = next.status === 'revoked' && key.status !== 'revoked' ? REVOKING_ATTEMPTS : ATTEMPTS
          if (!isConflict(error) || attempt >= attempts) {
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

const corrupted = (what: string): CountersignError =>
  new CountersignError('STORE_CORRUPTED', `the store answered something that is not ${what}`)

const isChange = (value: unknown): value is ChangedKey => {
  const { id, rev, status } = (value ?? {}) as Partial<ChangedKey>
  return isKeyId(id) && Number.isSafeInteger(rev) && (rev as number) >= 1 && STATUSES.includes(status as KeyStatus)
}
