/** Key records in SQLite: `countersign/keyring/sqlite`. */
import { isKeyId } from '../../crypto/key.js'
import { assertOptions, fail, mustBe } from '../../errors.js'
import { having, TEXT, whole } from '../../support/option-kinds.js'
import {
  assertFits,
  assertLimit,
  assertQuery,
  type CheckedChange,
  checkedChanges,
  checkedDeltas,
  corrupted,
  cursorSeq,
  cursorText,
} from '../change/store-input.js'
import type { ChangedKey, KeyChange, KeyQuery, KeyStore, UsageDelta } from '../key-store.js'
import type { KeyUsage, StoredKey } from '../record/key-record.js'
import { mergeUsage, parseStoredKey, parseUsage } from '../record/stored-key.js'
import {
  guarded,
  migrate,
  openDatabase,
  type SqliteDatabase,
  type SqliteStatement,
  type SqliteValue,
  transaction,
} from './sqlite-database.js'

export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.js'

/** Options of {@link sqliteKeyStore}: a database that is open, or the path of one to open. */
export type SqliteKeyStoreOptions =
  | {
      /** An open `DatabaseSync` of `node:sqlite`. Its settings are left as they are, and `close` does not close it. */
      readonly database: SqliteDatabase
    }
  | {
      /** A file, or `:memory:`. Created for its owner only; `close` closes it. */
      readonly path: string
      /** How long a call may block while another process writes. Default 5 000. */
      readonly busyTimeoutMs?: number
    }

/** Keeps records in SQLite. */
export interface SqliteKeyStore extends KeyStore {
  /** The record of a key, at once. */
  get(id: string): StoredKey | undefined
  write(changes: readonly KeyChange[]): void
  list(query: KeyQuery): readonly StoredKey[]
  addUsage(deltas: readonly UsageDelta[]): void
  /** Closes the database. */
  close(): void
}

const DATABASE = /* @__PURE__ */ having('an open DatabaseSync', 'prepare', 'exec')

/**
 * Key records in an SQLite database, in tables that start with `countersign_` and are created and migrated here. Any number of
 * processes of one machine may use it.
 *
 * With `path` the database is opened in WAL mode, with every commit on disk before `write` returns. A `database` of your own
 * may hold other tables; open it in WAL mode and with a `busy_timeout`, and have no transaction open across an `await`: a
 * write inside one is refused with `STORE_UNAVAILABLE`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options, for a file that others may read or write, for tables of a later
 *   version, and with `path` on a Node without `node:sqlite` (before 22.13); `STORE_UNAVAILABLE`, `STORE_CORRUPTED`. The store
 *   throws `STORE_CONFLICT`, `STORE_UNAVAILABLE`, and `STORE_CORRUPTED` for a row that is not what was written.
 * @example
 * ```ts
 * import { sqliteKeyStore } from 'countersign/keyring/sqlite'
 *
 * const store = sqliteKeyStore({ path: '/var/lib/api/keys.sqlite' })
 * ```
 */
export function sqliteKeyStore(options: SqliteKeyStoreOptions): SqliteKeyStore {
  const {
    database,
    path,
    busyTimeoutMs = 5_000,
  } = (options ?? {}) as Partial<Record<'database' | 'path' | 'busyTimeoutMs', unknown>>
  assertOptions('sqliteKeyStore', options, {
    database: DATABASE,
    path: TEXT,
    busyTimeoutMs: whole(1, 600_000),
  })
  if (database !== undefined) {
    const given = database as SqliteDatabase
    mustBe(path === undefined, 'path', 'left out beside "database"', path)
    return guarded(() => new SqliteStore(given, false))
  }
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    fail('CONFIG_INVALID', 'sqliteKeyStore: "path" or "database" must be given')
  return guarded(() => {
    const opened = openDatabase(path, busyTimeoutMs as number)
    try {
      return new SqliteStore(opened, true)
    } catch (error) {
      opened.close()
      throw error
    }
  })
}

const COLUMNS = 'id, rev, environment, owner, status, secret_hash, seq, record'
const FILTERS = [
  ['after', 'id > ?'],
  ['environment', 'environment = ?'],
  ['owner', 'owner = ?'],
  ['status', 'status = ?'],
  ['secretHash', 'secret_hash = ?'],
] as const

type Row = Record<'id' | 'rev' | 'environment' | 'owner' | 'status' | 'secret_hash' | 'seq' | 'record', unknown>

class SqliteStore implements SqliteKeyStore {
  readonly #database: SqliteDatabase
  readonly #isOwn: boolean
  readonly #prepared = new Map<string, SqliteStatement>()
  #isClosed = false

  constructor(database: SqliteDatabase, isOwn: boolean) {
    migrate(database)
    this.#database = database
    this.#isOwn = isOwn
  }

  get(id: string): StoredKey | undefined {
    return guarded(() => this.#get(id))
  }

  write(changes: readonly KeyChange[]): void {
    const checked = checkedChanges(changes)
    if (checked.length === 0) return
    this.#transaction(() => {
      for (const change of checked) assertFits(change, this.#get(change.record.id))
      const take = "UPDATE countersign_key_meta SET value = value + ? WHERE name = 'seq' RETURNING value"
      const { value } = this.#sql(take).get(checked.length) as { value: number }
      checked.forEach((change, i) => {
        this.#put(change, value - checked.length + i + 1)
      })
    })
  }

