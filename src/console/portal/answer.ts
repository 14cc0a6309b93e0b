import { problem, problemOf } from '../../keyring/api/problem.js'
import { defined } from '../../support/defined.js'
import { Refusal } from './refusal.js'

/**
 * Fields of every answer. No page of any origin may frame it, guess its type, keep it, or read it from elsewhere; an answer of
 * the API that is opened as a page runs nothing.
 */
export const ANSWER_FIELDS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-robots-tag': 'noindex',
}

/** An answer in JSON. */
export const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { ...headers, 'content-type': 'application/json' } })

/** The answer to whatever was thrown. Nothing of an error that is not this package's goes out. */
export function problemFor(error: unknown): Response {
  if (!(error instanceof Refusal)) return problemOf(error)
  const { status, code, message, retryAfterMs } = error
  return problem(
    status,
    defined({
      code,
      ...(message !== '' && { detail: message }),
      ...(retryAfterMs !== undefined && { headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) } }),
    }),
  )
}

/** The answer with the fields that all have; of HEAD without content (RFC 9110 9.3.2). */
export function sealed(answer: Response, method: string): Response {
  const headers = new Headers(answer.headers)
  for (const [name, value] of Object.entries(ANSWER_FIELDS)) {
    // A page has a separate policy, and files with a hash in their names are kept.
    const isOwn = name === 'content-security-policy' || name === 'cache-control'
    if (!isOwn || !headers.has(name) || answer.status >= 400) headers.set(name, value)
  }
  return new Response(method === 'HEAD' ? null : answer.body, { status: answer.status, headers })
}
