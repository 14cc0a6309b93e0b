/** Nonces shared by any number of processes in PostgreSQL: `countersign/replay/postgres`. */
import { hex } from '../../crypto/encoding.js'
import { drawBytes } from '../../crypto/random.js'
import {
  assertInteger,
  assertOptions,
  fail,
  isCountersignError,
  isInteger,
  kindOf,
  type OptionNames,
} from '../../errors.js'
import { deadline } from '../../support/deadline.js'
import { type Attempts, createAttempts } from './attempts.js'
import { barrierQuery, bucketsFor, layoutOf, migration, type ReplayWindow } from './postgres-schema.js'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from './replay-store.js'
import { barrierPassed, claimFingerprint } from './replay-store.js'

/** Runs one statement on its own, in a separate transaction: `(text, values) => pool.query(text, values)` of `pg`, PGlite's `query`. */
export type ReplayQuery = (
  text: string,
  values: Array<string | number>,
) => Promise<{ readonly rows: ReadonlyArray<unknown> }>

/** Options of {@link postgresReplayStore}. */
export interface PostgresReplayOptions {
  /** Runs one statement: `(text, values) => pool.query(text, values)` with `pg`. */
  readonly query: ReplayQuery
  /** The prefix of the tables' and functions' names; lower case, without a schema. Default `countersign_replay`. */
  readonly table?: string
  /** How long a claim may take. Default 250. */
  readonly deadlineMs?: number
  /** How old a signature may be; not less than the policy's `maxAgeMs`. The same in every process. Default 300 000. */
  readonly maxAgeMs?: number
  /** How far ahead its time may lie; not less than the policy's `maxFutureMs`. The same in every process. Default 5 000. */
  readonly maxFutureMs?: number
  /** By how much the clocks of the machines may differ. The same in every process. Default 1 000. */
  readonly clockSkewMs?: number
  /** Claims that wait for an answer at most; more are refused at once. Default 10 000. */
  readonly maxPending?: number
}

const KNOWN: OptionNames<PostgresReplayOptions> = {
  query: 2,
  table: 1,
  deadlineMs: 1,
  maxAgeMs: 1,
  maxFutureMs: 1,
  clockSkewMs: 1,
  maxPending: 1,
}
const QUERY = '"query": (text, values) => pool.query(text, values)'
const HINTS = { client: QUERY, pool: QUERY, connection: QUERY, db: QUERY, prefix: 'table', ttl: 'maxAgeMs' }

/** A replay store in PostgreSQL. */
export interface PostgresReplayStore extends ReplayStore {
  /** Remembers a nonce, in one statement. */
  claim(claim: ReplayClaim): Promise<ReplayOutcome>
  /**
   * Makes the tables and functions, and anew where the window is another one. Call it at the start of every process: they
   * wait for each other. Needs the right to create; claims need `INSERT`, `SELECT`, `UPDATE` and `TRUNCATE`.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where connections do not use READ COMMITTED, `STORE_UNAVAILABLE` when the
   *   server refuses or does not answer within 30 seconds.
   */
  migrate(): Promise<void>
  /**
   * Waits until freshly signed requests get past the barrier: at once where these tables are in use, `maxFutureMs`,
   * `clockSkewMs` and up to a second for new ones. Call it after {@link PostgresReplayStore.migrate}, before the server listens.
   *
   * @throws {CountersignError} `STORE_UNAVAILABLE` when the server refuses or does not answer within 30 seconds.
   */
  ready(): Promise<void>
  readonly barrierMs: number | undefined
  readonly maxAgeMs: number
  /** How far ahead a signed time may lie, in milliseconds. */
  readonly maxFutureMs: number
}

const MIGRATE_MS = 30_000
const AHEAD_EVERY_MS = 20_000

