import { assertInteger, assertOptions, fail, mustBe, type OptionNames } from '../errors.js'
import { assertParts, assertUnit, CLOCK, timeOf } from '../support/asked.js'
import { type Clock, type Nonces, systemClock } from './sources.js'

/** Keeps the highest nonce of a key beyond this process. Its calls are synchronous: nothing is handed out before it is safe. */
export interface NonceStore {
  /** What {@link NonceStore.write} last got for this key: decimal digits. */
  read(keyId: string): string | undefined
  /** Called before a nonce up to this mark is handed out, ahead of need by `reserveMs`, so rarely. */
  write(keyId: string, mark: string): void
  /**
   * Present where several processes share the key; it is then asked for every nonce, and `read` and `write` for none. In one
   * step that no other process comes between: returns and remembers a value that is at least `atLeast` and larger than
   * every one it returned before, to whomever. Decimal digits.
   */
  advance?(keyId: string, atLeast: string): string
}

/** Options of {@link increasingNonces}. */
export interface IncreasingNoncesOptions {
  /** The unit of time in which nonces count: 13, 16 or 19 digits. */
  readonly unit: 'ms' | 'us' | 'ns'
  /** Default: this machine's. */
  readonly clock?: Clock
  /** Default: none, which is enough while the clock is never set back across a restart. */
  readonly store?: NonceStore
  /** How far ahead marks are written; a restart may skip as much. Default 1 000. */
  readonly reserveMs?: number
  /** The largest value the server takes. Default 2^63-1. */
  readonly max?: bigint
}

const PER_MS = { ms: 1n, us: 1_000n, ns: 1_000_000n } as const
const DECIMAL = /^(?:0|[1-9]\d{0,38})$/

const KNOWN: OptionNames<IncreasingNoncesOptions> = { unit: 2, clock: 1, store: 1, reserveMs: 1, max: 1 }

/**
 * Nonces that strictly increase for each key, as decimal digits, for servers that remember only the last one. They follow the
 * clock and run ahead of it where it stands still or goes back. Requests of one key are signed and sent in turn. Share one
 * object between all clients that use the key.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. `next` throws `NONCE_EXHAUSTED` past `max`,
 *   `CONFIG_INVALID` for a stored mark that is not decimal digits, and what the store throws; no nonce is handed out then.
 * @example
 * ```ts
 * import { increasingNonces } from 'countersign/client'
 *
 * const nonces = increasingNonces({
 *   unit: 'us',
 *   store: {
 *     read: (keyId) => localStorage.getItem(`nonce:${keyId}`) ?? undefined,
 *     write: (keyId, mark) => localStorage.setItem(`nonce:${keyId}`, mark),
 *   },
 * })
 * ```
 */
export function increasingNonces(options: IncreasingNoncesOptions): Nonces {
  assertOptions('increasingNonces', options, KNOWN)
  const { unit, clock = systemClock, store, reserveMs = 1_000, max = 2n ** 63n - 1n } = options ?? {}
  assertParts('increasingNonces', options, CLOCK)
  assertUnit('increasingNonces: ', options?.clock)
  assertStore(store)
  mustBe(typeof max === 'bigint' && max >= 1n, 'max', 'a bigint from 1n', max)
  const perMs = PER_MS[unit] as bigint | undefined
  mustBe(perMs !== undefined, 'unit', '"ms", "us" or "ns"', unit)
  assertInteger('reserveMs', reserveMs, 1)
  const reserve = BigInt(reserveMs) * perMs
  const keys = new Map<string, { last: bigint; mark: bigint; turn: Promise<unknown> }>()

  const stateOf = (keyId: string): { last: bigint; mark: bigint; turn: Promise<unknown> } => {
    let state = keys.get(keyId)
    if (state === undefined) {
      const mark = markOf(store?.advance === undefined ? store?.read(keyId) : undefined)
      state = { last: mark, mark, turn: Promise.resolve() }
      keys.set(keyId, state)
    }
    return state
  }

  return {
    next: (keyId) => {
      const state = stateOf(keyId)
      const time = BigInt(Math.floor(timeOf(clock))) * perMs
      const wanted = time > state.last ? time : state.last + 1n
      const next = store?.advance === undefined ? wanted : markOf(store.advance(keyId, String(wanted)))
      if (next < wanted) fail('CONFIG_INVALID', '"store" must answer with a larger nonce')
      if (next > max) fail('NONCE_EXHAUSTED', 'the nonce of this key cannot increase any further')
      if (store !== undefined && store.advance === undefined && next > state.mark) {
        const mark = next + reserve
        store.write(keyId, String(mark))
        state.mark = mark
      }
      state.last = next
      return String(next)
    },
    inTurn: (keyId, job) => {
      const state = stateOf(keyId)
      const turn = state.turn.then(job)
      // The next caller waits for the end of this job, not for its success.
      state.turn = turn.catch(() => {})
      return turn
    },
  }
}

/** A store is asked when the first nonce is needed, which is too late for a refusal of its options. */
function assertStore(store: unknown): void {
  if (store === undefined) return
  const { read, write, advance } = Object(store) as Partial<Record<keyof NonceStore, unknown>>
  const isWhole =
    advance === undefined ? typeof read === 'function' && typeof write === 'function' : typeof advance === 'function'
  mustBe(isWhole, 'store', 'a store with read() and write(), or advance(), such as fileNonceStore(path)', store)
}

function markOf(text: string | undefined): bigint {
  if (text === undefined) return -1n
  if (!DECIMAL.test(text)) fail('CONFIG_INVALID', '"store" must answer with decimal digits')
  return BigInt(text)
}
