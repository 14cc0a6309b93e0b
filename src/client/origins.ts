import { CountersignError } from '../errors.js'
import { sentValue } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import { normalizeAuthority } from '../message/target.js'

/**
 * Allows plain `http` for an origin that is not this machine.
 *
 * @deprecated To make it stand out: whoever is on the way reads everything and can hold a signed request back.
 */
export const allowInsecure: unique symbol = Symbol('countersign.allowInsecure')

/** The one option that weakens where requests may go. */
export interface InsecureOption {
  readonly [allowInsecure]?: true
}

// A URL parser takes "*" for a host name, so what a host may hold is stated here. The name of this machine needs no TLS.
const SECURE =
  /^(?:https:\/\/(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])|http:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d+){3}|\[::1\]))(?::\d+)?$/

const isSecure = (origin: string, options: InsecureOption): boolean =>
  SECURE.test(options[allowInsecure] === true ? origin.replace(/^http:/, 'https:') : origin)

/**
 * An absolute URL without credentials that is encrypted, or does not leave the machine.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; the URL is not repeated.
 */
export function secureUrl(text: string, options: InsecureOption): URL {
  try {
    const url = new URL(text)
    if (isSecure(url.origin, options) && url.username + url.password === '') return url
  } catch {
    // As any other URL that cannot be used.
  }
  throw new CountersignError('CONFIG_INVALID', 'a URL expected https, or this machine, and no credentials')
}

/**
 * The origins a signer may sign for: exact scheme, host and port. No patterns: a wildcard covers hosts nobody thought of.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an empty list, for anything but `scheme://host[:port]` in its shortest
 *   form, and for plain `http` beyond the own machine.
 */
export function originSet(origins: readonly string[], options: InsecureOption): ReadonlySet<string> {
  // The default port in a list would match no request.
  if (
    origins?.length > 0 &&
    [...origins].every((one) => isSecure(one, options) && !/^(https:.*:443|http:.*:80)$/.test(one))
  )
    return new Set(origins)
  throw new CountersignError('CONFIG_INVALID', '"origins" expected https://host[:port]')
}

/**
 * Refuses a request to any other origin, and one whose `Host` field names another host than its URL.
 *
 * @throws {CountersignError} `ORIGIN_REFUSED`.
 */
export function assertOrigin(origins: ReadonlySet<string>, { scheme, authority, fields }: HttpRequest): void {
  const host = sentValue(fields, 'host') ?? authority
  if (!origins.has(`${scheme}://${authority}`) || normalizeAuthority(host, scheme) !== authority)
    throw new CountersignError('ORIGIN_REFUSED', `expected a configured origin, got ${scheme}://${host}`)
}
