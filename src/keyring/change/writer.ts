import { isKeyId } from '../../crypto/key.js'
import { CountersignError, fail, isCountersignError, isInteger } from '../../errors.js'
import { deadline } from '../../support/deadline.js'
import type { ChangedKey, KeyChange, KeyQuery, KeyStore } from '../key-store.js'
import type { Integrity } from '../record/integrity.js'
import { bindingProblem, boundRecord } from '../record/integrity.js'
import type { KeyEvent } from '../record/key-event.js'
import type { KeyStatus, KeyUsage, StoredKey } from '../record/key-record.js'
import { isConflict } from '../record/key-view.js'
import type { RevocationMarks } from '../record/revocation-marks.js'
import { revokedRecords } from '../record/revocation-marks.js'
import { parseStoredKey, parseUsage, recordProblem } from '../record/stored-key.js'
import { isAsked } from './store-input.js'
import { changed } from './transitions.js'

/** How often a change is tried again when the same record changed concurrently. */
const ATTEMPTS = 10
/** Changing a key all the time must not keep it from being written as revoked. */
const REVOKING_ATTEMPTS = 200

const STATUSES: readonly KeyStatus[] = ['active', 'rotating', 'disabled', 'revoked']
/** Longer ones would be no place in an order, but a load. */
const LONGEST_CURSOR = 1_024

export interface WriterOptions {
  readonly store: KeyStore
  readonly timeoutMs: number
  /** Makes and checks the MACs of records. */
  readonly integrity: Integrity
  /** Records without a MAC are taken, too. */
  readonly takesUnbound: boolean
  readonly marks: RevocationMarks | undefined
  readonly now: () => number
  readonly announce: (change: ChangedKey) => void
  readonly emit: (event: KeyEvent) => void
}

/** Reads and changes records of a store, with its answers checked and its failures typed. */
export interface Writer {
  read(id: string): Promise<StoredKey | undefined>
  write(changes: readonly KeyChange[]): Promise<void>
  /** Changes one record; `step` is called again after a conflict. The same record back means nothing to do. */
  change(id: string, step: (key: StoredKey) => StoredKey): Promise<StoredKey>
  /** A page, with every record checked, and that it is what was asked for: in order, and of the owner that was asked for. */
  list(query: KeyQuery): Promise<readonly StoredKey[]>
  /** The same with those that may not be used, and why. */
  judge(query: KeyQuery): Promise<readonly JudgedRecord[]>
  /** Puts a record without a MAC under the key of this keyring; `false` where it has one. */
  bind(id: string, nowMs: number): Promise<boolean>
  /** Marks a key as revoked, whatever the status of its record. Without marks, nothing. */
  mark(id: string, revokedAtMs: number): Promise<void>
  /** Marks the revoked ones of a page. */
  markRevoked(page: readonly JudgedRecord[]): Promise<void>
  usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>>
  changes: KeyStore['changes']
  /** Any other question to the store. */
  ask<T>(question: () => T | Promise<T>): Promise<T>
}

/** A record that parses, and why it may not be used. */
export interface JudgedRecord {
  readonly record: StoredKey
  readonly problem: CountersignError | undefined
}

