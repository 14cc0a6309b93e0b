import { CountersignError } from '../../../errors.js'
import type { Draft } from './draft.js'
import type { VenueSpec } from './spec.js'

const BRACKET = /[{[]|%[57]b/i

/**
 * Where the query is signed decoded and the body follows it with nothing between, the first bracket of what is signed must be where
 * the body starts: `?a={}` and `?a=` with the body `{}` are one text. What reads in two ways is refused: no exchange that signs so
 * has bodies on GET, or JSON in the query of anything else.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`
 */
function apart({ method, query, body }: Draft): void {
  const reads = method === 'GET' || method === 'HEAD'
  if (reads && body !== '') throw new CountersignError('AUTH_MALFORMED', `a ${method} must have no body`)
  if (!reads && BRACKET.test(query))
    throw new CountersignError('AUTH_MALFORMED', `the query of a ${method} must not hold JSON, encoded or not`)
  if (body !== '' && !/^[{[]/.test(body))
    throw new CountersignError('AUTH_MALFORMED', 'the body must start as JSON does')
}

/**
 * What a signature proves where the query is signed decoded: not the query, in which an encoded "&" and a real one are alike,
 * but its parameters, and the body.
 */
export const decodedQuery: Required<Pick<VenueSpec, 'covers' | 'read'>> = {
  covers: ['method', 'path', 'parameters', 'body'],
  read: apart,
}
