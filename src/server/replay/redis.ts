/** Nonces shared by any number of processes in Redis or Valkey: `countersign/replay/redis`. */
import { base64url } from '../../crypto/encoding.js'
import { randomNonce } from '../../crypto/random.js'
import { assertInteger, assertOptions, fail, isCountersignError, type OptionNames } from '../../errors.js'
import { deadline } from '../../support/deadline.js'
import { FUNCTION } from '../../support/option-kinds.js'
import { type Attempts, createAttempts } from './attempts.js'
import { type MemoryReplayStore, memoryReplayStore } from './memory.js'
import { type RedisClientLike, type ReplayCommands, redisCommands, redisRefusal } from './redis-commands.js'
import { type Reach, RedisEpoch, within } from './redis-epoch.js'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from './replay-store.js'
import { barrierPassed, claimFingerprint } from './replay-store.js'

export type {
  GlideLike,
  IoredisLike,
  NodeRedisClusterLike,
  NodeRedisLike,
  NodeRedisSentinelLike,
  RedisClientLike,
  ReplayCommands,
} from './redis-commands.js'

/** Options of {@link redisReplayStore}. */
export interface RedisReplayOptions {
  /**
   * A connected client of `redis` 5 or 6, `ioredis` or `iovalkey`, `@valkey/valkey-glide`, or the commands themselves. Of `redis`
   * also `createCluster` and `createSentinel`, of `ioredis` also `Cluster` and one with `sentinels`.
   */
  readonly client: RedisClientLike
  /** The prefix of every key. Default `rp:`. */
  readonly prefix?: string
  /** How long a claim may take. By a timer of this store: clients may wait for many seconds. Default 250. */
  readonly deadlineMs?: number
  /**
   * How old a signature may be; not less than the policy's `maxAgeMs`. Every nonce is kept for the whole window. Default
   * 300 000, as in `strictPolicy`.
   */
  readonly maxAgeMs?: number
  /** How far ahead a signed time may lie; not less than the policy's `maxFutureMs`. Default 5 000, as in `strictPolicy`. */
  readonly maxFutureMs?: number
  /** By how much the clocks of the machines may differ. Nonces are kept, and lost ones refused, for that longer. Default 1 000. */
  readonly clockSkewMs?: number
  /**
   * Also remember in this process what it has accepted, so that a Redis that loses nonces unnoticed cannot make this process
   * accept them again. A number is how many at most (about 50 bytes each); beyond it Redis alone decides. It never
   * refuses what Redis has not accepted first. `false` saves the memory. Default 250 000.
   */
  readonly localGate?: number | false
  /** Claims that wait for an answer at most; more are refused at once. Default 10 000. */
  readonly maxPending?: number
  /** Called with what could not be checked. Default `console.warn`. */
  readonly onWarning?: (message: string) => void
}

const KNOWN: OptionNames<RedisReplayOptions> = {
  client: 2,
  prefix: 1,
  deadlineMs: 1,
  maxAgeMs: 1,
  maxFutureMs: 1,
  clockSkewMs: 1,
  localGate: 1,
  maxPending: 1,
  onWarning: FUNCTION,
}

/** A replay store in Redis. */
export interface RedisReplayStore extends ReplayStore {
  /** Remembers a nonce, in one command. */
  claim(claim: ReplayClaim): Promise<ReplayOutcome>
  /**
   * Inspects the server: call it at the start of the service, so that a wrong set-up is found before the first request.
   * Claims do the same when they meet a server for the first time. A setting that is changed later is found by the next call.
   *
   * @throws {CountersignError} `CONFIG_INVALID` for Redis before 7 and where nonces may be evicted (`maxmemory-policy` other
   *   than `noeviction`), `STORE_UNAVAILABLE` without an answer within 5 seconds.
   */
  check(): Promise<void>
  /**
   * {@link RedisReplayStore.check}, and waits until freshly signed requests get past the barrier: at once where this Redis is in
   * use, `maxFutureMs`, `clockSkewMs` and up to a second for a new or empty one, and after a window was raised.
   *
   * @throws {CountersignError} as `check()`.
   */
  ready(): Promise<void>
  readonly barrierMs: number | undefined
  readonly maxAgeMs: number
  /** How far ahead a signed time may lie, in milliseconds. */
  readonly maxFutureMs: number
}

const CHECK_MS = 5_000
const GATE_ENTRIES = 250_000

