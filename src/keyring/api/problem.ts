import type { ErrorCode } from '../../errors.js'
import { isCountersignError } from '../../errors.js'

/** Headers of every answer of this API, for caches and browsers. */
export const ANSWER_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/**
 * The answer to each code. `detail: true`: the error's own message goes out, which is about the request; otherwise this text,
 * or none. A code that is not here is a 500 without one.
 */
const ANSWERS: Readonly<Partial<Record<ErrorCode, { readonly status: number; readonly detail?: true | string }>>> = {
  ARGUMENT_INVALID: { status: 400, detail: true },
  BODY_TOO_LARGE: { status: 413, detail: true },
  CONFIG_INVALID: { status: 422, detail: true },
  KEY_MALFORMED: { status: 422, detail: true },
  KEY_UNSUPPORTED: { status: 422, detail: true },
  KEY_WEAK: { status: 422, detail: true },
  KEY_STATE: { status: 409, detail: true },
  SCOPE_DENIED: { status: 403, detail: true },
  // The same for an id that never was, that is no id, and that is of another owner.
  KEY_NOT_FOUND: { status: 404, detail: 'there is no such key' },
  STORE_CONFLICT: { status: 409, detail: 'the key changed concurrently: try again' },
  STORE_CORRUPTED: { status: 500 },
  STORE_UNAVAILABLE: { status: 503 },
}

/** RFC 9457 problem details. */
export function problem(
  status: number,
  { code, detail, headers }: { readonly code?: string; readonly detail?: string; readonly headers?: object } = {},
): Response {
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail }
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...ANSWER_HEADERS, 'content-type': 'application/problem+json', ...headers },
  })
}

/** The answer to whatever was thrown. Nothing of an error that is not this package's own goes out. */
export function problemOf(error: unknown): Response {
  const answer = isCountersignError(error) && Object.hasOwn(ANSWERS, error.code) ? ANSWERS[error.code] : undefined
  if (answer === undefined) return problem(500)
  const { code, message } = error as { readonly code: string; readonly message: string }
  const detail = answer.detail === true ? message : answer.detail
  return problem(answer.status, {
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(answer.status === 503 ? { headers: { 'retry-after': '1' } } : {}),
  })
}
