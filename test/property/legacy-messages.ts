import type fc from 'fast-check'
import type { HttpRequest } from '../../src/message/message.js'
import { arbitraryRequest } from './rfc9421-messages.js'

/** Requests without fields of these lower-case names, which a scheme adds itself. */
export const requestsWithout = (...names: readonly string[]): fc.Arbitrary<HttpRequest> =>
  arbitraryRequest.map((request) => ({
    ...request,
    fields: request.fields.filter((_, at) => !names.includes((request.fields[at - (at % 2)] as string).toLowerCase())),
  }))
