import { CountersignError, fail } from '../../errors.js'
import { deadline, sleep } from '../../support/deadline.js'
import { CONFLICT_STATE } from './postgres-schema.js'

/**
 * One statement and its values, on any connection: `pool.query` of `pg` and `query` of PGlite are such functions. Every
 * statement stands alone, so a pool may give each to another connection.
 */
export type PostgresQuery = (text: string, values?: unknown[]) => Promise<{ readonly rows: readonly unknown[] }>

/** A row as it is asked for here: every column is text or NULL, which no client turns into something of its own. */
export type Row = Readonly<Record<string, string | null | undefined>>

/** Nothing was done, and the same statement may succeed at once: serialization failure, deadlock. */
const AGAIN: ReadonlySet<unknown> = new Set(['40001', '40P01'])
/** No such schema, table or function. */
const NOT_MIGRATED: ReadonlySet<unknown> = new Set(['3F000', '42P01', '42883'])
const TRIES = 30
const LONGEST_WAIT_MS = 50

/**
 * The rows of an answer within the time.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE` for no answer, a refusal and an answer that is none; `STORE_CONFLICT` where
 *   the database reports so. Texts of the driver are left out, and so is the cause: PostgreSQL puts values of rows into both.
 */
export async function ask(
  query: PostgresQuery,
  text: string,
  values: unknown[],
  timeoutMs: number,
): Promise<readonly Row[]> {
  const until = Date.now() + timeoutMs
  for (let attempt = 1; ; attempt++) {
    try {
      const answer: unknown = await deadline(start(query, text, values), Math.max(1, until - Date.now()))
      const rows = (answer as { rows?: unknown } | null | undefined)?.rows
      if (Array.isArray(rows) && rows.every((row) => typeof row === 'object' && row !== null)) return rows
      fail('STORE_UNAVAILABLE', 'the answer of "query" must be { rows: [{…}] }, got something else')
    } catch (error) {
      if (error instanceof CountersignError) throw error
      const code = (error as { code?: unknown } | null | undefined)?.code
      if (!AGAIN.has(code) || attempt === TRIES || Date.now() >= until) throw failure(code)
      // Transactions that were in each other's way are repeated at different moments.
      const wait = Math.random() * Math.min(2 ** attempt, LONGEST_WAIT_MS)
      await sleep(wait)
    }
  }
}

/** A function that throws instead of rejecting is no different. */
const start = async (query: PostgresQuery, text: string, values: unknown[]): Promise<unknown> => query(text, values)

/** `08006`, `ECONNREFUSED`: names out of closed lists, which hold no data. */
const CODE = /^[A-Z0-9_]{3,32}$/

function failure(code: unknown): CountersignError {
  if (code === CONFLICT_STATE) return new CountersignError('STORE_CONFLICT', 'a record changed concurrently')
  const named = typeof code === 'string' && CODE.test(code) ? code : 'an error without a code'
  const hint = NOT_MIGRATED.has(code) ? '; was migrate() called for this schema?' : ''
  return new CountersignError('STORE_UNAVAILABLE', `the database answered with ${named}${hint}`)
}
