import { CountersignError } from '../errors.js'
import { combinedValue } from '../message/fields.js'
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

// A URL parser takes "*" for a host name, so what a host may hold is stated here.
const HOST = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/
const LOOPBACK = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/

const invalid = (text: string): never => {
  throw new CountersignError('CONFIG_INVALID', text)
}

/** An absolute URL that is encrypted, or does not leave the machine. @throws {CountersignError} `CONFIG_INVALID`. */
export function secureUrl(text: string, options: InsecureOption): URL {
  let url: URL | undefined
  try {
    url = new URL(text)
  } catch {
    // The parser's own error repeats the text.
  }
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    !HOST.test(url.host) ||
    url.username + url.password !== ''
  )
    return invalid('a URL expected https://host[:port] without wildcards or credentials')
  if (url.protocol === 'http:' && !LOOPBACK.test(url.host) && options[allowInsecure] !== true)
    return invalid(`${url.origin} expected https, or the option [allowInsecure]: true`)
  return url
}

/**
 * The origins a signer may sign for: exact scheme, host and port. No patterns: a wildcard covers hosts nobody thought of.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an empty list, for anything but `scheme://host[:port]` in its shortest
 *   form, and for plain `http` beyond the own machine.
 */
export function originSet(origins: readonly string[], options: InsecureOption): ReadonlySet<string> {
  if (!Array.isArray(origins) || origins.length === 0)
    return invalid('"origins" expected at least one origin, such as https://api.example.com')
  return new Set(
    origins.map((text) => {
      const { origin } = secureUrl(text, options)
      return origin === text ? origin : invalid(`"origins" expected ${origin}, got a longer form`)
    }),
  )
}

/**
 * Refuses a request to any other origin, and one whose `Host` field names another host than its URL.
 *
 * @throws {CountersignError} `ORIGIN_REFUSED`.
 */
export function assertOrigin(origins: ReadonlySet<string>, { scheme, authority, fields }: HttpRequest): void {
  const origin = `${scheme}://${authority}`
  if (!origins.has(origin))
    throw new CountersignError('ORIGIN_REFUSED', `expected one of the configured origins, got ${origin}`)
  const host = combinedValue(fields, 'host')
  if (host !== undefined && normalizeAuthority(host, scheme) !== authority)
    throw new CountersignError('ORIGIN_REFUSED', 'the Host field names another host than the URL')
}
