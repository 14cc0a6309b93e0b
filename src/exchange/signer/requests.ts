import type { SyncSigningKey } from '../../crypto/key.js'
import { fieldLines, hasField } from '../../message/fields.js'
import { upperMethod } from '../../message/message.js'
import { compose } from '../spec/compose.js'
import { type Draft, emptyDraft, targetOf } from '../spec/draft.js'
import { isNamed } from '../spec/params.js'
import { eachHeader, fillCredentials, placeAndBase, placeSignature } from '../spec/sign.js'
import type { ExchangeRequest, SignedRequest, SignOptions } from '../spec/signer-types.js'
import type { Header } from '../spec/spec.js'
import { type SigningAccount, withSignature } from './account.js'
import { assertRequest, assertSignOptions, bodyText } from './assert-request.js'

/** The `sign` of a signer. */
export type SignRequest = (request: ExchangeRequest, when?: SignOptions) => SignedRequest | Promise<SignedRequest>

/** Signs requests by their parts, for any HTTP client. */
export function requestSigner({ spec, key, account, home, output, nowOf, nonceOf }: SigningAccount): SignRequest {
  const finished = (draft: Draft, signature: Uint8Array | string): SignedRequest => {
    placeSignature(spec, draft, output, signature)
    const { method, scheme, host, body } = draft
    const at = host === home.authority && scheme === home.scheme ? home.baseUrl : `${scheme}://${host}`
    const url = at + targetOf(draft)
    const headers = recordOf(draft, spec.headers)
    return body === '' ? { method, url, headers } : { method, url, headers, body }
  }

  return (request, when) => {
    assertRequest(request)
    assertSignOptions('sign', when)
    const { path, headers, params, json } = request
    const method = request.method === undefined ? 'GET' : upperMethod(request.method)
    const body = bodyText(request.body)
    const { scheme, authority, target } = home.seen(path)
    const draft = emptyDraft()
    draft.method = method
    draft.scheme = scheme
    draft.host = authority
    const hasBody = body !== undefined
    const type = compose(spec, draft, { method, path: target, params, json, hasBody })
    if (body !== undefined) draft.body = body
    draft.fields = fieldsOf(headers, body === undefined ? type : '')
    if (headers !== undefined) home.assertHost(draft)
    fillCredentials(spec, account, key, nowOf(when), nonceOf(when), draft)
    const base = placeAndBase(
      spec,
      draft,
      body === undefined && !path.includes('?') && isNamed(params) ? params : undefined,
    )
    const { signText } = key as SyncSigningKey
    // As withSignature, without a closure: this is what a bot does with every order.
    return signText === undefined
      ? withSignature(key, base, output, (signature) => finished(draft, signature))
      : finished(draft, signText.call(key, base, output.encoding))
  }
}

function fieldsOf(headers: ExchangeRequest['headers'], type: string): readonly string[] {
  if (headers === undefined) return type === '' ? [] : ['Content-Type', type]
  const fields = fieldLines(headers)
  return type === '' || hasField(fields, 'content-type') ? fields : [...fields, 'Content-Type', type]
}

/** All fields of a request, those of authentication behind the others. */
export function recordOf(draft: Draft, headers: readonly Header[] = []): Record<string, string> {
  const out: Record<string, string> = {}
  const { fields } = draft
  for (let i = 0; i < fields.length; i += 2) out[fields[i] as string] = fields[i + 1] as string
  eachHeader(draft, headers, (name, text) => {
    out[name] = text
  })
  return out
}
