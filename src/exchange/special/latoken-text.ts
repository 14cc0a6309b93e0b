import type { Draft } from '../spec/draft.js'
import { flatMembers } from '../spec/flat-json.js'
import { assertOnePlace } from '../spec/one-place.js'

/** A text as it stands in the request. */
export const asRead = (text: string): string => text

/**
 * Method, path, and the parameters as pairs wherever they stand.
 *
 * @param query writes those of a query
 * @param text writes names and values of a JSON body
 */
export const latokenText =
  (query: (pairs: string) => string, text: (value: string) => string) =>
  (draft: Draft): string => {
    assertOnePlace(draft)
    const pairs =
      draft.body === ''
        ? query(draft.query)
        : flatMembers(draft.body)
            .map(([name, value]) => `${text(name)}=${text(value)}`)
            .join('&')
    return draft.method + draft.path + pairs
  }