/**
 * A replay store in Redis 7 or Valkey, with one round trip per claim: `SET key token NX GET PX ttl`, and behind it on the same
 * connection a look at whether the server is still the one that remembers. It needs no scripts, no transactions and no
 * persistence: a server that has lost nonces, in whichever way, is noticed with the very claim, and what was signed before
 * is refused (`barrier`) for `maxFutureMs`. A nonce lives for the whole window, by Redis' clock, and what lies outside the
 * window by that clock is refused (`clock`): a process whose own clock is wrong cannot make others accept anything twice.
 *
 * All processes share the longest window. One that needs a longer one than the others raises it for all, at the price of one
 * barrier, so windows may be changed while processes run. A pool of connections and Redis Cluster take two round trips;
 * one client is faster than a pool.
 *
 * It fails closed: a server that is down, slow, full or read-only means `STORE_UNAVAILABLE`, within `deadlineMs`. A claim
 * whose reply was lost is repeated until then with the same token, and so is never taken for a replay.
 *
 * Set the client up to fail fast (`disableOfflineQueue: true` of `redis`; `enableOfflineQueue: false`,
 * `maxRetriesPerRequest: 0` of `ioredis`) and not to read from replicas. Two masters at once, each with a part of the
 * processes, both accept a message once: `min-replicas-to-write 1` closes that.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. Claims reject with `STORE_UNAVAILABLE`, and with nothing else.
 * @see https://redis.io/docs/latest/commands/set/
 * @example
 * ```ts
 * import { type NodeRedisLike, redisReplayStore } from 'countersign/replay/redis'
 *
 * // const client = await createClient({ url, disableOfflineQueue: true }).on('error', log).connect()
 * export async function sharedNonces(client: NodeRedisLike) {
 *   const replay = redisReplayStore({ client })
 *   await replay.check()
 *   return replay
 * }
 * ```
 */
export function redisReplayStore(options: RedisReplayOptions): RedisReplayStore {
  assertOptions('redisReplayStore', options, KNOWN)
  return new RedisStore(options)
}

class RedisStore implements RedisReplayStore {
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly #commands: ReplayCommands
  readonly #prefix: string
  readonly #deadlineMs: number
  readonly #own: Reach
  readonly #attempts: Attempts
  readonly #warn: (message: string) => void
  /** One, or in a cluster one for each tag: the keys of a tag are on one server. */
  readonly #epochs = new Map<string, RedisEpoch>()
  readonly #gate: MemoryReplayStore | undefined
  #barrierMs: number | undefined

  constructor(options: RedisReplayOptions) {
    const { prefix = 'rp:', deadlineMs = 250, maxFutureMs = 5_000, clockSkewMs = 1_000, maxPending = 10_000 } = options
    const { maxAgeMs = 300_000, localGate = GATE_ENTRIES } = options
    const { onWarning = (message) => console.warn(`redisReplayStore: ${message}`) } = options
    if (typeof prefix !== 'string' || !/^[\w:.-]{0,64}$/.test(prefix))
      fail('CONFIG_INVALID', '"prefix" must be up to 64 letters, digits and :._-')
    assertInteger('deadlineMs', deadlineMs, 10, 60_000)
    assertInteger('maxAgeMs', maxAgeMs, 1_000, 86_400_000)
    assertInteger('maxFutureMs', maxFutureMs, 0, 86_400_000)
    assertInteger('clockSkewMs', clockSkewMs, 0, 3_600_000)
    assertInteger('maxPending', maxPending, 1, 1_000_000)
    this.maxAgeMs = maxAgeMs
    this.maxFutureMs = maxFutureMs
    this.#commands = redisCommands(options.client)
    this.#prefix = prefix
    this.#deadlineMs = deadlineMs
    this.#own = { ageMs: maxAgeMs + clockSkewMs, futureMs: maxFutureMs + clockSkewMs }
    this.#attempts = createAttempts({ deadlineMs, maxPending, refusalOf: redisRefusal })
    this.#warn = this.#commands.cluster === true ? once(onWarning) : onWarning
    // No barrier and no share: Redis has decided already, and in a cluster worker it is shared.
    if (localGate !== false) assertInteger('localGate', localGate, 1, 2 ** 26)
    if (localGate !== false) this.#gate = memoryReplayStore({ maxEntries: localGate, maxAgeMs, maxFutureMs, ...GATE })
  }

  get barrierMs(): number | undefined {
    return this.#barrierMs
  }

