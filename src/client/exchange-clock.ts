import { assertOptions, fail, isInteger, kindOf, mustBe, type OptionNames } from '../errors.js'
import { type AnswerTime, answerTime } from '../sources/answer-time.js'
import { type ServerClock, type ServerClockOptions, serverClock } from '../sources/server-clock.js'
import { assertParts, FETCH, LOCAL, MONOTONIC } from '../support/asked.js'
import { select } from '../support/selector.js'
import { AS_SYMBOL, allowInsecure } from './fetch/origins.js'
import { jsonTime, type TimeSourceOptions } from './time-source.js'

/** What a clock needs to know of an exchange: any exchange or signer of `countersign/exchange` is one. */
export interface TellsTime {
  /** What is known of the exchange. */
  readonly spec: {
    /** What the exchange is called in errors. */
    readonly name: string
    /** Where its public API is. */
    readonly origins: readonly string[]
    /** A public path, and where its answer states the time. */
    readonly clock?: { readonly path?: string } & Partial<AnswerTime>
  }
  /** Of a signer: it may have been made for another origin than the exchange's own. */
  readonly service?: { readonly origins: readonly string[]; readonly baseUrl?: string }
}

/** Options of {@link exchangeClock}: those of {@link serverClock} and of its source. */
export interface ExchangeClockOptions extends Omit<ServerClockOptions, 'source'>, TimeSourceOptions {
  /** Which of the exchange's hosts to ask. Default: the signer's, or the exchange's first. */
  readonly origin?: string
}

const KNOWN: OptionNames<ExchangeClockOptions> = {
  origin: 1,
  fetch: 1,
  samples: 1,
  maxCorrectionMs: 1,
  maxRoundTripMs: 1,
  maxAgeMs: 1,
  cooldownMs: 1,
  local: 1,
  monotonic: 1,
}

/**
 * The time of an exchange, from its own public endpoint. Like every {@link serverClock} it errs late, never early: exchanges
 * forgive a second of the future at most, and five or more of the past.
 *
 * A client that is given it asks for the time before its first request. When the exchange refuses a request for its time, it
 * asks once more and sends the request once more, signed anew; it never states a wider receive window.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an exchange without such an endpoint (its signers learn from the `Date` of a
 *   refusal all the same), and for options out of range.
 * @example
 * ```ts
 * import { createSignedFetch, exchangeClock } from 'countersign/client'
 * import { binance } from 'countersign/exchange/binance'
 *
 * const signer = binance({ apiKey: 'key', secret: 'secret' })
 * const binanceFetch = createSignedFetch(signer, { clock: exchangeClock(signer) })
 * ```
 */
export function exchangeClock(exchange: TellsTime, options: ExchangeClockOptions = {}): ServerClock {
  assertOptions('exchangeClock', options, KNOWN, { allowInsecure: AS_SYMBOL })
  assertParts('exchangeClock', options, FETCH, LOCAL, MONOTONIC)
  mustBe(typeof exchange?.spec?.name === 'string', 'exchange', 'an exchange or its signer', exchange)
  const { spec, service } = exchange
  const {
    origin = service?.baseUrl ?? service?.origins[0] ?? spec.origins[0],
    fetch,
    [allowInsecure]: insecure,
    ...measuring
  } = options
  const { path, time, unit } = spec.clock ?? {}
  if (path === undefined || time === undefined)
    fail('CONFIG_INVALID', `exchangeClock: ${spec.name} has no public time endpoint`)
  const pick = (answer: unknown): number => {
    const found = answerTime(answer, { time, unit })
    // A time in another unit is a thousand times too near or too far.
    if (isInteger(found, 1e11, 1e14)) return found
    const value = select(answer, time)
    return fail(
      'CLOCK_UNTRUSTED',
      `"clock.time" must lead to a time of "clock.unit" in the answer of ${path}, got ${
        typeof value === 'number' ? value : kindOf(value)
      } at "${time}" for "${unit ?? 'ms'}"`,
    )
  }
  const source = jsonTime(origin + path, pick, {
    ...(fetch && { fetch }),
    ...(insecure && { [allowInsecure]: insecure }),
  })
  return serverClock({ ...measuring, source })
}
