import { assertInteger, assertOptions, fail, isCountersignError, mustBe, type OptionNames } from '../errors.js'
import { assertParts, assertUnit, LOCAL, MONOTONIC } from '../support/asked.js'
import type { Clock } from './sources.js'

/** Asks a server for its time once: milliseconds since the epoch, never later than the truth. */
export type TimeSource = (signal: AbortSignal) => Promise<number>

/** Options of {@link serverClock}. */
export interface ServerClockOptions {
  /** Such as `dateHeaderTime(url)` or `jsonTime(url, pick)`. */
  readonly source: TimeSource
  /** How often to ask in one go; the shortest round trip wins. 1 to 20, default 5. */
  readonly samples?: number
  /** How far from the local clock an answer is accepted. Default 300 000. */
  readonly maxCorrectionMs?: number
  /** Answers that took longer are too inexact. Default 5 000. */
  readonly maxRoundTripMs?: number
  /** After this long a new sync is due, because clocks drift. Default 900 000. */
  readonly maxAgeMs?: number
  /** The least time between two attempts, however often one is requested. Default 30 000. */
  readonly cooldownMs?: number
  /** The local wall clock. Default `Date.now`. */
  readonly local?: () => number
  /** Milliseconds that never jump. Default `performance.now`. */
  readonly monotonic?: () => number
}

/** The time of a server, as far as it is known here. */
export interface ServerClock extends Clock {
  /** Local time until the first {@link ServerClock.sync}; then the server's, or a little less. */
  now(): number
  readonly needsSync: boolean
  /** What is added to the local clock at this moment, in milliseconds. */
  readonly offsetMs: number
  /**
   * Measures again, unless that was done less than `cooldownMs` ago. Calls at the same time share one measurement.
   *
   * @throws {CountersignError} `CLOCK_UNTRUSTED` when the answer is further away than `maxCorrectionMs`, or when there is
   *   none. The clock then stays as it was.
   */
  sync(): Promise<boolean>
}

const KNOWN: OptionNames<ServerClockOptions> = {
  source: 2,
  samples: 1,
  maxCorrectionMs: 1,
  maxRoundTripMs: 1,
  maxAgeMs: 1,
  cooldownMs: 1,
  local: 1,
  monotonic: 1,
}

interface Anchor {
  readonly serverMs: number
  readonly localMs: number
  readonly ticks: number
}

// Two crystals, 100 parts per million each: an honest monotonic clock may run this much too fast.
const PACE = 1 - 2e-4
const MATERIAL_MS = 1_000

/**
 * The server's time for a machine whose own clock is wrong. It measures several round trips, uses the shortest, and errs
 * late: a time from the server's future would be refused at once, and could be kept for later by its forger. A forged
 * answer moves it by `maxCorrectionMs` at most, counted from the local clock, however often it is asked.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options out of range.
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { createSignedFetch, dateHeaderTime, serverClock } from 'countersign/client'
 *
 * const clock = serverClock({ source: dateHeaderTime('https://api.example.com/time') })
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'], clock })
 * ```
 */
export function serverClock(options: ServerClockOptions): ServerClock {
  assertOptions('serverClock', options, KNOWN)
  const { source, samples = 5, maxCorrectionMs = 300_000, maxRoundTripMs = 5_000 } = options
  const { maxAgeMs = 900_000, cooldownMs = 30_000, local = Date.now, monotonic = () => performance.now() } = options
  assertParts('serverClock', options, LOCAL, MONOTONIC)
  assertUnit('serverClock: ', { now: local }, '"local" must answer')
  mustBe(typeof source === 'function', 'source', 'a function such as dateHeaderTime(url)', source)
  assertInteger('samples', samples, 1, 20)
  for (const [name, value] of Object.entries({ maxCorrectionMs, maxRoundTripMs, maxAgeMs, cooldownMs })) {
    if (!(typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY))
      fail('CONFIG_INVALID', `"${name}" must be milliseconds, 0 or more`)
  }
  let anchor: Anchor | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let running: Promise<boolean> | undefined

  // Carried on by the monotonic clock: setting the wall clock moves nothing, and after a sleep of the machine it is late.
  const now = (): number =>
    anchor === undefined ? local() : Math.floor(anchor.serverMs + (monotonic() - anchor.ticks) * PACE)

  const measure = async (): Promise<boolean> => {
    let best: (Anchor & { readonly tookMs: number }) | undefined
    let cause: unknown
    for (let i = 0; i < samples; i++) {
      const sent = monotonic()
      try {
        const serverMs = await source(AbortSignal.timeout(Math.ceil(maxRoundTripMs)))
        const ticks = monotonic()
        const tookMs = ticks - sent
        // The answer was true at some moment of the round trip. Taken as its end, it is late by at most its length.
        if (
          Number.isSafeInteger(serverMs) &&
          tookMs <= maxRoundTripMs &&
          !(tookMs >= (best?.tookMs ?? Number.MAX_VALUE))
        )
          best = { serverMs, localMs: local(), ticks, tookMs }
      } catch (error) {
        cause = error
      }
    }
    if (best === undefined)
      fail(
        'CLOCK_UNTRUSTED',
        // Of other errors the text is the platform's, which is in the cause.
        `no usable time in ${samples} answers${isCountersignError(cause) ? `: ${cause.message}` : ''}`,
        { cause },
      )
    const awayMs = Math.abs(best.serverMs - best.localMs)
    if (!(awayMs <= maxCorrectionMs))
      fail(
        'CLOCK_UNTRUSTED',
        `the local clock is ${Math.round(awayMs)} ms ${best.serverMs > best.localMs ? 'behind' : 'ahead of'} the server; "maxCorrectionMs" allows ${maxCorrectionMs}`,
      )
    const before = now()
    anchor = best
    return Math.abs(now() - before) >= MATERIAL_MS
  }

  return {
    now,
    get offsetMs() {
      return now() - local()
    },
    get needsSync() {
      if (anchor === undefined) return true
      const passedMs = monotonic() - anchor.ticks
      // The two clocks part when one of them jumps or sleeps.
      return passedMs > maxAgeMs || Math.abs(local() - anchor.localMs - passedMs) > MATERIAL_MS
    },
    sync: async () => {
      if (running !== undefined) return running
      if (monotonic() - askedAt < cooldownMs) return false
      askedAt = monotonic()
      running = measure().finally(() => {
        running = undefined
      })
      return running
    },
  }
}
