import { utf8 } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { upperMethod } from '../../message/message.js'
import { parseUrl } from '../../message/target.js'
import { isWellFormed } from '../../message/values.js'
import type { FetchInitNames, Service } from '../../schemes/scheme.js'
import { compose } from '../spec/compose.js'
import { emptyDraft, targetOf } from '../spec/draft.js'
import { assertBodyHas } from '../spec/sign.js'
import type { ExchangeFetchInit } from '../spec/signer-types.js'
import type { ExchangeSpec } from '../spec/spec.js'
import { REQUEST_HINTS } from './assert-request.js'

/** What {@link requestBuilder} reads besides what fetch takes: its caller refuses the rest. */
export const FETCH_INIT: FetchInitNames = { own: ['params', 'json'], hints: REQUEST_HINTS }

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
 * The request that `fetch` was asked for, with a bare path, `params` and `json` written by the exchange's rules. What they have
 * no part in (a `Request`, a body that is no text) is left to the platform.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for values that cannot be written; `MESSAGE_MALFORMED` for a URL that
 *   is none.
 */
export const requestBuilder =
  (spec: ExchangeSpec, baseUrl: string): Service<ExchangeFetchInit>['buildRequest'] =>
  (input, given) => {
    const target = typeof input === 'string' ? urlOf(input, baseUrl) : input
    const { params, json, ...init } = given ?? {}
    if (init.method !== undefined) init.method = upperMethod(init.method)
    if (typeof target === 'object' && 'url' in target)
      return params === undefined && json === undefined
        ? [target, init]
        : fail(
            'ARGUMENT_INVALID',
            `"${params === undefined ? 'json' : 'params'}" must come with a URL, not with a Request`,
          )
    const { method = 'GET', body } = init
    const hasBody = body !== undefined && body !== null
    const url = String(target)
    // The platform would write U+FFFD in its place, and sign() refuses it.
    for (const [name, text] of Object.entries({ path: url, body }))
      if (typeof text === 'string' && !isWellFormed(text))
        fail('ARGUMENT_INVALID', `"${name}" must be well-formed text, got a lone surrogate`)
    if (params !== undefined && url.includes('#'))
      fail('ARGUMENT_INVALID', 'a URL with "#" must not stand beside "params": what is behind it is not sent')
    const draft = emptyDraft()
    draft.method = method
    // Rules read the path that the exchange sees.
    const at = url.startsWith(`${baseUrl}/`) ? baseUrl.length : (ORIGIN.exec(url)?.[0].length ?? 0)
    const type = compose(spec, draft, { method, path: url.slice(at), params, json, hasBody })
    const sent = url.slice(0, at) + targetOf(draft)
    const written = draft.body !== ''
    if (written) assertBodyHas(spec, draft)
    const headers = new Headers(init.headers ?? undefined)
    // The second is what the platform calls a text.
    const contentType = written ? type : typeof body === 'string' ? 'text/plain;charset=UTF-8' : ''
    if (contentType !== '' && !headers.has('content-type')) headers.set('content-type', contentType)
    const text = hasBody ? body : draft.body
    if (typeof text !== 'string' || !isOurs(sent, method, init, hasBody))
      return [sent, written ? { ...init, headers, body: draft.body } : init]
    const { scheme, authority, target: full } = parseUrl(sent)
    const request = {
      ...{ method, scheme, authority },
      // A bare "?" is sent by some platforms and dropped by others, so it goes first.
      target: BARE_QUERY.test(full) ? full.slice(0, -1) : full,
      fields: [...headers].flat(),
      body: text === '' ? null : utf8(text),
    }
    return { request, body: null, rest: init, signal: init.signal, redirect: init.redirect }
  }

const BARE_QUERY = /^[^?]*\?$/

/** Whether the request can be made here; anything else the platform refuses, in its own words. */
const isOurs = (url: string, method: string, { mode }: RequestInit, hasBody: boolean): boolean =>
  /^https?:/i.test(url) &&
  !/^(?:CONNECT|TRACE|TRACK)$/i.test(method) &&
  mode !== 'no-cors' &&
  !(hasBody && (method === 'GET' || method === 'HEAD'))
