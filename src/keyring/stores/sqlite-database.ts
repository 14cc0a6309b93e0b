import { closeSync, fstatSync, openSync } from 'node:fs'
import { CountersignError, isCountersignError } from '../../errors.js'
import { assertPrivate } from './file-private.js'

export type SqliteValue = string | number | null

/** A prepared statement; the part of `StatementSync` of `node:sqlite` that is used. */
export interface SqliteStatement {
  get(...values: SqliteValue[]): unknown
  all(...values: SqliteValue[]): unknown[]
  run(...values: SqliteValue[]): unknown
}

/** An open database; the part of `DatabaseSync` of `node:sqlite` that is used. */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): unknown
}

type Module = { readonly DatabaseSync: new (path: string) => SqliteDatabase }

/**
 * Opens a database file for this store alone: write-ahead log, every commit on disk before it returns, and a wait where
 * another process is writing.
 *
 * @throws {CountersignError} `CONFIG_INVALID` on a Node without `node:sqlite`, and for a file that others may read or write.
 */
export function openDatabase(path: string, busyTimeoutMs: number): SqliteDatabase {
  // Asked for here and not imported: the file must load on a Node without it. Node before 20.16 has no getBuiltinModule either.
  const module = process.getBuiltinModule?.('node:sqlite') as Module | undefined
  if (module === undefined)
    throw new CountersignError(
      'CONFIG_INVALID',
      `sqliteKeyStore({ path }) needs Node 22.13 or later, which has node:sqlite, this is ${process.versions.node}; on this one use fileKeyStore of countersign/keyring/file`,
    )
  if (path !== ':memory:') makePrivate(path)
  const database = new module.DatabaseSync(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    database.exec('PRAGMA journal_mode = WAL')
    // NORMAL may lose the last commits when the power fails (sqlite.org/pragma.html#pragma_synchronous): a revocation, for
    // example.
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA trusted_schema = OFF')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Created before SQLite does, which would leave it to the umask; its other two files get the permissions of the first. */
function makePrivate(path: string): void {
  const file = openSync(path, 'a', 0o600)
  try {
    assertPrivate(path, fstatSync(file, { bigint: true }))
  } finally {
    closeSync(file)
  }
}

// Result codes of sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB.
const CORRUPT = new Set([11, 26])

/**
 * An error of SQLite becomes one of the library. Statements are this library's own and values are bound, so that its texts
 * name tables and columns, and no values.
 */
export function guarded<T>(act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (isCountersignError(cause)) throw cause
    const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
    // The low byte is the code, the rest its detail. An integer too large for a number was not written by this store.
    const isCorrupt = (typeof errcode === 'number' && CORRUPT.has(errcode & 0xff)) || code === 'ERR_OUT_OF_RANGE'
    if (isCorrupt)
      throw new CountersignError(
        'STORE_CORRUPTED',
        'the database expected what was written, got something else; it is left as it is',
        { cause },
      )
    throw new CountersignError('STORE_UNAVAILABLE', `the database failed (${errcode ?? code})`, {
      cause,
    })
  }
}

/** Does all of it or nothing. The lock for writing is taken at once: what is read inside is still so when it is written. */
export function transaction<T>(database: SqliteDatabase, act: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const answer = act()
    database.exec('COMMIT')
    return answer
  } catch (error) {
    try {
      database.exec('ROLLBACK')
    } catch {
      // Over already: some errors end a transaction by themselves.
    }
    throw error
  }
}
