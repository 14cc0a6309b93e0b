/** Nonces shared by all isolates of a Worker, in Durable Objects: `countersign/replay/durable-object`. */
import { assertInteger, fail, kindOf, type OptionNames } from '../../errors.js'
import { claimFingerprint } from './replay-store.js'
import { refuseWorkersKv } from './workers-kv.js'
import {
  assertRowsOptions,
  markOf,
  WRITTEN_ONCE,
  type WrittenOnceOptions,
  type WrittenOnceStore,
  writtenOnceStore,
} from './written-once.js'

/** The binding of a Durable Object's namespace, as far as it is used. */
export interface DurableObjectNamespaceLike {
  /** The id of the object of a name. */
  idFromName(name: string): unknown
  /** The object of an id. */
  get(id: never): { fetch(url: string, init: { readonly method: string; readonly body: string }): Promise<AnswerLike> }
}

interface AnswerLike {
  readonly ok: boolean
  readonly status: number
  json(): Promise<unknown>
}

/** The state of a Durable Object with SQLite, as far as it is used. */
export interface DurableObjectStateLike {
  /** The storage of this object. */
  readonly storage: {
    /** The SQLite database of this object. */
    readonly sql: {
      /** Runs a statement with values in its places. */
      exec(query: string, ...bindings: Array<string | number>): { toArray(): Array<Record<string, unknown>> }
    }
  }
}

/** Options of {@link durableObjectReplayStore}. */
export interface DurableObjectReplayOptions extends WrittenOnceOptions {
  /** The binding of a class that extends `ReplayObject`: `env.NONCES`. */
  readonly namespace: DurableObjectNamespaceLike
  /**
   * Over how many objects the nonces are spread, 1 to 64. Cloudflare states about a thousand requests a second for one. With another number the
   * objects are other ones, and what was signed before is refused once: change it in one step, because Workers of both numbers at
   * once (a gradual deployment) do not see the nonces of each other. Default 1.
   */
  readonly shards?: number
}

const KNOWN: OptionNames<DurableObjectReplayOptions> = { namespace: 2, shards: 1, ...WRITTEN_ONCE }

const WRITE = `INSERT INTO nonces VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET token = token RETURNING token AS holder`
const MARK = 'INSERT INTO mark VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET mark = mark RETURNING mark'
const READ_MARK = 'SELECT mark FROM mark'
const SWEEP = 'DELETE FROM nonces WHERE key IN (SELECT key FROM nonces WHERE expires < ? ORDER BY expires LIMIT 500)'
const SWEEP_EVERY_MS = 1_000
/** A question is a few hundred bytes, whatever sends it. */
const MAX_QUESTION = 1_024

/**
 * The object that remembers nonces. Export a class of your own that extends it, and name it in the configuration with SQLite
 * storage (`new_sqlite_classes`). Only the Worker it belongs to can reach it.
 *
 * @see https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/
 * @example
 * ```ts
 * import { ReplayObject } from 'countersign/replay/durable-object'
 *
 * export class Nonces extends ReplayObject {}
 * ```
 */
export class ReplayObject {
  readonly #sql: DurableObjectStateLike['storage']['sql']
  #sweptAtMs = 0

  constructor(state: DurableObjectStateLike) {
    this.#sql = state.storage.sql
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS nonces (key TEXT PRIMARY KEY, token TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID',
    )
    this.#sql.exec('CREATE INDEX IF NOT EXISTS nonces_expires ON nonces (expires)')
    this.#sql.exec('CREATE TABLE IF NOT EXISTS mark (id INTEGER PRIMARY KEY, mark TEXT NOT NULL)')
  }

  /** Answers a question of {@link durableObjectReplayStore}; anything else with 400. */
  async fetch(request: Request): Promise<Response> {
    const text = await request.text()
    const question = text.length > MAX_QUESTION ? undefined : questionOf(text)
    if (question === undefined) return new Response(null, { status: 400 })
    // From here to the answer nothing is awaited, so that no other request comes between.
    const nowMs = Date.now()
    if ('window' in question) {
      const { mark } = this.#one(MARK, markOf(question.window, nowMs))
      return Response.json({ mark, storeMs: nowMs })
    }
    const { key, token, expiresAtMs } = question
    const { holder } = this.#one(WRITE, key, token, expiresAtMs)
    const { mark = null } = this.#one(READ_MARK)
    if (nowMs - this.#sweptAtMs > SWEEP_EVERY_MS) {
      this.#sweptAtMs = nowMs
      this.#sql.exec(SWEEP, nowMs)
    }
    return Response.json({ holder, mark, storeMs: nowMs })
  }

