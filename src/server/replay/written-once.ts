import { base64url } from '../../crypto/encoding.js'
import { randomNonce } from '../../crypto/random.js'
import { assertInteger, assertOptions, fail, isCountersignError, type OptionNames } from '../../errors.js'
import { deadline } from '../../support/deadline.js'
import { type Attempts, createAttempts } from './attempts.js'
import {
  barrierPassed,
  claimFingerprint,
  type ReplayClaim,
  type ReplayOutcome,
  type ReplayStore,
} from './replay-store.js'

/**
 * Replay stores in databases that keep what they wrote: a claim writes one row, unless the row is there. Beside the rows of a
 * prefix lies a mark, the window they are kept for and the time since when: a database that was made anew or emptied has none,
 * and what was signed before the new one is refused.
 */

/** One nonce, as a row. */
export interface Row {
  readonly key: string
  /** Of the claim that writes it: the one that is found in the row was first. */
  readonly token: string
  /** From then on the row may go. */
  readonly expiresAtMs: number
}

/** What a database found while it wrote. */
export interface Written {
  /** What the row holds now: the own token, or that of the first claim. Unchecked. */
  readonly holder: unknown
  /** The mark, read with the row or behind it; left out where the database is asked for it alone, from time to time. */
  readonly mark?: unknown
  /** The database's clock, where it has one. */
  readonly storeMs?: number | undefined
}

/** The two questions to a database. Both may be repeated. */
export interface Rows {
  /** Writes the row where there is none, in one step. `mark` is the one that the claim counts on. */
  write(row: Row, mark: string): Promise<Written>
  /** The mark that is there, and where there is none, a new one: {@link markOf} the window and the store's time. */
  mark(window: string): Promise<unknown>
}

/** What every store of this kind takes. */
export interface WrittenOnceOptions {
  /**
   * Keeps the nonces of one service apart from others in the same database. A service that needs a longer window than before
   * takes another one, and processes with another one do not see its nonces: change it in all of them at once. Default `rp`.
   */
  readonly prefix?: string
  /** How long a claim may take. Default 2 000: these databases are asked over HTTP. */
  readonly deadlineMs?: number
  /** How old a signature may be; not less than the policy's `maxAgeMs`. Default 300 000. */
  readonly maxAgeMs?: number
  /** How far ahead its time may lie; not less than the policy's `maxFutureMs`. Default 5 000. */
  readonly maxFutureMs?: number
  /** By how much the clocks of the machines may differ. Default 1 000, or 3 600 000 where the database shows no clock. */
  readonly clockSkewMs?: number
  /** Claims that wait for an answer at most; more are refused at once. Default 10 000. */
  readonly maxPending?: number
}

/** The rows of an options table for them. */
export const WRITTEN_ONCE: OptionNames<WrittenOnceOptions> = {
  prefix: 1,
  deadlineMs: 1,
  maxAgeMs: 1,
  maxFutureMs: 1,
  clockSkewMs: 1,
  maxPending: 1,
}

/** A replay store in a database that keeps what it wrote. */
export interface WrittenOnceStore extends ReplayStore {
  /** Remembers a nonce, by a row that is written once. */
  claim(claim: ReplayClaim): Promise<ReplayOutcome>
  /**
   * Waits until freshly signed requests get past the barrier: at once for a prefix that is in use, `maxFutureMs`, `clockSkewMs` and
   * up to a second for a new one.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where the prefix is in use with a shorter window, `STORE_UNAVAILABLE` without an
   *   answer.
   */
  ready(): Promise<void>
  readonly barrierMs: number | undefined
  readonly maxAgeMs: number
  /** How far ahead a signed time may lie, in milliseconds. */
  readonly maxFutureMs: number
}

/** How a database differs from others of the kind. */
export interface RowsTraits {
  /** What the caller called. */
  readonly where: string
  /** Whether the database shows its own time with each answer. */
  readonly hasClock: boolean
  /** How long a mark is kept that no claim reads; `Infinity` where each one does. */
  readonly markMs: number
  /** Why the database refused; see `createAttempts`. */
  readonly refusalOf: (error: unknown) => string | undefined
}

/** The window, with what clocks may differ at either end. */
interface Mark {
  readonly text: string
  readonly ageMs: number
  readonly futureMs: number
  readonly sinceMs: number
}

const PREFIX = /^[\w.-]{1,64}$/
const MARK = /^(\d{4,9}) (\d{1,9}) ([1-9]\d{0,15})$/
const TOKEN = /^[A-Za-z0-9_-]{22}$/
/** A mark that changes with every question is not understood. */
const MARKS = 3
const HOUR_MS = 3_600_000
const READY_MS = 30_000

/** @throws {CountersignError} `CONFIG_INVALID` for bad options. */
export function writtenOnceStore(options: WrittenOnceOptions, rows: Rows, traits: RowsTraits): WrittenOnceStore {
  const { where, hasClock, refusalOf } = traits
  const { prefix = 'rp', deadlineMs = 2_000, maxAgeMs = 300_000, maxFutureMs = 5_000, maxPending = 10_000 } = options
  const { clockSkewMs = hasClock ? 1_000 : HOUR_MS } = options
  if (typeof prefix !== 'string' || !PREFIX.test(prefix))
    fail('CONFIG_INVALID', `${where}: "prefix" must be 1 to 64 letters, digits and ._-`)
  assertInteger('deadlineMs', deadlineMs, 10, 60_000, `${where}: `)
  assertInteger('maxAgeMs', maxAgeMs, 1_000, 86_400_000, `${where}: `)
  assertInteger('maxFutureMs', maxFutureMs, 0, 86_400_000, `${where}: `)
  assertInteger('clockSkewMs', clockSkewMs, 0, HOUR_MS, `${where}: `)
  assertInteger('maxPending', maxPending, 1, 1_000_000, `${where}: `)
  const window = { ageMs: maxAgeMs + clockSkewMs, futureMs: maxFutureMs + clockSkewMs }
  const attempts = createAttempts({ deadlineMs, maxPending, refusalOf })
  return new Store(rows, traits, { prefix, deadlineMs, maxAgeMs, maxFutureMs, window, attempts })
}

