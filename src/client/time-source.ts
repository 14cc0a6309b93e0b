import { utf8Decode } from '../crypto/encoding.js'
import { assertOptions, fail, isCountersignError, mustBe, type OptionNames } from '../errors.js'
import type { TimeSource } from '../sources/server-clock.js'
import { assertParts, FETCH } from '../support/asked.js'
import { readSource } from './fetch/body.js'
import type { TransportOption } from './fetch/options.js'
import { AS_SYMBOL, type InsecureOption, secureUrl } from './fetch/origins.js'

/** Options of {@link dateHeaderTime} and {@link jsonTime}. */
export interface TimeSourceOptions extends InsecureOption, TransportOption {}

const KNOWN: OptionNames<TimeSourceOptions> = { fetch: 1 }
const HINTS = { allowInsecure: AS_SYMBOL }
const MAX_BYTES = 4096
// RFC 9110 5.6.7: the preferred form, the only one a server may send.
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

const untrusted: (what: string) => never = (what) => fail('CLOCK_UNTRUSTED', `the time source must answer ${what}`)

/** Asks without cookies, caches or redirects: the answer of another server is not this server's time. */
async function ask(url: URL, method: string, options: TimeSourceOptions, signal: AbortSignal): Promise<Response> {
  const { fetch: transport = (to, init) => globalThis.fetch(to, init) } = options
  const response = (await transport(url.href, {
    method,
    signal,
    redirect: 'manual',
    headers: { 'cache-control': 'no-cache' },
  })) as Response
  // RFC 9111 5.1: a stored answer has the time at which it was stored.
  if (/[1-9]/.test(response.headers.get('age') ?? '')) untrusted('a time of its own, got one from a cache')
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400))
    untrusted('itself, got a redirect: state its final URL')
  return response
}

/**
 * The server's time from the `Date` field of any answer (RFC 9110 6.6.1): whole seconds, so up to a second late. Across
 * origins a page only sees it with `Access-Control-Expose-Headers: date`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` unless the URL is https or of this machine. The source rejects with
 *   `CLOCK_UNTRUSTED` for an answer without a date, from a cache, or from somewhere else.
 * @example
 * ```ts
 * import { dateHeaderTime, serverClock } from 'countersign/client'
 *
 * const clock = serverClock({ source: dateHeaderTime('https://api.example.com/') })
 * await clock.sync()
 * ```
 */
export function dateHeaderTime(url: string, options: TimeSourceOptions = {}): TimeSource {
  assertOptions('dateHeaderTime', options, KNOWN, HINTS)
  assertParts('dateHeaderTime', options, FETCH)
  const target = secureUrl('url', url, options)
  return async (signal) => {
    const response = await ask(target, 'HEAD', options, signal)
    const text = response.headers.get('date') ?? ''
    const time = IMF_FIXDATE.test(text) ? new Date(text) : undefined
    // A date that prints itself again is one that exists.
    return time?.toUTCString() === text ? time.getTime() : untrusted('with the Date of HTTP')
  }
}

/**
 * The server's time from a JSON answer, such as an exchange's `/time`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` unless the URL is https or of this machine. The source rejects with
 *   `CLOCK_UNTRUSTED` for an answer that is not 200, too long, no JSON, or from which `pick` gets no integer.
 * @example
 * ```ts
 * import { jsonTime, serverClock } from 'countersign/client'
 *
 * const pick = (body: unknown): unknown => (body as { serverTime?: unknown }).serverTime
 * const clock = serverClock({ source: jsonTime('https://api.example.com/v1/time', pick) })
 * ```
 */
export function jsonTime(url: string, pick: (body: unknown) => unknown, options: TimeSourceOptions = {}): TimeSource {
  assertOptions('jsonTime', options, KNOWN, HINTS)
  assertParts('jsonTime', options, FETCH)
  mustBe(typeof pick === 'function', 'pick', 'a function', pick)
  const target = secureUrl('url', url, options)
  return async (signal) => {
    const response = await ask(target, 'GET', options, signal)
    if (response.status !== 200) return untrusted(`200, got ${response.status}`)
    const bytes = response.body
      ? await readSource(response.body, MAX_BYTES, signal)
      : new Uint8Array(await response.arrayBuffer())
    let milliseconds: unknown
    try {
      milliseconds = pick(JSON.parse(utf8Decode(bytes) ?? ''))
    } catch (error) {
      // What a selector did not find is said by name.
      if (isCountersignError(error)) throw error
      return untrusted('JSON with a time')
    }
    return Number.isSafeInteger(milliseconds) ? (milliseconds as number) : untrusted('integer milliseconds')
  }
}
