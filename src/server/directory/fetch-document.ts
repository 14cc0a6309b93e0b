import { utf8Decode } from '../../crypto/encoding.js'
import { CountersignError, isCountersignError } from '../../errors.js'
import { fromHeaders } from '../../message/from-fetch.js'
import type { HttpRequest, HttpResponse } from '../../message/message.js'
import { parseUrl } from '../../message/target.js'
import { cappedBytes } from '../../support/body.js'
import { deadline } from '../../support/deadline.js'
import { defined } from '../../support/defined.js'
import { assertPublic, type Location } from './location.js'
import type { Settings } from './options.js'

/** Media type of a directory, from the draft "HTTP Message Signatures Directory". */
export const DIRECTORY_MEDIA_TYPE = 'application/http-message-signatures-directory+json'

/** The second is RFC 7517's own, the third what most servers of key sets send. */
const MEDIA_TYPES = [DIRECTORY_MEDIA_TYPE, 'application/jwk-set+json', 'application/json']

/** The answer of a directory. */
export interface Fetched {
  /** `undefined` after 304 Not Modified. */
  readonly text: string | undefined
  /** The answer as it came, for a separate signature. */
  readonly response: HttpResponse | undefined
  readonly etag: string | undefined
  /** How long it may be kept by its `Cache-Control`, `undefined` where it sets nothing. */
  readonly freshMs: number | undefined
}

const refused = (problem: string): CountersignError => new CountersignError('DIRECTORY_REFUSED', `directory ${problem}`)
const unavailable = (what: string, cause?: unknown): CountersignError =>
  new CountersignError('DIRECTORY_UNAVAILABLE', `directory ${what}`, cause === undefined ? {} : { cause })

/**
 * One fetch, bounded in time and size, without redirects.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED` for an answer that must not be used, `DIRECTORY_UNAVAILABLE` for none.
 */
export async function fetchDocument(location: Location, etag: string | undefined, options: Settings): Promise<Fetched> {
  const { timeoutMs } = options
  const controller = new AbortController()
  try {
    // A race, because not every fetch or lookup that is handed in listens to its signal.
    return await deadline(load(location, etag, options, controller.signal), timeoutMs, (ms) =>
      unavailable(`did not answer within ${ms} ms`),
    )
  } catch (error) {
    throw isCountersignError(error) ? error : unavailable('could not be fetched', error)
  } finally {
    // Whatever was not read is not wanted any more.
    controller.abort()
  }
}

async function load(
  { url, hostname }: Location,
  etag: string | undefined,
  { fetch, lookup, loopback, maxBytes, mediaTypes = MEDIA_TYPES, clock }: Settings,
  signal: AbortSignal,
): Promise<Fetched> {
  if (lookup !== undefined && hostname !== undefined) assertPublic(await lookup(hostname), loopback)
  const response = await fetch(url, {
    // Another place is another directory, and would pass no check of this one's.
    redirect: 'manual',
    headers: defined({ accept: mediaTypes.join(', '), 'if-none-match': etag }),
    signal,
  })
  const { status, headers } = response
  const moved = status >= 300 && status < 400 && status !== 304
  if (
    moved ||
    response.type === 'opaqueredirect' ||
    response.redirected ||
    (response.url !== '' && response.url !== url)
  )
    throw refused('must not redirect')
  const facts = { etag: etagOf(headers), freshMs: freshness(headers) }
  if (status === 304 && etag !== undefined)
    return { text: undefined, response: undefined, ...facts, etag: facts.etag ?? etag }
  if (status !== 200) {
    const error = unavailable(`must answer with status 200, got ${status}`)
    if (status === 429 || status === 503) waits.set(error, retryAfter(headers, clock.now()))
    throw error
  }
  const type = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (!mediaTypes.includes(type ?? '')) throw refused(`must have one of the media types ${mediaTypes.join(', ')}`)
  const body = await readBytes(response, maxBytes)
  const text = utf8Decode(body)
  if (text === undefined) throw refused('must be UTF-8')
  const request: HttpRequest = { method: 'GET', ...parseUrl(url), fields: [], body: null }
  return { text, response: { status, fields: fromHeaders(headers), body, request }, ...facts }
}

const waits = new WeakMap<object, number>()

/** For how long a directory that could not answer has asked not to be asked again. */
export const waitOf = (error: object): number => waits.get(error) ?? 0

/** RFC 9110 10.2.3: seconds, or a date; 0 for any other text. */
function retryAfter(headers: Headers, nowMs: number): number {
  const text = headers.get('retry-after') ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const dateMs = / GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(dateMs) ? 0 : Math.max(0, dateMs - nowMs)
}

async function readBytes(response: Response, maxBytes: number): Promise<Uint8Array> {
  try {
    return await cappedBytes(response, maxBytes)
  } catch (error) {
    throw isCountersignError(error, 'BODY_TOO_LARGE')
      ? refused(`must have at most ${maxBytes} bytes`)
      : unavailable('ended early', error)
  }
}

/** RFC 9110 8.8.3, bounded: it is kept and sent back. */
function etagOf(headers: Headers): string | undefined {
  const etag = headers.get('etag') ?? ''
  return /^(?:W\/)?"[\x21\x23-\x7e]{0,256}"$/.test(etag) ? etag : undefined
}

/** RFC 9111 4.2: `max-age` less the time it has already spent in caches. */
function freshness(headers: Headers): number | undefined {
  let seconds: number | undefined
  for (const part of (headers.get('cache-control') ?? '').toLowerCase().split(',')) {
    const [name, value = ''] = part.trim().split('=', 2)
    // Of several the strictest counts, and a value that is none is the strictest.
    if (name === 'no-store' || name === 'no-cache') seconds = 0
    if (name === 'max-age') seconds = Math.min(seconds ?? Number.POSITIVE_INFINITY, deltaSeconds(value) ?? 0)
  }
  if (seconds === undefined) return undefined
  return Math.max(0, seconds - (deltaSeconds(headers.get('age') ?? '0') ?? seconds)) * 1_000
}

function deltaSeconds(text: string): number | undefined {
  const digits = /^"?([0-9]{1,10})"?$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