  check(): Promise<void> {
    return this.#asked(async () => {
      await Promise.all(this.#tags().map((tag) => this.#epochOf(tag).inspect()))
      // Makes the marks, and raises the window in force, before the first request needs either.
      await this.#leftMs()
    })
  }

  #tags(): readonly string[] {
    return this.#commands.cluster === true ? TAGS : ['']
  }

  #epochOf(tag: string): RedisEpoch {
    const found = this.#epochs.get(tag)
    if (found !== undefined) return found
    const { infoOf } = this.#commands
    const commands: ReplayCommands =
      infoOf === undefined || tag === ''
        ? this.#commands
        : { ...this.#commands, info: (section) => infoOf.call(this.#commands, this.#prefix + tag, section) }
    const epoch = new RedisEpoch(commands, this.#prefix, this.#own, this.#warn)
    this.#epochs.set(tag, epoch)
    return epoch
  }

  async ready(): Promise<void> {
    await this.check()
    await barrierPassed(() => this.#asked(() => this.#leftMs()))
  }

  /** Milliseconds until the barriers of all marks. */
  async #leftMs(): Promise<number> {
    const left = this.#tags().map(async (tag) => {
      const epoch = this.#epochOf(tag)
      await epoch.known()
      const nowMs = Date.now()
      const look = await epoch.look(tag, nowMs)
      // Another server, or a window that was raised just now: it is to be looked at again.
      return look?.enough === true ? look.barrierMs - (look.storeMs ?? nowMs) : 1
    })
    return Math.max(...(await Promise.all(left)))
  }

  async #asked<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await deadline(question(), CHECK_MS)
    } catch (error) {
      if (isCountersignError(error)) throw error
      const why = redisRefusal(error) ?? 'it cannot be reached'
      fail('STORE_UNAVAILABLE', `replay store: the server could not be inspected (${why})`)
    }
  }

  async claim(claim: ReplayClaim): Promise<ReplayOutcome> {
    const { expiresAtMs, nowMs } = claim
    if (!(nowMs < expiresAtMs)) return 'barrier'
    const fingerprint = base64url(claimFingerprint(claim))
    // In a cluster nonce and mark must share a server. By the fingerprint: a tag of the key id would pin a busy bot to one.
    const tag = this.#commands.cluster === true ? `{${fingerprint.slice(0, 1)}}` : ''
    const key = tag === '' ? this.#prefix + fingerprint : `${this.#prefix}${tag}${fingerprint.slice(1)}`
    const token = randomNonce()
    const outcome = await this.#attempts(() => this.#ask(key, tag, token, claim))
    return outcome === 'claimed' && this.#gate?.claim(claim) === 'replay' ? 'replay' : outcome
  }

  async #ask(key: string, tag: string, token: string, { createdMs, nowMs }: ReplayClaim): Promise<ReplayOutcome> {
    const epoch = this.#epochOf(tag)
    for (let tries = 0; tries < SERVER_CHANGES; tries++) {
      const known = epoch.known()
      if (typeof known !== 'string') await known
      const { reach } = epoch
      // The whole window, for every verifier: neither a verifier with a shorter one nor a clock that is wrong makes it less. And
      // what may pass between the claim and the look at the server's time.
      const sent = this.#commands.set(key, token, reach.ageMs + reach.futureMs + this.#deadlineMs)
      const early = this.#commands.inOrder === true ? epoch.look(tag, nowMs) : undefined
      early?.catch(() => {})
      const holder: unknown = await sent
      // The value that was there is our own where the first reply was lost on its way (go-redis #2985).
      if (holder !== null && holder !== token) return isToken(holder) ? 'replay' : fail('STORE_UNAVAILABLE', NONSENSE)
      const look = await (early ?? epoch.look(tag, nowMs))
      if (look === undefined) continue
      this.#barrierMs = look.barrierMs
      // The window was raised meanwhile, and this nonce is not kept for as long.
      if (!look.enough || !within(look.reach, reach)) return 'barrier'
      if (!(createdMs > look.barrierMs)) return 'barrier'
      return this.#inReach(createdMs, look.storeMs) ? 'claimed' : 'clock'
    }
    return 'barrier'
  }

  /** By the clock that all processes share and nonces expire by: whatever this machine's shows, nothing is accepted twice. */
  #inReach(createdMs: number, storeMs: number | undefined): boolean {
    if (storeMs === undefined) return true
    return createdMs <= storeMs + this.#own.futureMs && createdMs > storeMs - this.#own.ageMs
  }
}

/** Each text once: all servers of a cluster warn of the same. */
function once(warn: (message: string) => void): (message: string) => void {
  const warned = new Set<string>()
  return (message) => {
    if (warned.has(message)) return
    warned.add(message)
    warn(message)
  }
}

/** The tags that a fingerprint can begin with. */
const TAGS: readonly string[] = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map(
  (one) => `{${one}}`,
)

// Another server than a moment ago is asked once more; one that changes with every question is not understood.
const SERVER_CHANGES = 3

const GATE = { maxPerKeyShare: 1, restartBarrier: false, singleProcess: true } as const

const isToken = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z0-9_-]{22}$/.test(value)

const NONSENSE = 'replay store: the answer to SET is neither null nor a token'
