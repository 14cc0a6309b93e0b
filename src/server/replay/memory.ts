import { hashText } from '#backend/hash'
import { randomNonce } from '../../crypto/random.js'
import { assertFlag, assertInteger, assertOptions, fail, mustBe, type OptionNames } from '../../errors.js'
import type { Clock } from '../../sources/monotonic-clock.js'
import { assertUnit } from '../../support/asked.js'
import { FingerprintTable, KeyShares } from './memory-tables.js'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from './replay-store.js'
import { barrierPassed } from './replay-store.js'

/** Options of {@link memoryReplayStore}. */
export interface MemoryReplayOptions {
  /** Nonces remembered at most; a full store refuses. Size it as requests a second times the window. Default 1 000 000. */
  readonly maxEntries?: number
  /** The part of them that one key may hold, so that one client cannot fill the store for all. Default 0.1. */
  readonly maxPerKeyShare?: number
  /** How old a signature may be; not less than the policy's `maxAgeMs`. Default 300 000, as in `strictPolicy`. */
  readonly maxAgeMs?: number
  /** How far ahead its time may lie; not less than the policy's `maxFutureMs`. Default 5 000, as in `strictPolicy`. */
  readonly maxFutureMs?: number
  /** Span of the signed times that are forgotten together. Default 30 000, less where the window is shorter, more where it is longer than half an hour. */
  readonly bucketMs?: number
  /**
   * Refuse what was signed before this store existed, up to `maxFutureMs` after its start: an earlier process may have
   * accepted it. `false` only where no earlier process can have, as in a test. Default `true`.
   */
  readonly restartBarrier?: boolean
  /** The verifier's clock, where it is not the wall clock. */
  readonly clock?: Clock
  /** States that no other process answers for the same keys; required in a cluster worker. */
  readonly singleProcess?: boolean
}

/** Remembers nonces in this process's memory. */
export interface MemoryReplayStore extends ReplayStore {
  /** Remembers a nonce, at once. */
  claim(claim: ReplayClaim): ReplayOutcome
  readonly maxAgeMs: number
  /** How far ahead a signed time may lie, in milliseconds. */
  readonly maxFutureMs: number
  /** Nonces remembered now. */
  readonly size: number
  /** Bytes of the tables they are in. */
  readonly bytes: number
  readonly barrierMs: number | undefined
  /** Resolves `maxFutureMs` and up to a second after the start, when freshly signed requests get past the barrier. */
  ready(): Promise<void>
}

const KNOWN: OptionNames<MemoryReplayOptions> = {
  maxEntries: 1,
  maxPerKeyShare: 1,
  maxAgeMs: 1,
  maxFutureMs: 1,
  bucketMs: 1,
  restartBarrier: 1,
  clock: 1,
  singleProcess: 1,
}

/**
 * A replay store for one process: bounded, and it never forgets a nonce that could still be replayed. Full means refused. What
 * it cannot vouch for is refused as well: times before it started or before its window (`barrier`), and times further ahead
 * than it has room for (`full`). So for `maxFutureMs` after its start it refuses everything: let the server listen when
 * {@link MemoryReplayStore.ready} has resolved.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a bad number, and in a cluster worker: each worker would accept the same
 *   message once. Share a store between them, or set `singleProcess: true`.
 * @example
 * ```ts
 * import { memoryReplayStore } from 'countersign/server'
 *
 * const replay = memoryReplayStore({ maxEntries: 200_000, maxAgeMs: 60_000, maxFutureMs: 1_000 })
 * await replay.ready() // then listen
 * ```
 */
export function memoryReplayStore(options: MemoryReplayOptions = {}): MemoryReplayStore {
  assertOptions('memoryReplayStore', options, KNOWN)
  assertFlag('restartBarrier', options.restartBarrier, 'memoryReplayStore: ')
  assertFlag('singleProcess', options.singleProcess, 'memoryReplayStore: ')
  if (options.singleProcess !== true && isClusterWorker()) {
    fail(
      'CONFIG_INVALID',
      'memoryReplayStore in a cluster worker accepts a replay once per worker: use a shared store, or pass singleProcess: true',
    )
  }
  return new BucketStore(options)
}

