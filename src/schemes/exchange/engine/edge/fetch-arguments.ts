import { CountersignError } from '../../../../errors.js'
import { assertFetchInit } from '../../../../message/fetch-init.js'
import { upperMethod } from '../../../../message/method.js'
import type { Service } from '../../../scheme.js'
import { compose } from '../compose.js'
import { emptyDraft, targetOf } from '../draft.js'
import type { Params } from '../params.js'
import { REQUEST_HINTS } from '../request-names.js'
import type { VenueSpec } from '../spec.js'

/** What a venue's fetch takes besides the platform's own options. */
export interface VenueFetchInit extends RequestInit {
  readonly params?: Params
  readonly json?: unknown
}

const OWN = ['params', 'json']

const invalid = (text: string): never => {
  throw new CountersignError('ARGUMENT_INVALID', text)
}

/**
 * Writes a bare path, `params` and `json` as what `fetch` takes; everything else stays as it is.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for values that cannot be written, and for members nothing reads.
 */
export const fetchArguments =
  (spec: VenueSpec, origin: string): Service<VenueFetchInit>['write'] =>
  (input, init) => {
    const target = typeof input === 'string' && input.startsWith('/') ? origin + input : input
    assertFetchInit(init, OWN, REQUEST_HINTS)
    const { params, json, ...rest } = init ?? {}
    if (rest.method !== undefined) rest.method = upperMethod(rest.method)
    if (params === undefined && json === undefined) return [target, rest]
    if (typeof target === 'object' && 'url' in target)
      return invalid(`"${params === undefined ? 'json' : 'params'}" must come with a URL, not with a Request`)
    const { method = 'GET' } = rest
    const draft = emptyDraft()
    const hasBody = rest.body !== undefined && rest.body !== null
    const type = compose(spec, draft, { method, path: String(target), params, json, hasBody })
    if (draft.body === '') return [targetOf(draft), rest]
    const headers = new Headers(rest.headers)
    if (!headers.has('content-type')) headers.set('content-type', type)
    return [targetOf(draft), { ...rest, headers, body: draft.body }]
  }