  #one(query: string, ...bindings: Array<string | number>): Record<string, unknown> {
    return this.#sql.exec(query, ...bindings).toArray()[0] ?? {}
  }
}

/** What an object answers to either question. */
interface Answer {
  readonly holder?: unknown
  readonly mark?: unknown
  readonly storeMs?: number
}

type Question =
  | { readonly window: string }
  | { readonly key: string; readonly token: string; readonly expiresAtMs: number }

function questionOf(text: string): Question | undefined {
  let question: Partial<Record<'window' | 'key' | 'token' | 'expiresAtMs', unknown>> | null
  try {
    question = JSON.parse(text)
  } catch {
    return undefined
  }
  const { window, key, token, expiresAtMs } = question ?? {}
  if (typeof window === 'string') return { window }
  if (typeof key !== 'string' || typeof token !== 'string' || !Number.isSafeInteger(expiresAtMs)) return undefined
  return { key, token, expiresAtMs: expiresAtMs as number }
}

/**
 * A replay store in Durable Objects: an object is one thread in one place, so that of any number of equal claims, anywhere,
 * exactly one is granted. What it wrote it keeps; a new object refuses what was signed before it was made (`barrier`). The clock is
 * the object's, too.
 *
 * A claim is one request to the object, which runs near the first one that asked it. It fails closed: `STORE_UNAVAILABLE`
 * within `deadlineMs`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options, and for Workers KV. Claims reject with `STORE_UNAVAILABLE`.
 * @see https://developers.cloudflare.com/durable-objects/
 * @example
 * ```ts
 * import { type DurableObjectNamespaceLike, durableObjectReplayStore } from 'countersign/replay/durable-object'
 *
 * export const nonces = (env: { readonly NONCES: DurableObjectNamespaceLike }) =>
 *   durableObjectReplayStore({ namespace: env.NONCES })
 * ```
 */
export function durableObjectReplayStore(options: DurableObjectReplayOptions): WrittenOnceStore {
  const where = 'durableObjectReplayStore'
  assertRowsOptions(where, options, KNOWN, 'namespace')
  const { namespace, shards = 1, ...rest } = options
  refuseWorkersKv(where, 'namespace', namespace)
  if (typeof namespace?.idFromName !== 'function' || typeof namespace.get !== 'function')
    fail(
      'CONFIG_INVALID',
      `${where}: "namespace" must be a binding of Durable Objects, such as env.NONCES, got ${kindOf(namespace)}`,
    )
  assertInteger('shards', shards, 1, 64, `${where}: `)
  const { prefix = 'rp' } = rest
  const ask = async (shard: number, question: Question): Promise<Answer> => {
    const object = namespace.get(namespace.idFromName(`${prefix}:${shards}:${shard}`) as never)
    const answer = await object.fetch('https://replay.invalid/', { method: 'POST', body: JSON.stringify(question) })
    if (!answer.ok) fail('STORE_UNAVAILABLE', `replay store: the object answered with ${answer.status}`)
    return (await answer.json()) as Answer
  }
  const stores = Array.from({ length: shards }, (_, shard) =>
    writtenOnceStore(
      rest,
      {
        write: async ({ key, token, expiresAtMs }) => {
          const { holder, mark = null, storeMs } = await ask(shard, { key, token, expiresAtMs })
          return { holder, mark, storeMs }
        },
        mark: async (window) => (await ask(shard, { window })).mark,
      },
      { where, hasClock: true, markMs: Infinity, refusalOf: () => undefined },
    ),
  )
  return stores.length === 1 ? (stores[0] as WrittenOnceStore) : spread(stores)
}

/** Several stores as one: a nonce is always in the same one. */
function spread(stores: readonly WrittenOnceStore[]): WrittenOnceStore {
  const { maxAgeMs, maxFutureMs } = stores[0] as WrittenOnceStore
  return {
    maxAgeMs,
    maxFutureMs,
    get barrierMs() {
      const known = stores.flatMap(({ barrierMs }) => barrierMs ?? [])
      return known.length === 0 ? undefined : Math.max(...known)
    },
    claim: (claim) => {
      const at = (claimFingerprint(claim)[0] as number) % stores.length
      return (stores[at] as WrittenOnceStore).claim(claim)
    },
    ready: async () => {
      await Promise.all(stores.map((store) => store.ready()))
    },
  }
}
