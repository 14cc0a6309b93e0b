import type { ReportedToken } from './judge.js'

const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

const HEADERS: Readonly<Partial<Record<keyof typeof TITLES, Readonly<Record<string, string>>>>> = {
  // RFC 9110 11.6.1: a 401 carries at least one challenge.
  401: { 'www-authenticate': 'Signature' },
  405: { allow: 'POST' },
  503: { 'retry-after': '60' },
}

/** RFC 9457 problem details that depend on the status alone. */
export function leakProblem(status: keyof typeof TITLES): Response {
  const code = status === 400 || status === 401 || status === 413 ? { code: 'LEAK_REPORT_REFUSED' } : {}
  return new Response(JSON.stringify({ type: 'about:blank', title: TITLES[status], status, ...code }), {
    status,
    headers: { 'cache-control': 'no-store', 'content-type': 'application/problem+json', ...HEADERS[status] },
  })
}

/** GitHub's feedback, one entry a match: `token_hash` in place of the token, which goes nowhere any more. */
export const leakAnswer = (tokens: readonly ReportedToken[], known: ReadonlySet<string>): Response =>
  new Response(
    JSON.stringify(
      tokens.map(({ tokenHash, type }) => ({
        token_hash: tokenHash,
        token_type: type,
        label: known.has(tokenHash) ? 'true_positive' : 'false_positive',
      })),
    ),
    { status: 200, headers: { 'cache-control': 'no-store', 'content-type': 'application/json' } },
  )