const HOUR = 3_600_000
// Buckets of the ring: each holds up to its span of what is dead already, and each costs every key a counter.
const FEW = 60
const MANY = 600

/** A table of the ring, and the span of signed times it is for. */
interface Bucket {
  readonly id: number
  readonly table: FingerprintTable
}

/**
 * A ring of tables by *signed* time: a replay carries the same time, so one table is probed, and a table whose time has
 * passed the window is dropped whole. What was dropped stays out of reach, also for a clock that is set back; nothing else is
 * refused for the sake of a time that once was, so that a clock which was ahead for a moment does no lasting harm.
 */
class BucketStore implements MemoryReplayStore {
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly #clock: Clock
  readonly #bucketMs: number
  readonly #maxEntries: number
  readonly #maxPerKey: number
  readonly #ring: Array<Bucket | undefined>
  readonly #shares: KeyShares
  /** Makes fingerprints of this process's own: nonces cannot be chosen so that they crowd into one place of a table. */
  readonly #seed = randomNonce()
  #size = 0
  /** The time of the last claim. */
  #nowMs: number
  /** Signed times up to this one are not known. `undefined` until a clock that runs has been seen. */
  #barrierMs: number | undefined
  /** Signed times before this one were forgotten. */
  #forgottenMs = Number.NEGATIVE_INFINITY
  /** Every bucket before this one is empty. */
  #oldest = Number.NEGATIVE_INFINITY

  constructor(options: MemoryReplayOptions) {
    const { maxEntries = 1_000_000, maxPerKeyShare = 0.1, maxAgeMs = 300_000, maxFutureMs = 5_000 } = options
    const { restartBarrier = true, clock = { now: Date.now } } = options
    assertInteger('maxEntries', maxEntries, 1, 2 ** 26)
    assertInteger('maxAgeMs', maxAgeMs, 1_000, 24 * HOUR)
    assertInteger('maxFutureMs', maxFutureMs, 0, 24 * HOUR)
    const spanMs = maxAgeMs + maxFutureMs
    const { bucketMs = Math.min(spanMs, Math.max(30_000, Math.ceil(spanMs / FEW))) } = options
    assertInteger('bucketMs', bucketMs, Math.ceil(spanMs / MANY), spanMs)
    const isShare = typeof maxPerKeyShare === 'number' && maxPerKeyShare > 0 && maxPerKeyShare <= 1
    mustBe(isShare, 'maxPerKeyShare', 'a number above 0 and at most 1', maxPerKeyShare)
    mustBe(typeof clock?.now === 'function', 'clock', 'a clock with now()', clock)
    assertUnit('memoryReplayStore: ', clock)
    this.maxAgeMs = maxAgeMs
    this.maxFutureMs = maxFutureMs
    this.#clock = clock
    this.#bucketMs = bucketMs
    this.#maxEntries = maxEntries
    this.#maxPerKey = Math.max(1, Math.floor(maxEntries * maxPerKeyShare))
    const places = Math.ceil(spanMs / bucketMs) + 2
    this.#ring = new Array<Bucket | undefined>(places).fill(undefined)
    this.#shares = new KeyShares(places)
    const startedMs = restartBarrier ? clock.now() : Number.NEGATIVE_INFINITY
    this.#nowMs = startedMs
    // Some workers' clocks stand at 0 until the first request; the barrier then starts there.
    this.#barrierMs = startedMs === 0 ? undefined : startedMs + maxFutureMs
  }

  get size(): number {
    this.#forget()
    return this.#size
  }

  get barrierMs(): number | undefined {
    return this.#barrierMs === undefined ? undefined : Math.max(this.#barrierMs, this.#forgottenMs - 1)
  }

