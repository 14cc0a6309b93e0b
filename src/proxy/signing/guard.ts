import type { FieldLines } from '../../message/fields.js'
import { fieldValues } from '../../message/fields.js'
import { originOf } from '../../message/target.js'
import type { Problem } from '../problem.js'

/** What a request says of where it wants to go. */
export interface Asked {
  readonly method: string
  readonly target: string
  /** `:authority` of HTTP/2; undefined for HTTP/1.1. */
  readonly authority: string | undefined
  readonly fields: FieldLines
}

const refused = (detail: string): Problem => ({ status: 403, code: 'ORIGIN_REFUSED', detail })

/**
 * Why a request is not for this proxy, or comes from a page of a browser; the request target in origin form where it may pass.
 *
 * A name of another host that leads to this address is how a page reaches a service of this machine (DNS rebinding), so `Host` must be
 * the proxy's own. A page of another origin shows itself by `Origin` or `Sec-Fetch-Site`, which no page can leave out or change.
 */
export function guard(asked: Asked, own: ReadonlySet<string>, scheme: string): string | Problem {
  const { method, target, authority, fields } = asked
  if (method === 'TRACE' || method === 'CONNECT')
    return { status: 405, code: 'METHOD_MALFORMED', detail: `${method} is not passed on` }
  const hosts = fieldValues(fields, 'host')
  const names = authority === undefined ? hosts : [authority, ...hosts]
  if (
    names.length === 0 ||
    (authority === undefined && hosts.length > 1) ||
    !names.every((name) => own.has(name.toLowerCase()))
  )
    return refused('"Host" must be the address of this proxy')
  const sites = fieldValues(fields, 'sec-fetch-site')
  if (sites.some((site) => site !== 'same-origin' && site !== 'none'))
    return refused('requests from pages of another origin are not signed')
  const origins = fieldValues(fields, 'origin')
  if (origins.some((origin) => ![...own].some((name) => origin.toLowerCase() === `${scheme}://${name}`)))
    return refused('requests from pages of another origin are not signed')
  if (target.startsWith('/')) return target
  const absolute = originOf(target)
  // RFC 9112 3.2.2: a server accepts the absolute form. To another host it would be a proxy for everything.
  if (absolute === undefined)
    return { status: 400, code: 'TARGET_MALFORMED', detail: 'the request target must be a path' }
  if (absolute.scheme !== scheme || !own.has(absolute.authority.toLowerCase()))
    return refused('the request target names another host: this is no proxy for all hosts, call its own address')
  const rest = target.slice(target.indexOf('://') + 3 + absolute.authority.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}
