import { fail } from '../../errors.js'
import { type Draft, fieldOf } from '../spec/draft.js'

/** The type of the body, which is signed; '' where there is none. */
export const typeOf = (draft: Draft): string => (draft.body === '' ? '' : fieldOf(draft, 'content-type'))

/**
 * Nothing stands between the path and the type: only a type that is known says where the path ends.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for any other.
 */
export function readType(draft: Draft): void {
  const type = fieldOf(draft, 'content-type')
  if (draft.body !== '' && type !== 'application/x-www-form-urlencoded' && type !== 'application/json')
    fail('AUTH_MALFORMED', '"Content-Type" must be that of a form, or JSON')
}
