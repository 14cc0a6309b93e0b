/** Keys in PostgreSQL: `countersign/keyring/postgres`. */
import { isKeyId } from '../../crypto/key.js'
import { assertOptions, fail, kindOf, type OptionNames } from '../../errors.js'
import { FUNCTION, whole } from '../../support/option-kinds.js'
import {
  assertLimit,
  assertQuery,
  checkedChanges,
  checkedDeltas,
  corrupted,
  cursorSeq,
  cursorText,
  isAsked,
} from '../change/store-input.js'
import type { ChangedKey, KeyChange, KeyQuery, KeyStore, UsageDelta } from '../key-store.js'
import type { KeyUsage, StoredKey } from '../record/key-record.js'
import { mergeUsage } from '../record/stored-key.js'
import { ask, type PostgresQuery, type Row } from './postgres-query.js'
import { changedOf, numberOf, recordOf, usageOf } from './postgres-rows.js'
import { assertSchema, channelOf, DEFAULT_SCHEMA, postgresMigrations } from './postgres-schema.js'

export type { PostgresQuery } from './postgres-query.js'
export { postgresMigrations } from './postgres-schema.js'

/** Options of {@link postgresKeyStore}. */
export interface PostgresKeyStoreOptions {
  /** `(text, values) => pool.query(text, values)` with `pg`, `(text, values) => db.query(text, values)` with PGlite. */
  readonly query: PostgresQuery
  /** The schema that holds the tables: lower-case letters, digits and `_`. Default `countersign`. */
  readonly schema?: string
  /** After so long without an answer a call fails. Default 2 000. */
  readonly timeoutMs?: number
}

/** Keeps records in PostgreSQL. */
export interface PostgresKeyStore extends KeyStore {
  /** Creates what is missing; any number of nodes may call it at once, and each time they start. Needs `CREATE`. */
  migrate(): Promise<void>
  /** Where the store publishes what it wrote, with NOTIFY: the channel for a `postgresBus`. */
  readonly channel: string
}

/** A migration waits for another run of the same one. */
const MIGRATE_MS = 60_000

const KNOWN: OptionNames<PostgresKeyStoreOptions> = {
  query: [FUNCTION, 2],
  schema: 1,
  timeoutMs: whole(1, 600_000, ', in milliseconds'),
}

/**
 * A store in PostgreSQL 13 or newer, for any number of nodes. Everything that must be atomic is one statement, so `query` may
 * be the one of a pool. What is written is published on {@link PostgresKeyStore.channel} by the transaction itself.
 *
 * Its own deadline ends the call, not the statement: whether a write that timed out was done is unknown, and the next read
 * shows it. Give the pool a `connectionTimeoutMillis` and a `query_timeout`, so that it does not fill with dead connections.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. Calls throw `STORE_UNAVAILABLE` where the database does not
 *   answer, refuses, or answers nonsense; `STORE_CORRUPTED` for a row that is not what was written; `STORE_CONFLICT`. None
 *   carries the driver's error, which can hold values of rows.
 * @example
 * ```ts
 * import { postgresKeyStore } from 'countersign/keyring/postgres'
 *
 * declare const pool: { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> } // new pg.Pool()
 *
 * const store = postgresKeyStore({ query: (text, values) => pool.query(text, values) })
 * await store.migrate()
 * ```
 */
export function postgresKeyStore(options: PostgresKeyStoreOptions): PostgresKeyStore {
  assertOptions('postgresKeyStore', options, KNOWN)
  return new PostgresStore(options ?? {})
}

class PostgresStore implements PostgresKeyStore {
  readonly channel: string
  readonly #schema: string
  readonly #name: string
  readonly #ask: (text: string, values: unknown[], timeoutMs?: number) => Promise<readonly Row[]>

  constructor({ query, schema = DEFAULT_SCHEMA, timeoutMs = 2_000 }: PostgresKeyStoreOptions) {
    if (typeof query !== 'function') fail('CONFIG_INVALID', `"query" must be a function, got ${kindOf(query)}`)
    assertSchema(schema)
    this.#schema = schema
    this.#name = `"${schema}"`
    this.channel = channelOf(schema)
    this.#ask = (text, values, ms = timeoutMs) => ask(query, text, values, ms)
  }

