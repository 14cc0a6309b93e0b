import { checkedSha256Key } from '../../crypto/hmac-key.js'
import type { Coverage } from '../../schemes/scheme.js'
import { learningClock } from '../signer/learning-clock.js'
import type { Draft } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { inQuery, inQueryOrForm, type Place, type PlaceList } from '../spec/places.js'
import { windowOf } from '../spec/receive-window.js'
import type { Family } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'

/**
 * What Binance's signed endpoints became elsewhere: the signature of query and form body, without "&" between them. Unlike
 * there, some endpoints of these exchanges take JSON, which is not signed: the parameters in the query are.
 */

/** Whether a body is JSON. One bracket is none: what cannot be JSON is signed as a form. */
export function isJson({ body }: Draft): boolean {
  const text = body.trim()
  return (text.startsWith('{') && text.endsWith('}')) || (text.startsWith('[') && text.endsWith(']'))
}

const LIST: PlaceList = [
  ['recvWindow', 'window'],
  ['timestamp', 'time'],
]
const query = /* @__PURE__ */ inQuery(LIST, 'signature')
const either = /* @__PURE__ */ inQueryOrForm(LIST, 'signature')
const placeOf = (draft: Draft): Place => (isJson(draft) ? query : either)

/** In the form body where there is one, else in the query. */
const signedParams: Place = {
  parts: ['query', 'form'],
  list: LIST,
  sign: 'signature',
  put: (draft, params) => placeOf(draft).put(draft, params),
  putSign: (draft, plain) => placeOf(draft).putSign(draft, plain),
}

/** What is signed. */
export const signedParamsText = (draft: Draft): string => draft.query + (isJson(draft) ? '' : draft.body)

/** A JSON body is not signed, and nothing distinguishes the query beside it from a form that was moved there. */
const unsignedJson = (draft: Draft): readonly Coverage[] => (isJson(draft) ? ['parameters'] : [])

/**
 * What HashKey, Toobit and MEXC have in common; each adds its names and hosts, and MEXC the paths of its own version.
 *
 * @see {@link https://hashkeyglobal-apidoc.readme.io/ | HashKey, Signature Authentication}
 * @see {@link https://api-docs.toobit.com/api/basic-information.html | Toobit, Basic information}
 */
export const binanceFollower: Family<
  | 'keys'
  | 'secretKey'
  | 'time'
  | 'windowOf'
  | 'window'
  | 'learningClock'
  | 'place'
  | 'base'
  | 'covers'
  | 'notCovered'
  | 'params'
  | 'clock'
  | 'token'
> = {
  // MEXC: "The signature is support lowercase only."
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  windowOf,
  window: { default: '', max: 60_000 },
  place: signedParams,
  base: signedParamsText,
  covers: ['parameters'],
  notCovered: unsignedJson,
  params: { into: 'query', lists: 'comma' },
  learningClock,
  clock: {
    path: '/api/v1/time',
    time: 'serverTime',
    error: /"code":\s*"?-1021\b/,
  },
  token: {
    method: 'POST',
    path: '/api/v1/userDataStream',
    token: 'listenKey',
    query: '/api/v1/ws/$token',
    lifeMs: 3_600_000,
  },
}