/**
 * A replay store in PostgreSQL 13 or later (or PGlite), with one statement a claim: `INSERT … ON CONFLICT DO NOTHING` into
 * UNLOGGED tables that are used in turn, one per minute of signed time, and emptied whole. Each claim has a token, so that one
 * whose answer was lost is repeated and not taken for a replay. Nothing else has to be run: claims empty the next table
 * ahead of time, at most every 20 seconds a process.
 *
 * UNLOGGED tables are empty after a crash and on a promoted standby. The mark beside them is gone then as well, and what was
 * signed before the new one is refused (`barrier`) for `maxFutureMs`.
 *
 * It fails closed: `STORE_UNAVAILABLE` within `deadlineMs`. Give the driver a separate time limit, so that statements without
 * a reader end (`query_timeout` of `pg`), and no transaction around a claim: a rolled back one would be forgotten.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. Claims reject with `STORE_UNAVAILABLE`, and with nothing else.
 * @see https://www.postgresql.org/docs/current/sql-insert.html
 * @example
 * ```ts
 * import { postgresReplayStore, type ReplayQuery } from 'countersign/replay/postgres'
 *
 * // const pool = new pg.Pool({ connectionString, query_timeout: 1_000 })
 * export async function sharedNonces(query: ReplayQuery) {
 *   const replay = postgresReplayStore({ query })
 *   await replay.migrate()
 *   await replay.ready()
 *   return replay
 * }
 * ```
 */
export function postgresReplayStore(options: PostgresReplayOptions): PostgresReplayStore {
  assertOptions('postgresReplayStore', options, KNOWN, HINTS)
  return new PostgresStore(options)
}

class PostgresStore implements PostgresReplayStore {
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly #query: ReplayQuery
  readonly #table: string
  readonly #window: ReplayWindow
  readonly #layout: string
  readonly #attempts: Attempts
  #aheadAtMs = 0
  #barrierMs: number | undefined

  constructor(options: PostgresReplayOptions) {
    const { query, table = 'countersign_replay', deadlineMs = 250, maxPending = 10_000 } = options
    const { maxAgeMs = 300_000, maxFutureMs = 5_000, clockSkewMs = 1_000 } = options
    if (typeof query !== 'function')
      fail('CONFIG_INVALID', `"query" must be a function (text, values), got ${kindOf(query)}`)
    // It becomes part of statements. 63 bytes are all that PostgreSQL keeps of a name, and the longest suffix takes six.
    if (typeof table !== 'string' || !/^[a-z_][a-z0-9_]{0,55}$/.test(table))
      fail('CONFIG_INVALID', '"table" must be 1 to 56 of a-z, 0-9 and _, not beginning with a digit')
    assertInteger('deadlineMs', deadlineMs, 10, 60_000)
    assertInteger('maxAgeMs', maxAgeMs, 1_000, 86_400_000)
    assertInteger('maxFutureMs', maxFutureMs, 0, 86_400_000)
    assertInteger('clockSkewMs', clockSkewMs, 0, 3_600_000)
    assertInteger('maxPending', maxPending, 1, 1_000_000)
    this.maxAgeMs = maxAgeMs
    this.maxFutureMs = maxFutureMs
    this.#query = query
    this.#table = table
    this.#window = { maxAgeMs, maxFutureMs, clockSkewMs }
    this.#layout = layoutOf(this.#window)
    this.#attempts = createAttempts({ deadlineMs, maxPending, refusalOf: postgresRefusal })
  }

