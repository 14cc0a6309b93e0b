import { CountersignError } from '../../errors.js'
import type { FieldLines } from '../../message/fields.js'
import { type HttpRequest, isStream } from '../../message/message.js'
import { destinationOf, urlOf } from './request.js'

/** One request of a chain of redirects, before it is signed. */
export interface Hop {
  readonly request: HttpRequest
  /** False from the first other origin on, also when the chain comes back: where it leads is no longer our server's word. */
  readonly signed: boolean
}

// Fetch, "HTTP-redirect fetch": what describes the body goes with it. A digest does too.
const BODY_FIELDS = /^content-|^repr-digest$/i
// What proves something to the first origin, and must not reach another.
const CREDENTIALS = /^(?:(?:proxy-)?authorization|cookie|host|signature(?:-input)?)$/i

/** The refusal of a redirect. */
export const refusedRedirect = (text: string): CountersignError =>
  new CountersignError('REDIRECT_REFUSED', `the redirect ${text}`)

const without = (fields: FieldLines, names: RegExp): FieldLines =>
  fields.filter((_, i) => !names.test(fields[i & ~1] as string))

/**
 * The request that a redirect asks for, by the rules of Fetch; `undefined` for a response that is none.
 *
 * @throws {CountersignError} `REDIRECT_REFUSED` for another origin (unless `unsigned` allows it, and it is
 *   encrypted like this one), a target that is not an http(s) URL or holds credentials, a body that cannot be sent twice,
 *   and a platform that hides redirects.
 */
export function nextHop({ request, signed }: Hop, response: Response, unsigned: boolean): Hop | undefined {
  if (response.type === 'opaqueredirect') throw refusedRedirect('is hidden: request the final URL')
  const { status } = response
  const location = response.headers.get('location')
  if (!/^30[12378]$/.test(status as unknown as string) || location === null) return undefined
  const url = urlOf(request)
  let target: URL | undefined
  try {
    target = new URL(location, url)
  } catch {
    // As any other that cannot be followed.
  }
  if (!target || !/^https?:$/.test(target.protocol) || target.username + target.password)
    throw refusedRedirect('leads to no URL of http(s) without credentials')
  const { origin, protocol } = target
  const same = origin === new URL(url).origin
  if (!same && (!unsigned || (protocol === 'http:' && url.startsWith('https:'))))
    throw refusedRedirect(`leads to ${origin}`)
  const bare = status === 303 ? !/^(?:GET|HEAD)$/.test(request.method) : status < 303 && request.method === 'POST'
  if (!bare && isStream(request.body)) throw refusedRedirect('needs the stream')
  const fields = same ? request.fields : without(request.fields, CREDENTIALS)
  const moved = { ...request, ...destinationOf(target), fields }
  return {
    request: bare ? { ...moved, method: 'GET', fields: without(fields, BODY_FIELDS), body: null } : moved,
    signed: signed && same,
  }
}
