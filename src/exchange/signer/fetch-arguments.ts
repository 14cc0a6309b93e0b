import { fail } from '../../errors.js'
import { assertFetchInit } from '../../message/fetch-init.js'
import { upperMethod } from '../../message/message.js'
import type { Service } from '../../schemes/scheme.js'
import { compose } from '../spec/compose.js'
import { emptyDraft, targetOf } from '../spec/draft.js'
import { REQUEST_HINTS } from '../spec/request-names.js'
import { assertBodyHas } from '../spec/sign.js'
import type { ExchangeFetchInit } from '../spec/signer-types.js'
import type { ExchangeSpec } from '../spec/spec.js'

const OWN = ['params', 'json']

const ORIGIN = /^[a-z]+:\/\/[^/?#]*/i

/** A path is meant at the exchange, never at the page that asks. */
function urlOf(input: string, baseUrl: string): string {
  if (input.startsWith('/')) return baseUrl + input
  return ORIGIN.test(input)
    ? input
    : fail(
        'ARGUMENT_INVALID',
        `the path must start with "/" or be a URL: write ${JSON.stringify(`/${input.slice(0, 64)}`)}`,
      )
}

/**
 * Writes a bare path, `params` and `json` as what `fetch` takes; everything else stays as it is.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for values that cannot be written, and for members nothing reads.
 */
export const fetchArguments =
  (spec: ExchangeSpec, baseUrl: string): Service<ExchangeFetchInit>['buildRequest'] =>
  (input, init) => {
    const target = typeof input === 'string' ? urlOf(input, baseUrl) : input
    assertFetchInit(init, OWN, REQUEST_HINTS)
    const { params, json, ...rest } = init ?? {}
    if (rest.method !== undefined) rest.method = upperMethod(rest.method)
    if (params === undefined && json === undefined) return [target, rest]
    if (typeof target === 'object' && 'url' in target)
      return fail(
        'ARGUMENT_INVALID',
        `"${params === undefined ? 'json' : 'params'}" must come with a URL, not with a Request`,
      )
    const { method = 'GET' } = rest
    const draft = emptyDraft()
    const hasBody = rest.body !== undefined && rest.body !== null
    const url = String(target)
    // Rules read the path that the exchange sees.
    const at = url.startsWith(`${baseUrl}/`) ? baseUrl.length : (ORIGIN.exec(url)?.[0].length ?? 0)
    const type = compose(spec, draft, { method, path: url.slice(at), params, json, hasBody })
    const sent = url.slice(0, at) + targetOf(draft)
    if (draft.body === '') return [sent, rest]
    draft.method = method
    assertBodyHas(spec, draft)
    const headers = new Headers(rest.headers)
    if (!headers.has('content-type')) headers.set('content-type', type)
    return [sent, { ...rest, headers, body: draft.body }]
  }