  async migrate(): Promise<void> {
    try {
      await deadline(this.#query(migration(this.#table, this.#window), []), MIGRATE_MS)
      const { rows } = await deadline(
        this.#query("SELECT current_setting('transaction_isolation') AS outcome", []),
        MIGRATE_MS,
      )
      if (outcomeOf(rows) !== 'read committed')
        fail('CONFIG_INVALID', '"query" must use connections with isolation READ COMMITTED')
    } catch (error) {
      if (isCountersignError(error)) throw error
      const why = postgresRefusal(error) ?? 'it cannot be reached'
      fail('STORE_UNAVAILABLE', `replay store: the tables could not be made (${why})`)
    }
  }

  get barrierMs(): number | undefined {
    return this.#barrierMs
  }

  async ready(): Promise<void> {
    await barrierPassed(async () => {
      try {
        const { rows } = await deadline(this.#query(barrierQuery(this.#table, this.#window), []), MIGRATE_MS)
        const leftMs = outcomeOf(rows)
        if (typeof leftMs === 'number') return leftMs
      } catch (error) {
        const why = postgresRefusal(error) ?? 'it cannot be reached'
        fail('STORE_UNAVAILABLE', `replay store: the server could not be asked (${why})`)
      }
      fail('STORE_UNAVAILABLE', 'replay store: the server gave no time')
    })
  }

  async claim(claim: ReplayClaim): Promise<ReplayOutcome> {
    const { createdMs, expiresAtMs, nowMs } = claim
    if (!(nowMs < expiresAtMs)) return 'barrier'
    if (!isTime(createdMs) || !isTime(nowMs)) return 'full'
    const values = [hex(claimFingerprint(claim)), hex(drawBytes(16)), createdMs, nowMs, this.#layout]
    const text = `SELECT ${this.#table}_claim($1, $2, $3, $4, $5) AS outcome`
    const outcome = await this.#attempts(async () => {
      const { rows } = await this.#query(text, values)
      return this.#outcome(outcomeOf(rows))
    })
    this.#turnAhead(nowMs)
    return outcome
  }

  #outcome(reply: unknown): ReplayOutcome {
    const barrier = typeof reply === 'string' ? /^barrier ([1-9]\d{0,15})$/.exec(reply)?.[1] : undefined
    if (barrier === undefined) return REPLIES.get(reply) ?? refuse(reply)
    this.#barrierMs = Number(barrier)
    return 'barrier'
  }

  /** Empties the table of the next minute before it is needed. Where that fails, the first claim of that minute does it. */
  #turnAhead(nowMs: number): void {
    if (Math.abs(nowMs - this.#aheadAtMs) < AHEAD_EVERY_MS) return
    this.#aheadAtMs = nowMs
    const next = Math.floor(nowMs / bucketsFor(this.#window).bucketMs) + 1
    this.#attempts(() => this.#query(`SELECT ${this.#table}_turn($1, $2)`, [next, nowMs])).catch(() => {})
  }
}

const isTime = (value: number): boolean => isInteger(value, 1)

const REPLIES: ReadonlyMap<unknown, ReplayOutcome> = new Map(
  (['claimed', 'replay', 'full', 'barrier', 'clock'] as const).map((outcome) => [outcome, outcome]),
)

const outcomeOf = (rows: unknown): unknown =>
  Array.isArray(rows) && rows.length === 1 ? (rows[0] as { outcome?: unknown } | null)?.outcome : undefined

const PROBLEMS: ReadonlyMap<unknown, string> = new Map([
  ['isolation', 'connections must have isolation READ COMMITTED'],
  ['layout', 'the tables were made for another window: the options must be the same everywhere, and migrate() run'],
])

function refuse(answer: unknown): never {
  const problem = PROBLEMS.get(answer) ?? 'the answer is none that a claim can have'
  fail('STORE_UNAVAILABLE', `replay store: ${problem}`)
}

// SQLSTATE: five characters, https://www.postgresql.org/docs/current/errcodes-appendix.html. EPIPE is not one of them.
const STATE = /^(?:[0-5][0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/

// The connection broke, the server stops or starts, or two statements were in each other's way: asking again may help.
const PASSING = /^(?:08...|57P0[123]|40001|40P01)$/

/** Which error the server answered with; `undefined` where it may not have been asked, or can be asked again. */
function postgresRefusal(error: unknown): string | undefined {
  const code: unknown = (error as { readonly code?: unknown } | null | undefined)?.code
  if (typeof code !== 'string' || !STATE.test(code) || PASSING.test(code)) return undefined
  return code === '42P01' || code === '42883' ? `${code}: was migrate() run?` : code
}
