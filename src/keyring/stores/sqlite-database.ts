import { closeSync, fstatSync, openSync } from 'node:fs'
import { randomNonce } from '../../crypto/random.js'
import { fail, isCountersignError, isInteger } from '../../errors.js'
import { assertPrivate } from './file-private.js'

/** A value that is bound to a statement. */
export type SqliteValue = string | number | null

/** A prepared statement; the part of `StatementSync` of `node:sqlite` that is used. */
export interface SqliteStatement {
  /** The first row. */
  get(...values: SqliteValue[]): unknown
  /** All rows. */
  all(...values: SqliteValue[]): unknown[]
  /** Runs it for what it changes. */
  run(...values: SqliteValue[]): unknown
}

/** An open database; the part of `DatabaseSync` of `node:sqlite` that is used. */
export interface SqliteDatabase {
  /** Runs statements without values. */
  exec(sql: string): unknown
  /** A statement with places for values. */
  prepare(sql: string): SqliteStatement
  /** Closes the database. */
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
    fail(
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
      fail('STORE_CORRUPTED', 'the database is not what a store wrote; it is left as it is', {
        cause,
      })
    fail('STORE_UNAVAILABLE', `the database failed (${errcode ?? code})`, {
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

/**
 * How the tables come about, one step a version. A step that has been released is never changed. Text compares by its bytes
 * (BINARY, the default), so that ids are in the order the interface asks for.
 */
const STEPS: readonly string[] = [
  `CREATE TABLE countersign_keys (
    id TEXT PRIMARY KEY,
    rev INTEGER NOT NULL,
    environment TEXT NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    secret_hash TEXT,
    seq INTEGER NOT NULL UNIQUE,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX countersign_keys_owner ON countersign_keys (owner, id);
  CREATE INDEX countersign_keys_secret_hash ON countersign_keys (secret_hash) WHERE secret_hash IS NOT NULL;
  CREATE TABLE countersign_key_usage (
    id TEXT PRIMARY KEY REFERENCES countersign_keys (id),
    usage TEXT NOT NULL
  ) STRICT;`,
]

/**
 * Brings the tables up to date. Names begin with `countersign_`, and the version is in a table: `user_version` belongs to the
 * application whose database this may be.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for tables of a later version of this library.
 */
export function migrate(database: SqliteDatabase): void {
  if (versionOf(database) === STEPS.length) return
  transaction(database, () => {
    database.exec('CREATE TABLE IF NOT EXISTS countersign_key_meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT')
    const from = versionOf(database)
    if (from > STEPS.length) fail('CONFIG_INVALID', `the tables must have version ${STEPS.length} at most, got ${from}`)
    for (const step of STEPS.slice(from)) database.exec(step)
    const set = database.prepare('INSERT INTO countersign_key_meta VALUES (?, ?) ON CONFLICT DO NOTHING')
    set.run('epoch', randomNonce())
    set.run('seq', 0)
    database
      .prepare('INSERT INTO countersign_key_meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run('version', STEPS.length)
  })
}

function versionOf(database: SqliteDatabase): number {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'countersign_key_meta'")
  if (table.get() === undefined) return 0
  const row = database.prepare("SELECT value FROM countersign_key_meta WHERE name = 'version'").get()
  if (row === undefined) return 0
  const { value } = row as { value: unknown }
  if (isInteger(value, 1)) return value
  fail('STORE_CORRUPTED', 'countersign_key_meta holds an unknown version; it is left as it is')
}