export function createWriter(options: WriterOptions): Writer {
  const { store, timeoutMs, integrity, takesUnbound, marks, now, announce, emit } = options
  const ask = async <T>(question: () => T | Promise<T>): Promise<T> => {
    try {
      return await deadline(question(), timeoutMs)
    } catch (error) {
      if (isCountersignError(error)) throw error
      // A driver's error may quote rows, so only its kind is kept.
      const kind = error instanceof Error ? error.name : typeof error
      fail('STORE_UNAVAILABLE', `the key store failed with ${kind}`)
    }
  }
  const revocations = marks && revokedRecords(marks, ask)
  const refused = (id: string, problem: CountersignError): CountersignError => {
    emit({ event: 'store.corrupted', atMs: now(), keyId: id, detail: problem.message })
    return problem
  }
  const parsed = async (id: string): Promise<StoredKey | undefined> => {
    const answer: unknown = await ask(() => store.get(id))
    if (answer === undefined || answer === null) return undefined
    const record = parseStoredKey(answer)
    if (record === undefined || record.id !== id) throw refused(id, corrupted(`the record of "${id}"`))
    return record
  }
  const read = async (id: string): Promise<StoredKey | undefined> => {
    const record = await parsed(id)
    if (record === undefined) return undefined
    const problem = bindingProblem(record, integrity, takesUnbound)
    if (problem !== undefined) throw refused(id, problem)
    const [judged] = revocations === undefined ? [record] : await revocations.judged([record])
    return judged
  }
  const judge = async (query: KeyQuery): Promise<readonly JudgedRecord[]> => {
    const page: unknown = await ask(() => store.list(query))
    const records = Array.isArray(page) && page.length <= query.limit ? page.map(parseStoredKey) : [undefined]
    let last = ''
    for (const record of records) {
      if (record === undefined || !isAsked(record, query) || record.id <= last)
        throw corrupted('a page of the records that were asked for')
      last = record.id
    }
    return (records as readonly StoredKey[]).map((record) => ({
      record,
      problem: bindingProblem(record, integrity, takesUnbound),
    }))
  }
  const list = async (query: KeyQuery): Promise<readonly StoredKey[]> => {
    const page = await judge(query)
    for (const { record, problem } of page) if (problem !== undefined) throw refused(record.id, problem)
    const records = page.map(({ record }) => record)
    return revocations === undefined ? records : revocations.judged(records)
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
    const bound = changes.map(({ record, expectedRev }) => {
      const read = parseStoredKey(record)
      // What cannot be read back could not even be revoked.
      if (read === undefined) fail('ARGUMENT_INVALID', `the record must fit what is stored: ${recordProblem(record)}`)
      return { record: boundRecord(read, integrity), expectedRev }
    })
    await ask(() => store.write(bound))
    for (const { record } of bound) announce({ id: record.id, rev: record.rev, status: record.status })
    await revocations?.mark(bound.map(({ record }) => record)).catch(() => {
      // Revoked it is; without its mark it is not safe from an older record. Reading it marks it again.
      emit({ event: 'store.unavailable', atMs: now(), keyId: undefined, detail: 'a revocation was not marked' })
    })
  }
  return {
    read,
    list,
    usage,
    changes: changesAfter,
    write,
    ask,
    judge,
    mark: async (id, revokedAtMs) => {
      if (marks !== undefined) await ask(() => marks.mark(new Map([[id, revokedAtMs]])))
    },
    markRevoked: async (page) => {
      await revocations?.mark(page.filter(({ problem }) => problem === undefined).map(({ record }) => record))
    },
    bind: async (id, nowMs) => {
      for (let attempt = 1; ; attempt++) {
        const record = await parsed(id)
        if (record === undefined || record.mac !== undefined) return false
        try {
          await write([{ record: changed(record, nowMs, {}), expectedRev: record.rev }])
          return true
        } catch (error) {
          if (!isConflict(error) || attempt >= ATTEMPTS) throw error
        }
      }
    },
    change: async (id, step) => {
      for (let attempt = 1; ; attempt++) {
        const key = await read(id)
        if (key === undefined) fail('KEY_NOT_FOUND', `there is no key "${id}"`)
        const stepped = step(key)
        // Revoked by its mark only: written, so that nodes without the mark refuse it, too.
        const isWritten = stepped !== key || revocations?.isByMark(key) === true
        if (!isWritten) return key
        const next = stepped === key ? changed(key, now(), {}) : stepped
        try {
          await write([{ record: next, expectedRev: key.rev }])
          return next
        } catch (error) {
          const attempts = next.status === 'revoked' ? REVOKING_ATTEMPTS : ATTEMPTS
          if (!isConflict(error) || attempt >= attempts) {
            if (isCountersignError(error, 'STORE_UNAVAILABLE'))
              emit({
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
  return isKeyId(id) && isInteger(rev, 1) && STATUSES.includes(status as KeyStatus)
}
