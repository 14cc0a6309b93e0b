/** Keys in Redis or Valkey: `countersign/keyring/redis`. */
import { isKeyId } from '../../crypto/key.js'
import { randomNonce } from '../../crypto/random.js'
import { assertOptions, type OptionNames } from '../../errors.js'
import { FUNCTION, whole } from '../../support/option-kinds.js'
import {
  assertLimit,
  assertQuery,
  checkedChanges,
  checkedDeltas,
  conflict,
  corrupted,
  cursorSeq,
  cursorText,
  isAsked,
} from '../change/store-input.js'
import type { ChangedKey, KeyChange, KeyQuery, KeyStore, UsageDelta } from '../key-store.js'
import type { KeyUsage, StoredKey } from '../record/key-record.js'
import { answerOf, commandOf, type RedisClient, type RedisCommand, type RunScript, script } from './redis-client.js'
import { assertKeeps } from './redis-policy.js'
import {
  ADD_USAGE,
  assertPrefix,
  CHANGES,
  channelOf,
  DEFAULT_PREFIX,
  keysOf,
  type RedisKeys,
  WRITE,
} from './redis-scripts.js'
import {
  changeArgs,
  changedOf,
  deltaArgs,
  nonsense,
  numberOf,
  recordOf,
  textsOf,
  USAGE_FIELDS,
  usageOf,
} from './redis-values.js'

export type { IoRedisClient, NodeRedisClient, RedisClient } from './redis-client.js'

/** Options of {@link redisKeyStore}. */
export interface RedisKeyStoreOptions {
  /** A connected client of `redis` (5 or 6) or `ioredis`. It stays the caller's: the store does not close it. */
  readonly client: RedisClient
  /** Stands in braces in front of every key, so that all of them are in one hash slot. Default `countersign`. */
  readonly prefix?: string
  /** After so long without an answer a call fails. Default 2 000. */
  readonly timeoutMs?: number
  /** Called once with what the store cannot see to itself: eviction it may not ask for, records that are not on disk. Default: `console.warn`. */
  readonly onWarning?: (message: string) => void
}

/** Keeps records in Redis. */
export interface RedisKeyStore extends KeyStore {
  /**
   * Asks whether this Redis keeps what it is given. The first call of the store does it, too.
   *
   * @throws {CountersignError} `CONFIG_INVALID` for a `maxmemory-policy` that drops records; `STORE_UNAVAILABLE`.
   */
  check(): Promise<void>
  /** Where the store publishes what it wrote: the channel for a `redisBus`. */
  readonly channel: string
}

const write = script(WRITE)
const changesBehind = script(CHANGES)
const addUsage = script(ADD_USAGE)
const NO_EPOCH = 'A'.repeat(22)

const KNOWN: OptionNames<RedisKeyStoreOptions> = {
  client: 2,
  prefix: 1,
  timeoutMs: whole(1, 600_000, ', in milliseconds'),
  onWarning: FUNCTION,
}

/**
 * A store in Redis 7 or Valkey, for any number of nodes. Each write is one script, which also publishes on
 * {@link RedisKeyStore.channel} what it wrote. Redis answers before its replicas and its disk have the record: set
 * `appendfsync always` where no revocation may be lost in a crash, and prefer PostgreSQL where that matters most.
 *
 * Its own deadline ends the call, not the command: whether a write that timed out was done is unknown, and the next read
 * shows it. A client that keeps commands while it has no connection sends them later; turn that off (`enableOfflineQueue: false`
 * of ioredis, `disableOfflineQueue: true` of node-redis). For node-redis's cluster client give
 * `{ sendCommand: (args) => cluster.sendCommand(prefix, false, args) }` with the prefix in braces.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. Calls throw `CONFIG_INVALID` where Redis would drop records,
 *   `STORE_UNAVAILABLE` where it does not answer, refuses, or answers nonsense; `STORE_CORRUPTED` for a value that is not what
 *   was written; `STORE_CONFLICT`. None carries the client's error, which holds the command and its arguments.
 * @example
 * ```ts
 * import { redisKeyStore, type RedisClient } from 'countersign/keyring/redis'
 *
 * declare const client: RedisClient // await createClient().connect(), or new Redis()
 *
 * const store = redisKeyStore({ client, prefix: 'acme' })
 * await store.check()
 * ```
 */
export function redisKeyStore(options: RedisKeyStoreOptions): RedisKeyStore {
  assertOptions('redisKeyStore', options, KNOWN)
  return new RedisStore(options ?? {})
}

class RedisStore implements RedisKeyStore {
  readonly channel: string
  readonly #keys: RedisKeys
  readonly #command: RedisCommand
  readonly #timeoutMs: number
  readonly #onWarning: (message: string) => void
  #checked: Promise<void> | undefined

  constructor({ client, prefix = DEFAULT_PREFIX, timeoutMs = 2_000, onWarning = console.warn }: RedisKeyStoreOptions) {
    assertPrefix(prefix)
    this.#command = commandOf(client, 'client')
    this.#keys = keysOf(prefix)
    this.channel = channelOf(prefix)
    this.#timeoutMs = timeoutMs
    this.#onWarning = onWarning
  }

