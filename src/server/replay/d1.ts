/** Nonces shared by all isolates of a Worker, in Cloudflare D1: `countersign/replay/d1`. */
import { fail, kindOf, type OptionNames } from '../../errors.js'
import { refuseWorkersKv } from './workers-kv.js'
import {
  assertRowsOptions,
  WRITTEN_ONCE,
  type WrittenOnceOptions,
  type WrittenOnceStore,
  writtenOnceStore,
} from './written-once.js'

/** A prepared statement of D1, as far as it is used. */
export interface D1StatementLike {
  /** The statement with values in its places. */
  bind(...values: ReadonlyArray<string | number>): D1StatementLike
}

/** The binding of a D1 database, as far as it is used. */
export interface D1DatabaseLike {
  /** A statement with places for values. */
  prepare(query: string): D1StatementLike
  /** Runs statements as one transaction. */
  batch(statements: D1StatementLike[]): Promise<ReadonlyArray<{ readonly results: ReadonlyArray<unknown> }>>
}

/** Options of {@link d1ReplayStore}. */
export interface D1ReplayOptions extends WrittenOnceOptions {
  /** The binding: `env.DB`. */
  readonly database: D1DatabaseLike
}

const KNOWN: OptionNames<D1ReplayOptions> = { database: 2, ...WRITTEN_ONCE }

/** A replay store in D1. */
export interface D1ReplayStore extends WrittenOnceStore {
  /** Makes the tables where they are not there. Once, or at each start. @throws what D1 rejects with. */
  migrate(): Promise<void>
}

const NONCES = 'countersign_replay'
const MARKS = 'countersign_replay_marks'
const NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
/** The tables, for a migration of Wrangler as well. */
const SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${NONCES} (key TEXT PRIMARY KEY, token TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE INDEX IF NOT EXISTS ${NONCES}_expires ON ${NONCES} (expires)`,
  `CREATE TABLE IF NOT EXISTS ${MARKS} (prefix TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID`,
]
// The row of the first claim is left as it is, and returned.
const WRITE = `INSERT INTO ${NONCES} VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET token = token
  RETURNING token AS holder, ${NOW} AS now, (SELECT mark FROM ${MARKS} WHERE prefix = ?4) AS mark`
const MARK = `INSERT INTO ${MARKS} VALUES (?1, ?2 || ' ' || ${NOW}) ON CONFLICT (prefix) DO UPDATE SET mark = mark RETURNING mark`
const SWEEP = `DELETE FROM ${NONCES} WHERE key IN (SELECT key FROM ${NONCES} WHERE expires < ${NOW} ORDER BY expires LIMIT 500)`

/** An isolate removes at most 500 old rows this often, with one of its claims. */
const SWEEP_EVERY_MS = 5_000

/**
 * A replay store in D1. A claim is one statement on the primary, `INSERT … ON CONFLICT … RETURNING`: of any number of equal
 * claims, anywhere, exactly one is granted. D1 keeps what it wrote; a database that was made anew has no mark, and what was signed
 * before the new one is refused (`barrier`). The clock is the database's, too.
 *
 * A D1 database runs one statement at a time. Where that is too slow, `durableObjectReplayStore` has shards.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options, and for Workers KV. Claims reject with `STORE_UNAVAILABLE`.
 * @see https://developers.cloudflare.com/d1/worker-api/d1-database/
 * @example
 * ```ts
 * import { type D1DatabaseLike, d1ReplayStore } from 'countersign/replay/d1'
 *
 * export const nonces = (env: { readonly DB: D1DatabaseLike }) => d1ReplayStore({ database: env.DB })
 * ```
 */
export function d1ReplayStore(options: D1ReplayOptions): D1ReplayStore {
  const where = 'd1ReplayStore'
  assertRowsOptions(where, options, KNOWN, 'database')
  const { database, prefix = 'rp', ...rest } = options
  refuseWorkersKv(where, 'database', database)
  if (typeof database?.prepare !== 'function' || typeof database.batch !== 'function')
    fail('CONFIG_INVALID', `${where}: "database" must be a D1 binding, such as env.DB, got ${kindOf(database)}`)
  let sweptAtMs = performance.now()
  const first = async (...statements: D1StatementLike[]): Promise<Readonly<Record<string, unknown>>> => {
    const [answer] = await database.batch(statements)
    return (answer?.results[0] ?? {}) as Readonly<Record<string, unknown>>
  }
  const store = writtenOnceStore(
    { prefix, ...rest },
    {
      write: async ({ key, token, expiresAtMs }) => {
        const statements = [database.prepare(WRITE).bind(key, token, expiresAtMs, prefix)]
        if (performance.now() - sweptAtMs > SWEEP_EVERY_MS) {
          sweptAtMs = performance.now()
          statements.push(database.prepare(SWEEP))
        }
        const { holder, mark, now } = await first(...statements)
        return { holder, mark: mark ?? null, storeMs: timeOf(now) }
      },
      mark: async (window) => {
        const { mark } = await first(database.prepare(MARK).bind(prefix, window))
        return mark
      },
    },
    { where, hasClock: true, markMs: Infinity, refusalOf },
  )
  return Object.assign(store, {
    migrate: async () => {
      await database.batch(SCHEMA.map((text) => database.prepare(text)))
    },
  })
}

const timeOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** D1 states in its message what it refused; a statement that did not arrive has another beginning. */
const refusalOf = (error: unknown): string | undefined => {
  const text = String((error as Error | null | undefined)?.message)
  if (/no such table/.test(text)) return 'no such table: was migrate() run?'
  return /SQLITE_(?:ERROR|FULL|READONLY|CONSTRAINT|AUTH|TOOBIG)/.exec(text)?.[0]
}
