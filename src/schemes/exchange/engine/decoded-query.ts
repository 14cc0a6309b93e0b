import type { VenueSpec } from './spec.js'

/**
 * What a signature proves where the query is signed decoded: not the query, in which an encoded "&" and a real one are alike;
 * and with a query not the body, which could have been the end of it.
 */
export const decodedQuery: Required<Pick<VenueSpec, 'covers' | 'uncovered'>> = {
  covers: ['method', 'path', 'parameters', 'body'],
  uncovered: ({ query }) => (query === '' ? [] : ['body']),
}
