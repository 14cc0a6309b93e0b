import { fail, kindOf } from '../errors.js'

/** Where a request goes, in the three parts that appear on the wire. */
export interface Destination {
  readonly scheme: string
  readonly authority: string
  readonly target: string
}

// A URL that the WHATWG parser would not change: lower-case host without userinfo, no dot segment, no fragment, only
// characters that stay as they are. Ten times cheaper than parsing, and equal by construction (see the property test).
const PLAIN =
  /^(https?):\/\/([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*(?::[1-9][0-9]{0,4})?)(\/[A-Za-z0-9\-._~!$&()*+,;=:@%/]*)?(\?[A-Za-z0-9\-._~!$&()*+,;=:@%/?]*)?$/
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i
const DEFAULT_PORT: Readonly<Record<string, string>> = { http: ':80', https: ':443' }

/**
 * Scheme, authority and request target of a URL, as `fetch` puts them on the wire.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for anything that is not an absolute http(s) URL, or that carries credentials.
 */
export function parseUrl(url: string | URL): Destination {
  if (typeof url === 'string') {
    const plain = PLAIN.exec(url)
    if (plain !== null) {
      const [, scheme, authority, path = '/', query = ''] = plain as unknown as [
        string,
        string,
        string,
        string?,
        string?,
      ]
      const port = authority.indexOf(':')
      if (
        // Punycode is checked by the parser and may be refused.
        !authority.includes('xn--') &&
        (port === -1 ||
          (!authority.endsWith(DEFAULT_PORT[scheme] as string) && Number(authority.slice(port + 1)) < 65536)) &&
        // Two searches for two characters are quicker than the expression, and nearly every path ends here.
        ((!path.includes('/.') && !path.includes('/%')) || !DOT_SEGMENT.test(path))
      ) {
        return { scheme, authority, target: path + query }
      }
    }
  }
  return parseAnyUrl(url)
}

function parseAnyUrl(url: string | URL): Destination {
  let parsed: URL | undefined
  try {
    parsed = new URL(url)
  } catch {
    // The parser's own error repeats the input, which may carry a key.
  }
  const scheme = parsed?.protocol.slice(0, -1)
  if (!parsed || (scheme !== 'http' && scheme !== 'https'))
    return fail(
      'MESSAGE_MALFORMED',
      `"url" must be an absolute http(s) URL, got ${scheme ? `${scheme}:` : (url as string | undefined)?.[0] === '/' ? 'a path' : kindOf(url)}`,
    )
  if (parsed.username !== '' || parsed.password !== '')
    fail('MESSAGE_MALFORMED', '"url" must hold no user name or password')
  return { scheme, authority: parsed.host, target: rawTarget(parsed) }
}

/** Path and query of a parsed URL. `search` is '' both for no query and for a bare "?", which are different bytes. */
export function rawTarget(url: URL): string {
  const bareQuery = url.search === '' && (url.href.split('#', 1)[0] as string).endsWith('?')
  return url.pathname + (bareQuery ? '?' : url.search)
}

let lastAuthority = ''
let lastScheme = ''
let lastNormal = ''

/** Authority as RFC 9421 2.2.3 wants it: lower case, the scheme's default port removed. */
export function normalizeAuthority(authority: string, scheme: string): string {
  // A client talks to one host, a server answers for one: the last answer is nearly always the next.
  if (authority === lastAuthority && scheme === lastScheme) return lastNormal
  const lower = authority.toLowerCase()
  const port = DEFAULT_PORT[scheme.toLowerCase()]
  // "[::443]" ends in "]", so a bare ":443" at the end is always a port.
  const normal = port !== undefined && lower.endsWith(port) ? lower.slice(0, -port.length) : lower
  lastAuthority = authority
  lastScheme = scheme
  lastNormal = normal
  return normal
}

/** A request target in its parts. `query` keeps its "?" and is '' where there is none. */
export interface TargetParts {
  readonly path: string
  readonly query: string
}

const ABSOLUTE = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)/

/** Scheme and authority of an absolute-form target (RFC 9112 3.2.2); `undefined` for any other form. */
export function originOf(target: string): { readonly scheme: string; readonly authority: string } | undefined {
  const found = ABSOLUTE.exec(target)
  return found === null ? undefined : { scheme: (found[1] as string).toLowerCase(), authority: found[2] as string }
}

/** Path and query of a raw request target, byte for byte. Nothing is decoded or resolved. */
export function splitTarget(target: string): TargetParts {
  // Nearly every target begins with a slash, and is not absolute.
  const absolute = target.startsWith('/') ? null : ABSOLUTE.exec(target)
  const rest = absolute === null ? target : target.slice(absolute[0].length)
  const at = rest.indexOf('?')
  const path = at === -1 ? rest : rest.slice(0, at)
  return {
    // RFC 9421 2.2.6: an empty path is "/".
    path: path === '' || (absolute !== null && !path.startsWith('/')) ? `/${path}` : path,
    query: at === -1 ? '' : rest.slice(at),
  }
}

/**
 * Allows plain `http` for an origin that is not this machine.
 *
 * @deprecated To make it stand out: every hop on the way reads everything and can hold a signed request back.
 */
export const allowInsecure: unique symbol = Symbol('countersign.allowInsecure')

/** The one option that weakens where requests may go. */
export interface InsecureOption {
  /** The symbol of `countersign/client`: allows plain `http` to another machine. Every hop on the way reads everything. */
  readonly [allowInsecure]?: true
}

/** What is wrong with an origin that {@link isSecure} refuses for its scheme, and what allows it: in code, a file, the command. */
export const PLAIN_HTTP =
  'plain http to another machine, which needs [allowInsecure]: true ("allowHttp" in a file, --allow-http)'

/** For callers that write the name of the option as text. */
export const AS_SYMBOL = '[allowInsecure]: true, the symbol that countersign/client exports'

// A URL parser takes "*" for a host name, so what a host may hold is given here. The name of this machine needs no TLS.
const SECURE =
  /^(?:https:\/\/(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])|http:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d+){3}|\[::1\]))(?::\d+)?$/

/** Whether an origin is encrypted, or does not leave the machine, or was allowed to be neither. */
export const isSecure = (origin: string, options: InsecureOption): boolean =>
  SECURE.test(options[allowInsecure] === true ? origin.replace('http:', 'https:') : origin)
