import { CountersignError } from '../../errors.js'
import type { Draft } from './draft.js'
import type { ExchangeSpec } from './spec.js'

const OPENING = /[{[]|%[57]b/i
// White space of JSON behind the bracket, as it is or encoded.
const CLOSING = /(?:[}\]]|%[57]d)(?:[\s+]|%(?:20|09|0a|0d))*$/i

/** Whether a body is a JSON object or array by its first and its last character. */
function isEnclosed(body: string): boolean {
  let end = body.length
  while (' \t\n\r'.includes(body[end - 1] ?? 'x')) end--
  return /[{[]/.test(body[0] as string) && /[}\]]/.test(body[end - 1] ?? '')
}

/**
 * Where the query is signed decoded and the body follows it with nothing between, `?a={}` and `?a=` with the body `{}` are one
 * text. So that it reads in one way: a body is JSON from its first bracket to its last, with none in the query before it, and a
 * query that holds brackets does not end with one (`?ids[0]=1` is no JSON). No exchange that signs so has bodies on GET.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`
 */
function apart({ method, query, body }: Draft): void {
  const reads = method === 'GET' || method === 'HEAD'
  if (reads && body !== '') throw new CountersignError('AUTH_MALFORMED', `a ${method} must have no body`)
  if (!reads && OPENING.test(query) && (body !== '' || CLOSING.test(query)))
    throw new CountersignError('AUTH_MALFORMED', `the query of a ${method} must not hold JSON, encoded or not`)
  if (body !== '' && !isEnclosed(body))
    throw new CountersignError('AUTH_MALFORMED', 'the body must be a JSON object or array')
}

/**
 * What a signature proves where the query is signed decoded: not the query, in which an encoded "&" and a real one are alike,
 * but its parameters, and the body.
 */
export const decodedQuery: Required<Pick<ExchangeSpec, 'covers' | 'read'>> = {
  covers: ['method', 'path', 'parameters', 'body'],
  read: apart,
}
