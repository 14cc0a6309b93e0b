import { Readable } from 'node:stream'
import type { Pool } from 'undici'
import { CountersignError, fail, isCountersignError } from '../errors.js'
import { type FieldLines, fieldValues } from '../message/fields.js'
import type { Ending } from './hang-up.js'

/** A request as it goes to an upstream: exactly these lines, besides `Host`, the length and `Connection`. */
export interface UpstreamRequest {
  readonly method: string
  /** Raw, as it stands on the wire. */
  readonly target: string
  readonly fields: FieldLines
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | null
  readonly signal: Ending
}

/** An answer whose body is still on its way. */
export interface UpstreamAnswer {
  readonly status: number
  readonly fields: FieldLines
  readonly body: Readable
}

/** Connections to one origin. */
export interface Upstream {
  readonly origin: string
  /**
   * Sends once: nothing is repeated here, whatever becomes of it.
   *
   * @throws {CountersignError} `UPSTREAM_UNAVAILABLE`, `UPSTREAM_TIMEOUT`; the signal's reason; an error of the body.
   */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>
  close(): Promise<void>
}

/** Options of {@link openUpstream}. */
export interface UpstreamSettings {
  readonly origin: string
  /** Until the head of the answer has come, and between two pieces of its body. */
  readonly timeoutMs: number
  /** Connections at the same time; further requests wait. */
  readonly connections: number
}

type Undici = typeof import('undici')

/** undici, of the caller's installation. @throws {CountersignError} `CONFIG_INVALID` where it is not there. */
export async function loadUndici(load: () => Promise<Undici> = () => import('undici')): Promise<Undici> {
  try {
    return await load()
  } catch {
    return fail('CONFIG_INVALID', 'a proxy needs the package "undici" beside this one: npm install undici')
  }
}

const CONNECT_MS = 10_000

/** A pool of connections to one origin. undici follows no redirect, decodes nothing and repeats nothing. */
export function openUpstream({ Pool }: Undici, { origin, timeoutMs, connections }: UpstreamSettings): Upstream {
  const pool: Pool = new Pool(origin, {
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 4_000,
    connect: { timeout: Math.min(CONNECT_MS, timeoutMs) },
    allowH2: false,
  })
  return {
    origin,
    send: async ({ method, target, fields, body, signal }) => {
      try {
        const {
          statusCode,
          headers,
          body: stream,
        } = await pool.request({
          method: method as 'GET',
          path: target,
          headers: fields as string[],
          body: body as Uint8Array | null,
          signal,
          responseHeaders: 'raw',
        })
        // A reader listens too; until then, and where it is thrown away, an error ends nothing else.
        stream.on('error', () => {})
        const answer = { status: statusCode, fields: headers as unknown as string[], body: stream }
        return isWithoutBody(answer) ? withoutBody(answer) : answer
      } catch (error) {
        throw failureOf(error, signal, origin)
      }
    },
    // Without waiting for answers: who closes has waited.
    close: () => pool.destroy().catch(() => {}),
  }
}

/** RFC 9110 15.4.5: a 304 may state the length that a 200 would have; undici waits for as much and then fails. */
const isWithoutBody = ({ status, fields }: UpstreamAnswer): boolean =>
  (status === 304 || status === 204) && /[1-9]/.test(fieldValues(fields, 'content-length')[0] ?? '')

function withoutBody({ status, fields, body }: UpstreamAnswer): UpstreamAnswer {
  body.destroy()
  // RFC 9110 8.6: a 204 has no such field.
  const kept = fields.filter((_, at) => status === 304 || fields[at - (at % 2)]?.toLowerCase() !== 'content-length')
  return { status, fields: kept, body: Readable.from([]) }
}

const TIMEOUTS: ReadonlySet<unknown> = new Set([
  ...['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'],
])

/** The error of a transport in the words of this package. */
export function failureOf(error: unknown, signal: Ending, origin: string): unknown {
  if (signal.aborted) return signal.reason
  if (isCountersignError(error)) return error
  const { code } = Object(error) as { readonly code?: unknown }
  const reason = typeof code === 'string' && /^[A-Z_0-9]{2,48}$/.test(code) ? code : 'no reason given'
  // Not the cause itself: undici's errors hold the request.
  return TIMEOUTS.has(code)
    ? new CountersignError('UPSTREAM_TIMEOUT', `${origin} did not answer in time: ${reason}`)
    : new CountersignError('UPSTREAM_UNAVAILABLE', `${origin} cannot be reached or ended the connection: ${reason}`)
}
