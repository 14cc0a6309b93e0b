import { CountersignError } from '../../errors.js'
import type { Draft } from './draft.js'

/**
 * For exchanges that sign the query of a GET and the body of everything else: what stands in the other place would not be
 * signed.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function assertOnePlace({ method, query, body }: Draft): void {
  if ((method === 'GET' ? body : query) !== '')
    throw new CountersignError(
      'MESSAGE_MALFORMED',
      `${method} must have ${method === 'GET' ? 'no body' : 'no query'}: this exchange does not sign it`,
    )
}

/**
 * For exchanges that sign the parameters of the body, and nothing of the query.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function assertNoQuery({ query }: Draft): void {
  if (query !== '')
    throw new CountersignError('MESSAGE_MALFORMED', 'the request must have no query: this exchange does not sign it')
}

/**
 * For exchanges whose page knows a query or a body and never both.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function assertNotBoth({ query, body }: Draft): void {
  if (query !== '' && body !== '')
    throw new CountersignError('MESSAGE_MALFORMED', 'parameters must be in the query or in the body, not in both')
}
