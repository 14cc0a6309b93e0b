import { utf8 } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { assertFetchInit } from '../../message/fetch-init.js'
import { upperMethod } from '../../message/message.js'
import { parseUrl } from '../../message/target.js'
import type { Service } from '../../schemes/scheme.js'
import { compose } from '../spec/compose.js'
import { emptyDraft, targetOf } from '../spec/draft.js'
import { assertBodyHas } from '../spec/sign.js'
import type { ExchangeFetchInit } from '../spec/signer-types.js'
import type { ExchangeSpec } from '../spec/spec.js'
import { REQUEST_HINTS } from './assert-request.js'

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

// What only the platform refuses, in its own words.
const FORBIDDEN = /^(?:CONNECT|TRACE|TRACK)$/

/**
 * The request that `fetch` was asked for, with a bare path, `params` and `json` written by the exchange's rules. What they have
 * no part in (a `Request`, a body that is no text) is left to the platform.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for values that cannot be written, and for members nothing reads;
 *   `MESSAGE_MALFORMED` for a URL that is none.
 */
export const fetchArguments =
  (spec: ExchangeSpec, baseUrl: string): Service<ExchangeFetchInit>['buildRequest'] =>
  (input, given) => {
    const target = typeof input === 'string' ? urlOf(input, baseUrl) : input
    assertFetchInit(given, OWN, REQUEST_HINTS)
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
    const draft = emptyDraft()
    draft.method = method
    // Rules read the path that the exchange sees.
    const at = url.startsWith(`${baseUrl}/`) ? baseUrl.length : (ORIGIN.exec(url)?.[0].length ?? 0)
    const type = compose(spec, draft, { method, path: url.slice(at), params, json, hasBody })
    const sent = url.slice(0, at) + targetOf(draft)
    if (draft.body !== '') assertBodyHas(spec, draft)
    // A bare "?" is dropped by some platforms and sent by others: theirs to read, as everything below is.
    const text = hasBody ? body : draft.body
    if (typeof text !== 'string' || FORBIDDEN.test(method) || sent.endsWith('?') || init.mode === 'no-cors')
      return [sent, init]
    // No client sends a body with these.
    if (hasBody && (method === 'GET' || method === 'HEAD')) return [sent, init]
    const headers = new Headers(init.headers)
    // What the platform calls a text.
    const contentType = hasBody ? 'text/plain;charset=UTF-8' : type
    if (contentType !== '' && !headers.has('content-type')) headers.set('content-type', contentType)
    const fields = [...headers].flat()
    const request = { ...parseUrl(sent), method, fields, body: text === '' ? null : utf8(text) }
    return { request, body: null, rest: init, signal: init.signal, redirect: init.redirect }
  }
