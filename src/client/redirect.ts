import { CountersignError } from '../errors.js'
import { withoutFields } from '../message/fields.js'
import { type HttpRequest, isStream } from '../message/message.js'
import { parseUrl } from '../message/target.js'

/** One request of a chain of redirects, before it is signed. */
export interface Hop {
  readonly url: string
  readonly request: HttpRequest
  /** False from the first other origin on, also when the chain comes back: where it leads is no longer our server's word. */
  readonly signed: boolean
}

const refuse = (text: string): never => {
  throw new CountersignError('REDIRECT_REFUSED', text)
}

// Fetch, "HTTP-redirect fetch": what describes the body goes with it. A digest does too.
const BODY_FIELDS =
  'content-encoding content-language content-location content-type content-length content-digest repr-digest'.split(' ')
// What proves something to the first origin, and must not reach another.
const CREDENTIALS = 'authorization proxy-authorization cookie host signature signature-input'.split(' ')

/**
 * The request that a redirect asks for, by the rules of Fetch; `undefined` for a response that is none.
 *
 * @throws {CountersignError} `REDIRECT_REFUSED` for another origin (unless `unsigned` allows it, and it is
 *   encrypted like this one), a target that is not an
 *   http(s) URL or holds credentials, a body that cannot be sent twice, and a platform that hides redirects.
 */
export function nextHop({ url, request, signed }: Hop, response: Response, unsigned: boolean): Hop | undefined {
  if (response.type === 'opaqueredirect')
    return refuse('this platform hides where a redirect leads: request the final URL, or pass redirect: "manual"')
  const { status } = response
  const location = response.headers.get('location')
  if (!/^30[12378]$/.test(String(status)) || location === null) return undefined
  let target: URL
  try {
    target = new URL(location, url)
  } catch {
    return refuse('the redirect leads to no URL')
  }
  if (!/^https?:$/.test(target.protocol) || target.username + target.password !== '')
    return refuse('the redirect expected an http(s) URL without credentials')
  const same = target.origin === new URL(url).origin
  if (!same && (!unsigned || (target.protocol === 'http:' && url.startsWith('https:'))))
    return refuse(`the redirect leads to another origin, ${target.origin}, where a signature must not go`)
  const next = target.href.replace(/\?(?=#|$)/, '')
  const bare = status === 303 ? !/^(?:GET|HEAD)$/.test(request.method) : status < 303 && request.method === 'POST'
  if (!bare && isStream(request.body)) return refuse('the redirect asks for the body again, which was a stream')
  const fields = withoutFields(request.fields, ...(bare ? BODY_FIELDS : []), ...(same ? [] : CREDENTIALS))
  return {
    url: next,
    request: {
      ...request,
      ...parseUrl(next),
      fields,
      ...(bare ? { method: 'GET', body: null } : {}),
    },
    signed: signed && same,
  }
}