  async ready(): Promise<void> {
    await barrierPassed(() => {
      const nowMs = this.#clock.now()
      if (nowMs > 0) this.#barrierMs ??= nowMs + this.maxFutureMs
      return (this.#barrierMs ?? Number.NEGATIVE_INFINITY) - nowMs
    })
  }

  get bytes(): number {
    return this.#ring.reduce((sum, bucket) => sum + (bucket?.table.bytes ?? 0), 0)
  }

  claim({ keyId, nonce, createdMs, expiresAtMs, nowMs }: ReplayClaim): ReplayOutcome {
    if (Number.isFinite(nowMs)) this.#nowMs = nowMs
    const now = this.#nowMs
    this.#barrierMs ??= now + this.maxFutureMs
    // Asked for what is right, so that a NaN can only ever refuse.
    if (!(createdMs > this.#barrierMs && createdMs >= now - this.maxAgeMs && expiresAtMs > now)) return 'barrier'
    if (!(createdMs <= now + this.maxFutureMs)) return 'full'
    this.#forget()
    if (createdMs < this.#forgottenMs) return 'barrier'

    const digest = hashText('sha256', `${this.#seed}${keyId}\n${createdMs}\n${nonce}`, 'hex')
    // The lowest bit marks a slot as taken; 127 bits are left to distinguish nonces.
    const a = (word(digest, 0) | 1) >>> 0
    const b = word(digest, 8)
    const c = word(digest, 16)
    const d = word(digest, 24)
    const id = Math.floor(createdMs / this.#bucketMs)
    const place = mod(id, this.#ring.length)
    const bucket = this.#ring[place] ?? { id, table: new FingerprintTable() }
    // Filled by a clock that was ahead; its nonces may be live by then.
    if (bucket.id !== id) return 'barrier'
    const { table } = bucket
    const found = table.find(a, b, c, d)
    if (found >= 0) return 'replay'
    if (this.#size >= this.#maxEntries || this.#shares.of(keyId) >= this.#maxPerKey) return 'full'
    table.insert(found, a, b, c, d)
    this.#ring[place] = bucket
    this.#shares.add(keyId, place)
    this.#size++
    return 'claimed'
  }

  /** Drops the buckets that the window has passed. */
  #forget(): void {
    const oldest = Math.floor((this.#nowMs - this.maxAgeMs) / this.#bucketMs)
    if (oldest === this.#oldest) return
    this.#oldest = oldest
    for (const [place, bucket] of this.#ring.entries()) {
      if (bucket === undefined || bucket.id >= oldest) continue
      this.#size -= bucket.table.size
      this.#ring[place] = undefined
      this.#shares.clear(place)
      this.#forgottenMs = Math.max(this.#forgottenMs, (bucket.id + 1) * this.#bucketMs)
    }
  }
}

/** Always in `0 … n-1`, also for times before 1970. */
const mod = (value: number, n: number): number => ((value % n) + n) % n

/** Eight hex digits. Reading text costs less than the one-shot hash asks for handing out bytes. */
function word(digits: string, from: number): number {
  let out = 0
  for (let i = from; i < from + 8; i++) {
    const code = digits.charCodeAt(i)
    out = (out << 4) | (code < 0x3a ? code - 0x30 : code - 0x57)
  }
  return out >>> 0
}

/** The few things asked of a Node-like host. Not imported: this file also runs where no such module exists. */
interface Host {
  readonly process?: {
    readonly versions?: { readonly node?: unknown }
    getBuiltinModule?(id: string): unknown
  }
}

/**
 * True in a worker of Node's `cluster` (which PM2's cluster mode uses as well). The environment variable that marks workers
 * is gone by the time user code runs, so the loaded module is asked; it exists from Node 20.16 on, and elsewhere the answer
 * is `false`.
 */
export function isClusterWorker(): boolean {
  const host = (globalThis as unknown as Host).process
  // Next's edge runtime shows every function of Node's process, and each throws when it is called; a version it shows not.
  if (typeof host?.versions?.node !== 'string') return false
  const cluster = host.getBuiltinModule?.('node:cluster') as { readonly isWorker?: unknown } | undefined
  return cluster?.isWorker === true
}
