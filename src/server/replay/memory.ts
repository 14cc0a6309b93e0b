import { hashText } from '#backend/hash'
import { randomNonce } from '../../crypto/random.js'
import { CountersignError } from '../../errors.js'
import type { Clock } from '../clock.js'
import { isClusterWorker } from './cluster.js'
import { FingerprintTable } from './fingerprint-table.js'
import { KeyShares } from './key-shares.js'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from './replay-store.js'

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
  /** Span of the signed times that are forgotten together. Default 30 000, more where the window is longer than half an hour. */
  readonly bucketMs?: number
  /**
   * Refuse what was signed before this store existed, up to `maxFutureMs` after its start: an earlier process may have
   * accepted it. `false` only where no earlier process can have, as in a test. Default `true`.
   */
  readonly restartBarrier?: boolean
  /** The verifier's clock, where it is not the wall clock. */
  readonly clock?: Clock
  /** Says that no other process answers for the same keys, which in a cluster worker must be said. */
  readonly singleProcess?: boolean
}

/** Remembers nonces in this process's memory. */
export interface MemoryReplayStore extends ReplayStore {
  claim(claim: ReplayClaim): ReplayOutcome
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  /** Nonces remembered now. */
  readonly size: number
  /** Bytes of the tables they are in. */
  readonly bytes: number
}

/**
 * A replay store for one process: bounded, without timers, and it never forgets a nonce that could still be replayed. Full
 * means refused. What it cannot vouch for is refused as well: times before it started or before its window (`barrier`), and
 * times further ahead than it has room for (`full`).
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a bad number, and in a cluster worker: each worker would accept the same
 *   message once. Share a store between them, or say `singleProcess: true`.
 * @example
 * ```ts
 * import { memoryReplayStore } from 'countersign/server'
 *
 * const replay = memoryReplayStore({ maxEntries: 200_000, maxAgeMs: 60_000, maxFutureMs: 1_000 })
 * ```
 */
export function memoryReplayStore(options: MemoryReplayOptions = {}): MemoryReplayStore {
  if (options.singleProcess !== true && isClusterWorker()) {
    throw new CountersignError(
      'CONFIG_INVALID',
      'memoryReplayStore in a cluster worker accepts a replay once per worker: use a shared store, or say singleProcess: true',
    )
  }
  return new BucketStore(options)
}

const HOUR = 3_600_000
// Buckets of the ring: each holds up to its span of what is dead already, and each costs every key a counter.
const FEW = 60
const MANY = 600

/**
 * A ring of tables by *signed* time: a replay carries the same time, so one table is probed, and a table whose time has
 * passed the window is dropped whole.
 */
class BucketStore implements MemoryReplayStore {
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly #bucketMs: number
  readonly #maxEntries: number
  readonly #maxPerKey: number
  readonly #ring: Array<FingerprintTable | undefined>
  readonly #shares: KeyShares
  /** Makes fingerprints of this process's own: nobody can choose nonces that crowd into one place of a table. */
  readonly #seed = randomNonce()
  #size = 0
  /** Time never goes back here: a bucket that was dropped stays out of reach. */
  #latestMs: number
  /** Signed times up to this one are not known. `undefined` until a clock that runs has been seen. */
  #barrierMs: number | undefined
  /** Every bucket before this one is empty. */
  #oldest = Number.NEGATIVE_INFINITY

  constructor(options: MemoryReplayOptions) {
    const { maxEntries = 1_000_000, maxPerKeyShare = 0.1, maxAgeMs = 300_000, maxFutureMs = 5_000 } = options
    const { restartBarrier = true, clock = { now: Date.now } } = options
    assertRange('maxEntries', maxEntries, 1, 2 ** 26)
    assertRange('maxAgeMs', maxAgeMs, 1_000, 24 * HOUR)
    assertRange('maxFutureMs', maxFutureMs, 0, 24 * HOUR)
    const spanMs = maxAgeMs + maxFutureMs
    const { bucketMs = Math.max(30_000, Math.ceil(spanMs / FEW)) } = options
    assertRange('bucketMs', bucketMs, Math.ceil(spanMs / MANY), spanMs)
    if (!(maxPerKeyShare > 0 && maxPerKeyShare <= 1)) {
      throw new CountersignError('CONFIG_INVALID', '"maxPerKeyShare" expected a number above 0 and at most 1')
    }
    this.maxAgeMs = maxAgeMs
    this.maxFutureMs = maxFutureMs
    this.#bucketMs = bucketMs
    this.#maxEntries = maxEntries
    this.#maxPerKey = Math.max(1, Math.floor(maxEntries * maxPerKeyShare))
    const places = Math.ceil(spanMs / bucketMs) + 2
    this.#ring = new Array<FingerprintTable | undefined>(places).fill(undefined)
    this.#shares = new KeyShares(places)
    const startedMs = restartBarrier ? clock.now() : Number.NEGATIVE_INFINITY
    this.#latestMs = startedMs
    // Some workers' clocks stand at 0 until the first request; the barrier then starts there.
    this.#barrierMs = startedMs === 0 ? undefined : startedMs + maxFutureMs
  }

  get size(): number {
    this.#forget()
    return this.#size
  }

  get bytes(): number {
    return this.#ring.reduce((sum, table) => sum + (table?.bytes ?? 0), 0)
  }

  claim({ keyId, nonce, createdMs, expiresAtMs, nowMs }: ReplayClaim): ReplayOutcome {
    if (nowMs > this.#latestMs) this.#latestMs = nowMs
    const latest = this.#latestMs
    if (this.#barrierMs === undefined) this.#barrierMs = latest + this.maxFutureMs
    // Asked for what is right, so that a NaN can only ever refuse.
    if (!(createdMs > this.#barrierMs && createdMs >= latest - this.maxAgeMs && expiresAtMs > latest)) return 'barrier'
    if (!(createdMs <= latest + this.maxFutureMs)) return 'full'
    this.#forget()

    const digest = hashText('sha256', `${this.#seed}${keyId}\n${createdMs}\n${nonce}`, 'hex')
    // The lowest bit marks a slot as taken; 127 bits are left to tell nonces apart.
    const a = (word(digest, 0) | 1) >>> 0
    const b = word(digest, 8)
    const c = word(digest, 16)
    const d = word(digest, 24)
    const place = mod(Math.floor(createdMs / this.#bucketMs), this.#ring.length)
    const table = this.#ring[place] ?? new FingerprintTable()
    const found = table.find(a, b, c, d)
    if (found >= 0) return 'replay'
    if (this.#size >= this.#maxEntries || this.#shares.of(keyId) >= this.#maxPerKey) return 'full'
    table.insert(found, a, b, c, d)
    this.#ring[place] = table
    this.#shares.add(keyId, place)
    this.#size++
    return 'claimed'
  }

  /** Drops the buckets that the window has passed. */
  #forget(): void {
    const oldest = Math.floor((this.#latestMs - this.maxAgeMs) / this.#bucketMs)
    if (oldest === this.#oldest) return
    const places = this.#ring.length
    for (let id = Math.max(this.#oldest, oldest - places); id < oldest; id++) {
      const place = mod(id, places)
      const table = this.#ring[place]
      if (table === undefined) continue
      this.#size -= table.size
      this.#ring[place] = undefined
      this.#shares.clear(place)
    }
    this.#oldest = oldest
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

function assertRange(name: string, value: number, from: number, to: number): void {
  if (!Number.isSafeInteger(value) || value < from || value > to) {
    throw new CountersignError('CONFIG_INVALID', `"${name}" expected an integer from ${from} to ${to}`)
  }
}