  list(query: KeyQuery): readonly StoredKey[] {
    assertQuery(query)
    const asked = FILTERS.filter(([name]) => query[name] !== undefined)
    const where = asked.length === 0 ? '' : ` WHERE ${asked.map(([, test]) => test).join(' AND ')}`
    const values = asked.map(([name]) => query[name] as string)
    return guarded(() =>
      this.#sql(`SELECT ${COLUMNS} FROM countersign_keys${where} ORDER BY id LIMIT ?`)
        .all(...values, query.limit)
        .map((row) => recordOf(row as Row)),
    )
  }

  async changes(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly changed: readonly ChangedKey[]; readonly cursor: string }> {
    assertLimit(limit)
    return guarded(() => {
      const { epoch, seq } = this.#meta()
      if (after === undefined) return { changed: [], cursor: cursorText(epoch, seq) }
      const from = cursorSeq(after, epoch, seq)
      const newer = `SELECT ${COLUMNS} FROM countersign_keys WHERE seq > ? ORDER BY seq LIMIT ?`
      const rows = this.#sql(newer).all(from, limit) as Row[]
      const changed = rows.map((row) => {
        const { id, rev, status } = recordOf(row)
        return { id, rev, status }
      })
      return { changed, cursor: cursorText(epoch, (rows.at(-1)?.seq as number | undefined) ?? from) }
    })
  }

  addUsage(deltas: readonly UsageDelta[]): void {
    const checked = checkedDeltas(deltas)
    if (checked.length === 0) return
    this.#transaction(() => {
      const known = this.#sql('SELECT 1 FROM countersign_keys WHERE id = ?')
      const set = `INSERT INTO countersign_key_usage VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET usage = excluded.usage`
      for (const delta of checked) {
        if (known.get(delta.id) === undefined) continue
        this.#sql(set).run(delta.id, JSON.stringify(mergeUsage(this.#usageOf(delta.id), delta)))
      }
    })
  }

  async usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>> {
    return guarded(() => {
      const out = new Map<string, KeyUsage>()
      for (const id of ids) {
        const usage = this.#usageOf(id)
        if (usage !== undefined) out.set(id, usage)
      }
      return out
    })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#prepared.clear()
    if (this.#isOwn) guarded(() => this.#database.close())
  }

  #get(id: string): StoredKey | undefined {
    if (!isKeyId(id)) return undefined
    const row = this.#sql(`SELECT ${COLUMNS} FROM countersign_keys WHERE id = ?`).get(id)
    return row === undefined ? undefined : recordOf(row as Row, id)
  }

  #put({ record, expectedRev, text }: CheckedChange, seq: number): void {
    const { id, rev, environment, owner, status, secretHash = null } = record
    const values = [rev, environment, owner, status, secretHash, seq, text] as const
    const insert = `INSERT INTO countersign_keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
    if (expectedRev === 0) this.#sql(insert).run(id, ...values)
    else
      this.#sql(
        'UPDATE countersign_keys SET rev = ?, environment = ?, owner = ?, status = ?, secret_hash = ?, seq = ?, record = ? WHERE id = ?',
      ).run(...values, id)
  }

  #usageOf(id: string): KeyUsage | undefined {
    if (!isKeyId(id)) return undefined
    const row = this.#sql('SELECT usage FROM countersign_key_usage WHERE id = ?').get(id) as
      | { usage: unknown }
      | undefined
    if (row === undefined) return undefined
    const usage = parseUsage(jsonOf(row.usage))
    if (usage === undefined) throw corrupted(id)
    return usage
  }

  #meta(): { readonly epoch: string; readonly seq: number } {
    const rows = this.#sql('SELECT name, value FROM countersign_key_meta').all() as Array<Record<string, SqliteValue>>
    const values = new Map(rows.map(({ name, value }) => [name, value]))
    const [epoch, seq] = [values.get('epoch'), values.get('seq')]
    if (typeof epoch === 'string' && Number.isSafeInteger(seq)) return { epoch, seq: seq as number }
    fail('STORE_CORRUPTED', 'countersign_key_meta is not what a store wrote; it is left as it is')
  }

  #transaction(act: () => void): void {
    guarded(() => transaction(this.#database, act))
  }

  #sql(text: string): SqliteStatement {
    const known = this.#prepared.get(text)
    if (known !== undefined) return known
    const statement = this.#database.prepare(text)
    this.#prepared.set(text, statement)
    return statement
  }
}

/** The record of a row. Its columns agree with its text, or one of the two was edited. */
function recordOf(row: Row, id = String(row.id)): StoredKey {
  const record = parseStoredKey(jsonOf(row.record))
  const isWhole =
    record !== undefined &&
    record.id === row.id &&
    record.id === id &&
    record.rev === row.rev &&
    record.environment === row.environment &&
    record.owner === row.owner &&
    record.status === row.status &&
    (record.secretHash ?? null) === row.secret_hash &&
    JSON.stringify(record) === row.record
  if (!isWhole) throw corrupted(isKeyId(id) ? id : 'of another form')
  return record
}

function jsonOf(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
