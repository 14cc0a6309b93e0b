/** Nonces shared by any number of processes in MySQL or MariaDB: `countersign/replay/mysql`. */
import { fail, kindOf, type OptionNames } from '../../errors.js'
import {
  assertRowsOptions,
  WRITTEN_ONCE,
  type WrittenOnceOptions,
  type WrittenOnceStore,
  writtenOnceStore,
} from './written-once.js'

/** Runs one statement in a separate transaction, and resolves with its rows. */
export type MysqlQuery = (text: string, values: Array<string | number>) => Promise<unknown>

/** Options of {@link mysqlReplayStore}. */
export interface MysqlReplayOptions extends WrittenOnceOptions {
  /** Runs one statement: `async (text, values) => (await pool.query(text, values))[0]` with `mysql2`. */
  readonly query: MysqlQuery
}

/** A replay store in MySQL or MariaDB. */
export interface MysqlReplayStore extends WrittenOnceStore {
  /** Makes the tables where they are not there. Needs the right to create. @throws what the driver rejects with. */
  migrate(): Promise<void>
}

const KNOWN: OptionNames<MysqlReplayOptions> = { query: 2, ...WRITTEN_ONCE }

const QUERY = '"query": async (text, values) => (await pool.query(text, values))[0]'
const NONCES = 'countersign_replay'
const MARKS = 'countersign_replay_marks'
// Of UTC: NOW() is in the session's time zone, where one hour of autumn is there twice.
const NOW = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000"
// By bytes: a collation that takes a and A for one would take two nonces for one.
const TEXT = (length: number): string => `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin NOT NULL`
const SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${NONCES} (id ${TEXT(96)} PRIMARY KEY, token ${TEXT(32)}, expires BIGINT NOT NULL, KEY (expires)) ENGINE=InnoDB`,
  `CREATE TABLE IF NOT EXISTS ${MARKS} (prefix ${TEXT(64)} PRIMARY KEY, mark ${TEXT(64)}) ENGINE=InnoDB`,
]
const WRITE = `INSERT INTO ${NONCES} VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE token = token`
// The mark in the same look: what was emptied in between has none, or another one.
const READ = `SELECT (SELECT token FROM ${NONCES} WHERE id = ?) AS holder, (SELECT mark FROM ${MARKS} WHERE prefix = ?) AS mark, ${NOW} AS now`
const WRITE_MARK = `INSERT INTO ${MARKS} VALUES (?, CONCAT(?, ' ', ${NOW})) ON DUPLICATE KEY UPDATE mark = mark`
const READ_MARK = `SELECT mark FROM ${MARKS} WHERE prefix = ?`
const SWEEP = `DELETE FROM ${NONCES} WHERE expires < ${NOW} ORDER BY expires LIMIT 1000`
const SWEEP_EVERY_MS = 1_000

/**
 * A replay store in MySQL 8 or MariaDB 10.5 and later. A claim is two statements: one writes the row where there is none, one
 * reads what the row holds; of any number of equal claims exactly one is granted. The clock is the database's, too.
 *
 * `query` must reach the primary, never a replica, with `autocommit` on: a row that is rolled back would be forgotten. A replica
 * that takes over without the last rows is not noticed (its mark is the old one): use semi-synchronous replication, or
 * `redisReplayStore`, which notices.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. Claims reject with `STORE_UNAVAILABLE`, and with nothing else.
 * @see https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html
 * @example
 * ```ts
 * import { type MysqlQuery, mysqlReplayStore } from 'countersign/replay/mysql'
 *
 * // const pool = mysql.createPool(uri); const query = async (text, values) => (await pool.query(text, values))[0]
 * export async function sharedNonces(query: MysqlQuery) {
 *   const replay = mysqlReplayStore({ query })
 *   await replay.migrate()
 *   await replay.ready()
 *   return replay
 * }
 * ```
 */
export function mysqlReplayStore(options: MysqlReplayOptions): MysqlReplayStore {
  const where = 'mysqlReplayStore'
  assertRowsOptions(where, options, KNOWN, QUERY)
  const { query, prefix = 'rp', ...rest } = options
  if (typeof query !== 'function')
    fail('CONFIG_INVALID', `${where}: "query" must be a function such as ${QUERY.slice(9)}, got ${kindOf(query)}`)
  let sweptAtMs = performance.now()
  const sweep = (): void => {
    if (performance.now() - sweptAtMs < SWEEP_EVERY_MS) return
    sweptAtMs = performance.now()
    // What is left over now goes the next time.
    Promise.resolve(query(SWEEP, [])).catch(() => {})
  }
  const store = writtenOnceStore(
    { prefix, deadlineMs: 250, ...rest },
    {
      write: async ({ key, token, expiresAtMs }) => {
        await query(WRITE, [key, token, expiresAtMs])
        const { holder, mark, now } = first(await query(READ, [key, prefix]))
        sweep()
        return { holder, mark: mark ?? null, storeMs: Number(now) }
      },
      mark: async (window) => {
        await query(WRITE_MARK, [prefix, window])
        return first(await query(READ_MARK, [prefix])).mark
      },
    },
    { where, hasClock: true, markMs: Infinity, refusalOf },
  )
  return Object.assign(store, {
    migrate: async () => {
      for (const text of SCHEMA) await query(text, [])
    },
  })
}

interface FirstRow {
  readonly holder?: unknown
  readonly mark?: unknown
  readonly now?: unknown
}

const first = (rows: unknown): FirstRow => (Array.isArray(rows) ? ((rows[0] as FirstRow | undefined) ?? {}) : {})

// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html: too many connections, a server that ends, a lock
// that was waited for, two statements in each other's way. Asking again may help.
const PASSING: ReadonlySet<unknown> = new Set([1040, 1053, 1205, 1213])
const NO_TABLE = 1146

/** The number of an error of the server; a lost connection has no SQLSTATE, and is asked again. */
function refusalOf(error: unknown): string | undefined {
  const { errno, sqlState } = (error ?? {}) as { readonly errno?: unknown; readonly sqlState?: unknown }
  if (typeof errno !== 'number' || typeof sqlState !== 'string' || PASSING.has(errno)) return undefined
  return errno === NO_TABLE ? `${errno}: was migrate() run?` : String(errno)
}
