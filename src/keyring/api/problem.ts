import type { ErrorCode } from '../../errors.js'
import { isCountersignError } from '../../errors.js'
import { anyProblemText } from '../../support/any-problem.js'
import { defined } from '../../support/defined.js'
import { PROBLEM_TYPE } from '../../support/problem.js'

/** Headers of every answer of this API, for caches and browsers. */
export const ANSWER_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
}

/**
 * The answer to each code. `detail: true`: the error's message goes out, which is about the request; otherwise this text,
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
  return new Response(anyProblemText(status, { code, detail }), {
    status,
    headers: { ...ANSWER_HEADERS, 'content-type': PROBLEM_TYPE, ...headers },
  })
}

/** The answer to whatever was thrown. Nothing of an error that is not this package's goes out. */
export function problemOf(error: unknown): Response {
  const answer = isCountersignError(error) && Object.hasOwn(ANSWERS, error.code) ? ANSWERS[error.code] : undefined
  if (answer === undefined) return problem(500)
  const { code, message } = error as { readonly code: string; readonly message: string }
  const detail = answer.detail === true ? message : answer.detail
  return problem(
    answer.status,
    defined({
      code,
      detail,
      ...(answer.status === 503 && { headers: { 'retry-after': '1' } }),
    }),
  )
}
