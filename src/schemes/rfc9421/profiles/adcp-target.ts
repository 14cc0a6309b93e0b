import { fail, mustBe } from '../../../errors.js'
import type { HttpRequest } from '../../../message/message.js'

/** What AdCP signs as target and authority. */
export interface AdcpTarget {
  /** The whole URL, as it is signed. */
  readonly targetUri: string
  /** Its host, as it is signed. */
  readonly authority: string
}

/** The parts of {@link AdcpTarget} that a message is made of. */
interface Parts {
  readonly scheme: string
  readonly authority: string
  readonly target: string
}

const URL_PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?$/s
const PORTS: Readonly<Record<string, string>> = { __proto__: null as never, https: '443', http: '80' }

/**
 * The target and authority that AdCP signs for a URL: eight steps by RFC 3986 6.2.2 and 6.2.3. Host names beyond ASCII become
 * A-labels, which is for signers: on the wire they are refused.
 *
 * @throws {CountersignError} `TARGET_MALFORMED` for a URL that may be read in two ways.
 * @see {@link https://adcontextprotocol.org/docs/building/by-layer/L1/security | AdCP, Security}
 * @example
 * ```ts
 * import { adcpTarget } from 'countersign/rfc9421/profiles'
 *
 * const { targetUri } = adcpTarget('https://Seller.example.com:443/a/./b%7e')
 * console.assert(targetUri === 'https://seller.example.com/a/b~')
 * ```
 */
export function adcpTarget(url: string): AdcpTarget {
  mustBe(typeof url === 'string', 'url', 'the URL of a request', url, 'ARGUMENT_INVALID', 'adcpTarget: ')
  const { scheme, authority, target } = canonicalParts(url)
  return { targetUri: `${scheme}://${authority}${target}`, authority }
}

/** A request with the target that is signed in place of its own. @throws {CountersignError} `TARGET_MALFORMED`. */
export function canonicalRequest(request: HttpRequest): HttpRequest {
  const { scheme, authority, target } = request
  if (/[^\0-\x7f]/.test(authority + target)) malformed('the authority and target on the wire must be ASCII')
  const url = target.startsWith('/') ? `${scheme}://${authority}${target}` : target
  return { ...request, ...canonicalParts(url) }
}

function canonicalParts(url: string): Parts {
  const parts = URL_PARTS.exec(url)
  if (parts === null) return malformed('the target must be an absolute URL with an authority')
  const [, rawScheme, rawAuthority, path, query = ''] = parts as unknown as [string, string, string, string, string?]
  // URL parsers read a backslash as a slash, and leave out tabs and line breaks: another host or path than is signed here.
  if (/\\/.test(rawAuthority + path) || /[\0-\x20\x7f]/.test(url))
    malformed('a URL must have no white space, no control characters, and no backslash before the query')
  // Step 1.
  const scheme = rawScheme.toLowerCase()
  // Step 3: user information is never signed; a host must remain.
  const [, rawHost, port = ''] = hostAndPort(rawAuthority.slice(rawAuthority.lastIndexOf('@') + 1))
  const host = canonicalHost(rawHost)
  // Step 4.
  const authority = port === '' || port === PORTS[scheme] ? host : `${host}:${port}`
  // Steps 5 to 8: dot segments, then escapes; the query as it is; no fragment.
  const canonical = escapes(withoutDots(path))
  // "%2e%2e" is no dot segment yet in step 5, and is one to every parser of what is signed.
  if (/\/\.\.?(?:\/|$)/.test(canonical)) malformed('the path must have no escaped dot segments')
  return { scheme, authority, target: canonical + query }
}

function hostAndPort(text: string): readonly [whole: string, host: string, port?: string] {
  const found = text.startsWith('[') ? /^(\[[^\]]*\])(?::(\d*))?$/.exec(text) : /^([^:]*)(?::(\d*))?$/.exec(text)
  if (found === null || found[1] === '')
    return malformed('the authority must be a host, in brackets where it is an IPv6 address, and a port')
  return found as unknown as readonly [string, string, string?]
}

/** Step 2: lower case, A-labels, one dot of the root left off. */
function canonicalHost(host: string): string {
  if (host.startsWith('[')) {
    // RFC 6874: a zone means something on one machine alone.
    if (!/^\[[0-9A-Fa-f:.]+\]$/.test(host)) malformed('an IPv6 address must have no zone')
    return host.toLowerCase()
  }
  const ascii = /[^\0-\x7f]/.test(host) ? aLabels(host) : host.toLowerCase()
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii
  if (name.split('.').includes('')) malformed('the host has an empty label')
  if (/%/.test(name)) malformed('the host must have no escapes')
  return name
}

/** UTS 46, nontransitional, as URLs of the platform have it. */
function aLabels(host: string): string {
  try {
    return new URL(`https://${host}/`).hostname
  } catch {
    return malformed('the host is no name')
  }
}

/** RFC 3986 5.2.4, for a path that is empty or starts with a slash. Slashes in a row stay. */
function withoutDots(path: string): string {
  const out: string[] = []
  const segments = path.split('/').slice(1)
  for (const [at, segment] of segments.entries()) {
    const last = at === segments.length - 1
    if (segment !== '.' && segment !== '..') {
      out.push(segment)
      continue
    }
    if (segment === '..') out.pop()
    if (last) out.push('')
  }
  return `/${out.join('/')}`
}

/** Step 6: digits of escapes in upper case, and what needs none written plainly. */
const escapes = (path: string): string =>
  path.replace(/%([0-9A-Fa-f]{2})/g, (whole, digits: string) => {
    const char = String.fromCharCode(Number.parseInt(digits, 16))
    return /[A-Za-z0-9._~-]/.test(char) ? char : whole.toUpperCase()
  })

const malformed = (text: string): never => fail('TARGET_MALFORMED', `rfc9421/adcp: ${text}`)
