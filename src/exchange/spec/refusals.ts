import { fail } from '../../errors.js'
import type { Draft } from './draft.js'

/** A rule of the verifying side: it completes the draft, or refuses what contradicts the request. */
export type ReadRule = (draft: Draft) => void

/** What parts of a request must not match. */
export type Refused = Readonly<Partial<Record<'path' | 'query' | 'body', RegExp>>>

/** Percent-encoding with a digit of lower case, which RFC 3986 2.1 does not write. */
export const LOWER_CASE: RegExp = /%(?:[a-f]|.[a-f])/

/**
 * What an exchange's own clients never send, by part of the request: where parts are signed without anything between them, it says
 * where the one ends and the next begins.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` with the message: the rule, for a part that matches.
 */
export const refuses =
  (not: Refused, message: string): ReadRule =>
  (draft) => {
    for (const part in not) if (not[part as 'path']?.test(draft[part as 'path'])) fail('AUTH_MALFORMED', message)
  }