  check(): Promise<void> {
    this.#checked ??= assertKeeps(this.#command, this.#timeoutMs, this.#onWarning).catch((error: unknown) => {
      // Asked again by the next call: the server may come back, or be set right.
      this.#checked = undefined
      throw error
    })
    return this.#checked
  }

  async #ask(...args: [string, ...string[]]): Promise<unknown> {
    await this.check()
    return answerOf(this.#command(...args), this.#timeoutMs)
  }

  async #run(run: RunScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    await this.check()
    return answerOf(run(this.#command, keys, args), this.#timeoutMs)
  }

  async get(id: string): Promise<StoredKey | undefined> {
    if (!isKeyId(id)) return undefined
    const value = await this.#ask('HGET', this.#keys.keys, id)
    if (value !== null && typeof value !== 'string') throw nonsense()
    return value === null ? undefined : recordOf(value, id)
  }

  async write(changes: readonly KeyChange[]): Promise<void> {
    const checked = checkedChanges(changes)
    if (checked.length === 0) return
    const { keys, index, changes: order, meta } = this.#keys
    const place = await this.#run(
      write,
      [keys, index, order, meta],
      [this.channel, randomNonce(), ...checked.flatMap(changeArgs)],
    )
    if (place === 0) return
    const lost = typeof place === 'number' ? checked[place - 1] : undefined
    throw lost === undefined ? nonsense() : conflict(lost.record.id, lost.expectedRev)
  }

  async list(query: KeyQuery): Promise<readonly StoredKey[]> {
    assertQuery(query)
    const { owner, secretHash, after, limit } = query
    const start =
      secretHash !== undefined ? `h ${secretHash} ` : owner !== undefined ? `o ${JSON.stringify(owner)} ` : 'i '
    // "!" is the byte behind the space that every start ends with.
    const end = `(${start.slice(0, -1)}!`
    const page = Math.max(limit, 100)
    const out: StoredKey[] = []
    for (let from = after === undefined ? `[${start}` : `(${start}${after}`; ; ) {
      const members = textsOf(
        await this.#ask('ZRANGEBYLEX', this.#keys.index, from, end, 'LIMIT', '0', String(page)),
      ) as readonly string[]
      const ids = members.map((member) => member.slice(start.length))
      for (const record of await this.#records(ids)) {
        // It may have changed since the index was read.
        if (isAsked(record, query)) out.push(record)
        if (out.length === limit) return out
      }
      if (members.length < page) return out
      from = `(${members.at(-1)}`
    }
  }

  async #records(ids: readonly string[]): Promise<readonly StoredKey[]> {
    if (ids.length === 0) return []
    const values = textsOf(await this.#ask('HMGET', this.#keys.keys, ...ids))
    return ids.map((id, i) => recordOf(values[i], id))
  }

  async changes(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly changed: readonly ChangedKey[]; readonly cursor: string }> {
    assertLimit(limit)
    const { keys, changes: order, meta } = this.#keys
    const [epoch, number] = textsOf(await this.#ask('HMGET', meta, 'epoch', 'number'))
    // Nothing was written yet. This cursor is of another numbering than the one to come, so it gets all of it.
    if (typeof epoch !== 'string') return { changed: [], cursor: cursorText(NO_EPOCH, 0) }
    const latest = numberOf(number, 'number')
    let seq = after === undefined ? latest : cursorSeq(after, epoch, latest)
    const changed: ChangedKey[] = []
    if (seq < latest) {
      const flat = textsOf(await this.#run(changesBehind, [keys, order], [String(seq), String(limit)]))
      for (let i = 0; i < flat.length; i += 4) {
        const [id, at, rev, status] = flat.slice(i, i + 4)
        if (!isKeyId(id)) throw corrupted('with an id that is none')
        changed.push(changedOf(id, rev, status))
        seq = numberOf(at, 'number')
      }
    }
    return { changed, cursor: cursorText(epoch, seq) }
  }

  async addUsage(deltas: readonly UsageDelta[]): Promise<void> {
    const args = checkedDeltas(deltas).flatMap(deltaArgs)
    if (args.length === 0) return
    if ((await this.#run(addUsage, [this.#keys.keys, this.#keys.usage], args)) !== 0) throw nonsense()
  }

  async usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>> {
    const known = ids.filter(isKeyId)
    if (known.length === 0) return new Map()
    const fields = known.flatMap((id) => USAGE_FIELDS.map((field) => `${id} ${field}`))
    const texts = textsOf(await this.#ask('HMGET', this.#keys.usage, ...fields))
    const each = USAGE_FIELDS.length
    return new Map(
      known.flatMap((id, i) => {
        const usage = usageOf(texts.slice(i * each, (i + 1) * each), id)
        return usage === undefined ? [] : [[id, usage] as const]
      }),
    )
  }
}
