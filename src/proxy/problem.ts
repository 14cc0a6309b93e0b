import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { isCountersignError } from '../errors.js'
import { anyProblemText } from '../support/any-problem.js'
import { PROBLEM_TYPE } from '../support/problem.js'

/** A request that a proxy answers itself. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
}

export type Outgoing = ServerResponse | Http2ServerResponse

/** Statuses of the codes that a client of the proxy can do something about; any other failure to sign is 422. */
const STATUS: Readonly<Record<string, number>> = {
  ORIGIN_REFUSED: 403,
  ROUTE_REFUSED: 403,
  REDIRECT_REFUSED: 502,
  BODY_TOO_LARGE: 413,
  BODY_UNREADABLE: 400,
  BODY_CONSUMED: 500,
  CONFIG_INVALID: 500,
  METHOD_MALFORMED: 405,
  TARGET_MALFORMED: 400,
  NONCE_EXHAUSTED: 503,
  KEY_STATE: 503,
  CLOCK_UNTRUSTED: 503,
  SECRET_UNAVAILABLE: 503,
  UPSTREAM_TIMEOUT: 504,
  UPSTREAM_UNAVAILABLE: 502,
}

/** What to answer for an error. The text of one that is not the library's stays inside: a key may be a separate program. */
export function problemOf(error: unknown): Problem {
  if (!isCountersignError(error)) return { status: 500, code: 'HOST_FAULT', detail: 'an unexpected error in the proxy' }
  const { code, message } = error
  return { status: STATUS[code] ?? 422, code, detail: message }
}

/** RFC 9457 problem details with the code and the id under which the request is logged. `false` where an answer has begun. */
export function sendProblem(
  response: Outgoing,
  { status, code, detail }: Problem,
  requestId: string,
  close = false,
): boolean {
  if (response.headersSent || response.destroyed) return false
  const body = anyProblemText(status, { code, detail, requestId })
  const headers: Record<string, string> = {
    'content-type': PROBLEM_TYPE,
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    // RFC 9113 8.2.2: a connection of HTTP/2 has no such field.
    ...(close && !('stream' in response) && { connection: 'close' }),
    ...(status === 405 && { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' }),
  }
  ;(response as ServerResponse).writeHead(status, headers)
  response.end(body)
  return true
}