  async migrate(): Promise<void> {
    for (const migration of postgresMigrations(this.#schema)) await this.#ask(migration, [], MIGRATE_MS)
  }

  async get(id: string): Promise<StoredKey | undefined> {
    if (!isKeyId(id)) return undefined
    const [row] = await this.#ask(`SELECT id, rev::text, status, record FROM ${this.#name}.keys WHERE id = $1`, [id])
    return row && recordOf(row, id)
  }

  async write(changes: readonly KeyChange[]): Promise<void> {
    const checked = checkedChanges(changes)
    if (checked.length === 0) return
    const rows = checked.map(({ record: { id, rev, environment, owner, status, secretHash }, expectedRev, text }) => ({
      ...{ id, rev, expectedRev, environment, owner, status, secretHash },
      record: text,
    }))
    await this.#ask(`SELECT ${this.#name}.write_keys($1::text::jsonb, $2)`, [JSON.stringify(rows), this.channel])
  }

  async list(query: KeyQuery): Promise<readonly StoredKey[]> {
    assertQuery(query)
    // No record holds such a text, and a driver would make another one of it.
    if (UNSTORABLE.test(`${query.owner}${query.secretHash}`)) return []
    const values: unknown[] = [query.limit]
    const where = CONDITIONS.flatMap(([name, condition]) =>
      query[name] === undefined ? [] : [`${condition} $${values.push(query[name])}`],
    )
    const rows = await this.#ask(
      `SELECT id, rev::text, status, record FROM ${this.#name}.keys
        WHERE ${['true', ...where].join(' AND ')} ORDER BY id LIMIT $1::int`,
      values,
    )
    return rows.map((row) => {
      const record = recordOf(row)
      if (!isAsked(record, query)) throw corrupted(record.id)
      return record
    })
  }

  async changes(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly changed: readonly ChangedKey[]; readonly cursor: string }> {
    assertLimit(limit)
    const [counter] = await this.#ask(`SELECT epoch, number::text FROM ${this.#name}.change_counter`, [])
    const epoch = counter?.['epoch']
    if (typeof epoch !== 'string') fail('STORE_CORRUPTED', 'the row of "change_counter" is missing')
    // What is committed later than this number gets a higher one, so the second statement may be of a later moment.
    const latest = numberOf(counter?.['number'], 'change_counter')
    const seq = after === undefined ? latest : cursorSeq(after, epoch, latest)
    if (seq === latest) return { changed: [], cursor: cursorText(epoch, latest) }
    const rows = await this.#ask(
      `SELECT id, rev::text, status, change::text FROM ${this.#name}.keys AS k
        WHERE k.change > $1 ORDER BY k.change LIMIT $2::int`,
      [String(seq), limit],
    )
    const last = rows.at(-1)
    return {
      changed: rows.map(changedOf),
      cursor: cursorText(epoch, last === undefined ? seq : numberOf(last['change'], 'keys.change')),
    }
  }

  async addUsage(deltas: readonly UsageDelta[]): Promise<void> {
    const sums = new Map<string, KeyUsage>()
    for (const delta of checkedDeltas(deltas)) sums.set(delta.id, mergeUsage(sums.get(delta.id), delta))
    if (sums.size === 0) return
    const rows = [...sums].map(([id, { firstUsedAtMs, lastUsedAtMs, lastUsedIp, lastUsedAgent, count, failures }]) => ({
      ...{ id, first: firstUsedAtMs, last: lastUsedAtMs, ip: lastUsedIp, agent: lastUsedAgent, count, failures },
    }))
    await this.#ask(`SELECT ${this.#name}.add_usage($1::text::jsonb)`, [JSON.stringify(rows)])
  }

  async usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>> {
    const known = ids.filter(isKeyId)
    if (known.length === 0) return new Map()
    const rows = await this.#ask(
      `SELECT id, first_used_at_ms::text AS first, last_used_at_ms::text AS last, last_used_ip AS ip,
          last_used_agent AS agent, count::text, failures::text
        FROM ${this.#name}.key_usage
        WHERE id IN (SELECT jsonb_array_elements_text($1::text::jsonb))
          AND (count > 0 OR failures > 0 OR first_used_at_ms IS NOT NULL OR last_used_at_ms IS NOT NULL)`,
      [JSON.stringify(known)],
    )
    return new Map(rows.map(usageOf))
  }
}

const UNSTORABLE = /[\0\p{Surrogate}]/u

const CONDITIONS = [
  ['environment', 'environment ='],
  ['owner', 'owner ='],
  ['status', 'status ='],
  ['secretHash', 'secret_hash ='],
  ['after', 'id >'],
] as const
