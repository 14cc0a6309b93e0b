import type { Service } from '../../../scheme.js'
import { compose } from '../compose.js'
import { emptyDraft, targetOf } from '../draft.js'
import type { Params } from '../params.js'
import type { VenueSpec } from '../spec.js'

/** What a venue's fetch takes besides the platform's own options. */
export interface VenueFetchInit extends RequestInit {
  readonly params?: Params
  readonly json?: unknown
}

/** Writes a bare path, `params` and `json` as what `fetch` takes; everything else stays as it is. */
export const fetchArguments =
  (spec: VenueSpec, origin: string): Service<VenueFetchInit>['write'] =>
  (input, init) => {
    const target = typeof input === 'string' && input.startsWith('/') ? origin + input : input
    const { params, json, ...rest } = init ?? {}
    if (params === undefined && json === undefined) return [target, init]
    const method = rest.method?.toUpperCase() ?? 'GET'
    const url = String(typeof target === 'object' && 'url' in target ? target.url : target)
    const draft = emptyDraft()
    const type = compose(spec, draft, { method, path: url, params, json })
    if (draft.body === '') return [targetOf(draft), rest]
    const headers = new Headers(rest.headers)
    if (!headers.has('content-type')) headers.set('content-type', type)
    return [targetOf(draft), { ...rest, headers, body: draft.body }]
  }
