import { parseIp } from '../../access/ip-address.js'
import { bareHost, isLoopbackAddress, isThisMachine } from '../../access/this-machine.js'
import { fail, urlKind } from '../../errors.js'
import { isPublicAddress } from './public-address.js'

/** Where a directory lies on its origin, from the draft "HTTP Message Signatures Directory". */
export const DIRECTORY_PATH = '/.well-known/http-message-signatures-directory'

/** A URL that may be fetched, as far as its text shows. */
export interface Location {
  readonly url: string
  readonly origin: string
  /** The name to be resolved, `undefined` where the URL holds an address. */
  readonly hostname: string | undefined
}

const refuse = (problem: string): never => fail('DIRECTORY_REFUSED', `directory ${problem}`)

const LONGEST = 2_048

/**
 * Checks where a directory lies. An origin alone means its well-known path.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED`.
 */
export function locate(text: unknown, allowLoopback: boolean): Location {
  if (typeof text !== 'string' || text.length > LONGEST) return refuse(`must be a URL of at most ${LONGEST} characters`)
  let url: URL | undefined
  try {
    url = new URL(text)
  } catch {
    // The parser's own error repeats the text.
  }
  if (url === undefined) return refuse(`must be an absolute URL such as https://bot.example.com, got ${urlKind(text)}`)
  // The parser has turned octal, hexadecimal and short forms into dotted quads by now.
  const host = bareHost(url.hostname)
  const loopback = isThisMachine(host)
  if (url.protocol !== 'https:' && !(allowLoopback && loopback && url.protocol === 'http:')) refuse('must be https')
  if (url.username !== '' || url.password !== '') refuse('must have no user name or password')
  if (url.href.includes('#')) refuse('must have no fragment')
  const isAddress = parseIp(host) !== undefined
  if (loopback ? !allowLoopback : isAddress && !isPublicAddress(host)) refuse('must have a public host')
  if (host.endsWith('.')) refuse('must have a host name without a final dot')
  if (url.pathname === '/' && url.search === '') url.pathname = DIRECTORY_PATH
  return { url: url.href, origin: url.origin, hostname: isAddress ? undefined : host }
}

/**
 * The origins of an allow-list, each in its shortest form. No patterns: a wildcard covers hosts that were not meant.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED`.
 */
export function allowedOrigins(origins: readonly string[], allowLoopback: boolean): ReadonlySet<string> {
  for (const text of origins) {
    if (locate(text, allowLoopback).origin !== text) refuse('must have "allowOrigins" of the form https://host[:port]')
  }
  return new Set(origins)
}

/**
 * Refuses a name that leads into a private network.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED`; `DIRECTORY_UNAVAILABLE` for a name without an address.
 */
export function assertPublic(addresses: readonly string[], allowLoopback: boolean): void {
  if (!Array.isArray(addresses) || addresses.length === 0)
    fail('DIRECTORY_UNAVAILABLE', 'directory has a host without an address')
  for (const address of addresses) {
    if (!isPublicAddress(address) && !(allowLoopback && isLoopbackAddress(address)))
      refuse('must have a host whose addresses are all public')
  }
}
