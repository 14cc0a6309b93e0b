import type { Draft } from '../spec/draft.js'
import { assertNotBoth } from '../spec/one-place.js'
import { canonicalPairs, joinPairs } from '../spec/pairs.js'

/** By name, encoded, spaces as %20. A body is one more parameter, and the only one that is not encoded. */
export function poloniexText(draft: Draft): string {
  assertNotBoth(draft)
  const { method, path, query, body, time } = draft
  const stamp = `signTimestamp=${time}`
  const pairs = body === '' ? canonicalPairs(joinPairs(query, stamp)) : `requestBody=${body}&${stamp}`
  return [method, path, pairs].join('\n')
}
