import { fail, kindOf, urlKind } from '../../errors.js'
import { sentValue } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { type InsecureOption, isSecure, normalizeAuthority } from '../../message/target.js'

export { AS_SYMBOL, allowInsecure, type InsecureOption } from '../../message/target.js'

/**
 * An absolute URL without credentials that is encrypted, or does not leave the machine.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; the URL is not repeated.
 */
export function secureUrl(name: string, text: string, options: InsecureOption): URL {
  try {
    const url = new URL(text)
    // A parser takes white space away.
    if (!/\s/.test(text) && isSecure(url.origin, options) && url.username + url.password === '') return url
  } catch {
    // As any other URL that cannot be used.
  }
  fail(
    'CONFIG_INVALID',
    `"${name}" must be a URL of https, or of this machine, without credentials, got ${urlKind(text)}`,
  )
}

/**
 * The origins a signer may sign for: exact scheme, host and port. No patterns: a wildcard covers hosts that were not meant.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an empty list, for anything but `scheme://host[:port]` in its shortest
 *   form, and for plain `http` beyond the own machine.
 */
export function originSet(origins: readonly string[], options: InsecureOption): ReadonlySet<string> {
  if (!Array.isArray(origins) || origins.length === 0)
    fail(
      'CONFIG_INVALID',
      `"origins" must be a list of https://host[:port], got ${Array.isArray(origins) ? 'an empty one' : kindOf(origins)}`,
    )
  origins.forEach((one: unknown, at) => {
    const fault = faultOf(one, options)
    if (fault !== undefined) fail('CONFIG_INVALID', `"origins[${at}]" must be https://host[:port], got ${fault}`)
  })
  return new Set(origins)
}

/** What is wrong with an origin; the text itself may hold a password. */
function faultOf(origin: unknown, options: InsecureOption): string | undefined {
  if (typeof origin !== 'string') return kindOf(origin)
  // The default port in a list would match no request.
  if (/^(https:.*:443|http:.*:80)$/.test(origin)) return 'one with the default port: leave it out'
  if (isSecure(origin, options)) return undefined
  if (/^https?:\/\/[^/?#@]+\/$/.test(origin)) return 'one with a slash at its end: leave it out'
  if (/^https?:\/\/[^/?#@]+[/?#]/.test(origin)) return 'one with a path: an origin ends with its host'
  if (/^http:\/\//.test(origin)) return 'plain http to another machine'
  return urlKind(origin)
}

/**
 * Refuses a request to any other origin, and one whose `Host` field names another host than its URL.
 *
 * @throws {CountersignError} `ORIGIN_REFUSED`.
 */
export function assertOrigin(origins: ReadonlySet<string>, { scheme, authority, fields }: HttpRequest): void {
  const host = sentValue(fields, 'host') ?? authority
  if (!origins.has(`${scheme}://${authority}`) || normalizeAuthority(host, scheme) !== authority)
    fail(
      'ORIGIN_REFUSED',
      `the origin must be one that is configured (${[...origins].slice(0, 3).join(', ')}${origins.size > 3 ? ', …' : ''}), got ${scheme}://${host}`,
    )
}
