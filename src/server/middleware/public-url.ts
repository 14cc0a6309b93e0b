import { namedRanges } from '../../access/cidr.js'
import { formatIp, parseIp } from '../../access/ip-address.js'
import { assertOptions, fail, mustBe, type OptionNames } from '../../errors.js'
import { type FieldLines, fieldValues } from '../../message/fields.js'
import { parseOrigin } from '../../message/from-fetch.js'
import { tracedClientIp } from './client-ip.js'

/** How the address that clients use differs from what arrives here. Only what is configured is trusted. */
export interface PublicUrlOptions {
  /** `https://api.example.com`: what clients send to, whatever `Host` holds by the time it gets here. Wins over everything. */
  readonly publicOrigin?: string
  /**
   * Addresses or ranges of your own proxies, such as `['10.0.0.0/8']`. Only from them are forwarded addresses read; without
   * any, the client is the other end of the connection.
   */
  readonly trustedProxies?: readonly string[]
  /** Also read `X-Forwarded-Proto` and `X-Forwarded-Host` of a trusted proxy. Prefer `publicOrigin` where there is one. */
  readonly forwarded?: 'x-forwarded'
  /**
   * `/api` where a proxy cuts that prefix: it is put back before the request target is verified. Not before a target that starts with
   * two slashes, as a host does: such a request is refused, also with `acceptAnyPath`.
   */
  readonly publicPathPrefix?: string
}

export const PUBLIC_URL_OPTIONS: OptionNames<PublicUrlOptions> = {
  publicOrigin: 1,
  trustedProxies: 1,
  forwarded: 1,
  publicPathPrefix: 1,
}

/** The names of these options in other packages. */
export const PUBLIC_URL_HINTS: Readonly<Record<string, string>> = {
  origin: 'publicOrigin',
  baseUrl: 'publicOrigin',
  trustProxy: 'trustedProxies',
  proxies: 'trustedProxies',
  prefix: 'publicPathPrefix',
  publicPrefix: 'publicPathPrefix',
  basePath: 'publicPathPrefix',
}

/** Where a request was sent, by its connection and its fields. */
export interface SocketFacts {
  /** Address at the other end of the connection. */
  readonly peer: string | undefined
  /** True where this connection carries TLS. */
  readonly encrypted: boolean
  /** Name and value in turn, as they came. */
  readonly fields: FieldLines
}

/** Where the client sent the request, and from which address. */
export interface PublicUrl {
  /** `https` or `http`, as the client has it. */
  readonly scheme: string
  /** Only where it is not what the request itself names. '' where a proxy contradicts itself: no policy admits that. */
  readonly authority?: string
  /** The address of the client; `undefined` where none is known. */
  readonly clientIp: string | undefined
}

/** {@link PublicUrl}, with how the address was found, for the audit trail. */
export interface TracedUrl extends PublicUrl {
  /** The address at the other end of the connection, in its one spelling. */
  readonly peerIp: string | undefined
  /** `socket`, or `xff:n`: the n-th forwarded address from the right. */
  readonly ipSource: string
}

/** Reads {@link PublicUrlOptions} once. */
export interface PublicUrlReader {
  /** Scheme, host and client of a request. */
  locate(facts: SocketFacts): PublicUrl
  /** The same, with where the address was found. */
  trace(facts: SocketFacts): TracedUrl
  /** The request target as the client sent it. */
  target(received: string): string
}

// Whole segments of characters that no hop rewrites.
const PREFIX = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]{1,64}){1,16}$/

/**
 * Finds the URL that a client signed behind whatever stands in front of this server.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an origin that is none, a range that is none, a path prefix that is not
 *   plain segments, and `forwarded` without `trustedProxies`: anyone can send such headers.
 * @example
 * ```ts
 * import { publicUrlReader } from 'countersign/server'
 *
 * const reader = publicUrlReader({ publicOrigin: 'https://api.example.com', trustedProxies: ['10.0.0.0/8'] })
 * const { scheme, authority, clientIp } = reader.locate({ peer: '10.0.0.1', encrypted: false, fields: [] })
 * ```
 */
export function publicUrlReader(options: PublicUrlOptions): PublicUrlReader {
  assertOptions(
    'publicUrlReader',
    options,
    { ...PUBLIC_URL_OPTIONS, publicOrigin: 2, trustedProxies: 2 },
    PUBLIC_URL_HINTS,
  )
  return readerOf(options)
}

/** {@link publicUrlReader} for options whose names are checked, and which may be among others. */
export function readerOf(options: PublicUrlOptions): PublicUrlReader {
  const { publicOrigin, forwarded, publicPathPrefix = '' } = options
  const trustedProxies = namedRanges('trustedProxies', options.trustedProxies ?? [])
  const origin = publicOrigin === undefined ? undefined : parseOrigin(publicOrigin)
  mustBe(forwarded === undefined || forwarded === 'x-forwarded', 'forwarded', '"x-forwarded"', forwarded)
  if (forwarded !== undefined && trustedProxies.size === 0)
    fail('CONFIG_INVALID', '"forwarded" must come with "trustedProxies"')
  if (publicPathPrefix !== '' && !PREFIX.test(publicPathPrefix)) {
    fail('CONFIG_INVALID', '"publicPathPrefix" must be plain segments such as /api, without a final /')
  }
  // Connections are kept: the next request mostly comes from the same peer.
  let lastPeer: string | undefined
  let lastIp: string | undefined
  let lastTrusted = false
  const trace = ({ peer, encrypted, fields }: SocketFacts): TracedUrl => {
    if (peer !== lastPeer) {
      const address = parseIp(peer)
      lastTrusted = address !== undefined && trustedProxies.includes(address)
      lastIp = address && formatIp(address)
      lastPeer = peer
    }
    const trusted = lastTrusted
    const peerIp = lastIp
    const found = trusted
      ? tracedClientIp({ peer, forwardedFor: fieldValues(fields, 'x-forwarded-for'), trustedProxies })
      : undefined
    const ip = found === undefined ? peerIp : found.ip
    const ipSource = found === undefined ? 'socket' : found.source
    if (origin !== undefined) {
      return { scheme: origin.scheme, authority: origin.authority, clientIp: ip, peerIp, ipSource }
    }
    const own: TracedUrl = { scheme: encrypted ? 'https' : 'http', clientIp: ip, peerIp, ipSource }
    return forwarded !== undefined && trusted ? { ...own, ...forwardedUrl(fields) } : own
  }
  return {
    locate: (facts) => {
      const { scheme, authority, clientIp } = trace(facts)
      return { scheme, ...(authority !== undefined && { authority }), clientIp }
    },
    trace,
    // Only a path has a place for a prefix; any other form then fails its signature or its host check. Behind a prefix two slashes
    // would be an empty segment, while the application has a target that names a host.
    target: (received) => (/^\/(?!\/)/.test(received) ? publicPathPrefix + received : received),
  }
}

/** The scheme or host that a trusted proxy forwards. Several values, or a wrong one, count as none. */
function forwardedUrl(fields: FieldLines): Partial<Pick<PublicUrl, 'scheme' | 'authority'>> {
  const protos = fieldValues(fields, 'x-forwarded-proto')
  const hosts = fieldValues(fields, 'x-forwarded-host')
  const [proto] = protos
  const known = proto === 'https' || proto === 'http'
  if (protos.length > 1 || hosts.length > 1 || hosts[0]?.includes(',') === true || (proto !== undefined && !known)) {
    return { authority: '' }
  }
  return { ...(known && { scheme: proto }), ...(hosts[0] !== undefined && { authority: hosts[0] }) }
}