interface Settings {
  readonly prefix: string
  readonly deadlineMs: number
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly window: Pick<Mark, 'ageMs' | 'futureMs'>
  readonly attempts: Attempts
}

class Store implements WrittenOnceStore {
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly #rows: Rows
  readonly #traits: RowsTraits
  readonly #settings: Settings
  #mark: Mark | undefined
  #markAtMs = 0
  #barrierMs: number | undefined

  constructor(rows: Rows, traits: RowsTraits, settings: Settings) {
    this.maxAgeMs = settings.maxAgeMs
    this.maxFutureMs = settings.maxFutureMs
    this.#rows = rows
    this.#traits = traits
    this.#settings = settings
  }

  get barrierMs(): number | undefined {
    return this.#barrierMs
  }

  async ready(): Promise<void> {
    await barrierPassed(async () => {
      try {
        this.#mark = undefined
        const mark = await deadline(this.#known(), READY_MS)
        return mark.sinceMs + mark.futureMs - Date.now()
      } catch (error) {
        if (isCountersignError(error)) throw error
        const why = this.#traits.refusalOf(error) ?? 'it cannot be reached'
        fail('STORE_UNAVAILABLE', `replay store: the database could not be asked (${why})`)
      }
    })
  }

  async claim(claim: ReplayClaim): Promise<ReplayOutcome> {
    if (!(claim.nowMs < claim.expiresAtMs)) return 'barrier'
    const key = `${this.#settings.prefix}:${base64url(claimFingerprint(claim))}`
    const token = randomNonce()
    return this.#settings.attempts(() => this.#ask(key, token, claim))
  }

  async #ask(key: string, token: string, { createdMs }: ReplayClaim): Promise<ReplayOutcome> {
    for (let tries = 0; tries < MARKS; tries++) {
      const mark = await this.#known()
      const { deadlineMs } = this.#settings
      // By the window of the mark, which is the longest of all processes, and what may pass until a late answer is used.
      const expiresAtMs = createdMs + mark.ageMs + mark.futureMs + deadlineMs
      const { holder, mark: found, storeMs } = await this.#rows.write({ key, token, expiresAtMs }, mark.text)
      if (holder !== token && TOKEN.test(String(holder))) return 'replay'
      // Made anew, or emptied: what it held before is not known.
      if (found !== undefined && found !== mark.text) {
        this.#mark = undefined
        continue
      }
      if (holder !== token) fail('STORE_UNAVAILABLE', NONSENSE)
      const barrierMs = mark.sinceMs + mark.futureMs
      this.#barrierMs = barrierMs
      if (!(createdMs > barrierMs)) return 'barrier'
      return this.#inReach(createdMs, storeMs) ? 'claimed' : 'clock'
    }
    return 'barrier'
  }

  /** By the database's clock: what this machine's shows does not let a message be accepted after its row may have gone. */
  #inReach(createdMs: number, storeMs: number | undefined): boolean {
    const { ageMs, futureMs } = this.#settings.window
    return storeMs === undefined || (createdMs <= storeMs + futureMs && createdMs > storeMs - ageMs)
  }

  /** A value and no promise of it: in Workers a request must not wait for what another one has asked. */
  async #known(): Promise<Mark> {
    const nowMs = performance.now()
    if (this.#mark !== undefined && nowMs - this.#markAtMs < this.#traits.markMs) return this.#mark
    this.#mark = await this.#read()
    this.#markAtMs = nowMs
    return this.#mark
  }

  async #read(): Promise<Mark> {
    const { window } = this.#settings
    const text = await this.#rows.mark(`${window.ageMs} ${window.futureMs}`)
    const [, ageMs, futureMs, sinceMs] = (typeof text === 'string' && MARK.exec(text)) || []
    if (sinceMs === undefined) fail('STORE_UNAVAILABLE', 'replay store: the mark must be a window and a time')
    const mark = { text: text as string, ageMs: Number(ageMs), futureMs: Number(futureMs), sinceMs: Number(sinceMs) }
    if (mark.ageMs < window.ageMs || mark.futureMs < window.futureMs)
      fail(
        'CONFIG_INVALID',
        `${this.#traits.where}: "prefix" is in use with a shorter window (${mark.ageMs} ms back, ${mark.futureMs} ahead); take another one`,
      )
    return mark
  }
}

/** The text of a mark. */
export const markOf = (window: string, sinceMs: number): string => `${window} ${sinceMs}`

const NONSENSE = 'replay store: the row must hold the token of a claim'

/** What a database is called elsewhere, with what it is called here. */
export const databaseHints = (here: string): Readonly<Record<string, string>> =>
  Object.fromEntries(['client', 'pool', 'connection', 'database', 'db', 'binding', 'sql'].map((name) => [name, here]))

/** The options of a store of this kind, checked for names. */
export function assertRowsOptions(
  where: string,
  options: unknown,
  known: Parameters<typeof assertOptions>[2],
  database: string,
): void {
  assertOptions(where, options, known, { ...databaseHints(database), table: 'prefix', ttl: 'maxAgeMs' })
}
