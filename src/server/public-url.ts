import { CountersignError } from '../errors.js'
import { type FieldLines, fieldValues } from '../message/fields.js'
import { parseOrigin } from '../message/from-fetch.js'
import { ipRanges } from './cidr.js'
import { clientIp } from './client-ip.js'
import { parseIp } from './ip-address.js'

/** How the address that clients use differs from what arrives here. Nothing is believed that is not stated. */
export interface PublicUrlOptions {
  /** `https://api.example.com`: what clients send to, whatever `Host` says by the time it gets here. Wins over everything. */
  readonly publicOrigin?: string
  /**
   * Addresses or ranges of your own proxies, such as `['10.0.0.0/8']`. Only from them are forwarded addresses read; without
   * any, the client is whoever holds the connection.
   */
  readonly trustedProxies?: readonly string[]
  /** Also read `X-Forwarded-Proto` and `X-Forwarded-Host` of a trusted proxy. Prefer `publicOrigin` where there is one. */
  readonly forwarded?: 'x-forwarded'
  /** `/api` where a proxy cuts that prefix: it is put back before the request target is verified. */
  readonly publicPathPrefix?: string
}

/** What a connection and its request say about where the request was sent. */
export interface SocketFacts {
  /** Address at the other end of the connection. */
  readonly peer: string | undefined
  /** True where this connection carries TLS. */
  readonly encrypted: boolean
  readonly fields: FieldLines
}

/** Where the client sent the request, and from which address. */
export interface PublicUrl {
  readonly scheme: string
  /** Only where it is not what the request itself names. '' where a proxy contradicts itself: no policy admits that. */
  readonly authority?: string
  readonly clientIp: string | undefined
}

/** Reads {@link PublicUrlOptions} once. */
export interface PublicUrlReader {
  locate(facts: SocketFacts): PublicUrl
  /** The request target as the client sent it. */
  target(received: string): string
}

// Whole segments of characters that no hop rewrites.
const PREFIX = /^(?:\/[A-Za-z0-9._~-]{1,64}){1,16}$/

/**
 * Finds the URL that a client signed behind whatever stands in front of this server.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an origin that is none, a range that is none, a path prefix that is not
 *   plain segments, and `forwarded` without `trustedProxies`: headers of strangers are not facts.
 * @example
 * ```ts
 * import { publicUrlReader } from 'countersign/server'
 *
 * const reader = publicUrlReader({ publicOrigin: 'https://api.example.com', trustedProxies: ['10.0.0.0/8'] })
 * const { scheme, authority, clientIp } = reader.locate({ peer: '10.0.0.1', encrypted: false, fields: [] })
 * ```
 */
export function publicUrlReader(options: PublicUrlOptions): PublicUrlReader {
  const { publicOrigin, forwarded, publicPathPrefix = '' } = options
  const trustedProxies = ipRanges(options.trustedProxies ?? [])
  const origin = publicOrigin === undefined ? undefined : parseOrigin(publicOrigin)
  if (forwarded !== undefined && (forwarded !== 'x-forwarded' || trustedProxies.size === 0)) {
    throw new CountersignError('CONFIG_INVALID', '"forwarded" expected "x-forwarded" together with "trustedProxies"')
  }
  if (publicPathPrefix !== '' && (!PREFIX.test(publicPathPrefix) || /\/\.{1,2}(?:\/|$)/.test(publicPathPrefix))) {
    throw new CountersignError(
      'CONFIG_INVALID',
      '"publicPathPrefix" expected plain segments such as /api, without a final /',
    )
  }
  const trusts = (peer: string | undefined): boolean => {
    const address = parseIp(peer)
    return address !== undefined && trustedProxies.includes(address)
  }
  let lastPeer: string | undefined
  let lastIp: string | undefined
  return {
    locate: ({ peer, encrypted, fields }) => {
      const trusted = trustedProxies.size > 0 && trusts(peer)
      const forwardedFor = trusted ? fieldValues(fields, 'x-forwarded-for') : []
      let ip = lastIp
      if (trusted || peer !== lastPeer) {
        ip = clientIp({ peer, forwardedFor, trustedProxies })
        if (!trusted) {
          lastPeer = peer
          lastIp = ip
        }
      }
      const own: PublicUrl = { scheme: encrypted ? 'https' : 'http', clientIp: ip }
      if (origin !== undefined) return { scheme: origin.scheme, authority: origin.authority, clientIp: ip }
      return forwarded !== undefined && trusted ? { ...own, ...forwardedUrl(fields) } : own
    },
    // Only a path has a place for a prefix; any other form then fails its signature or its host check.
    target: (received) => (received.startsWith('/') ? publicPathPrefix + received : received),
  }
}

/** What a trusted proxy says the client used. Several values are several hops' opinions, and a wrong one is no opinion. */
function forwardedUrl(fields: FieldLines): Partial<Pick<PublicUrl, 'scheme' | 'authority'>> {
  const protos = fieldValues(fields, 'x-forwarded-proto')
  const hosts = fieldValues(fields, 'x-forwarded-host')
  const [proto] = protos
  const known = proto === 'https' || proto === 'http'
  if (protos.length > 1 || hosts.length > 1 || hosts[0]?.includes(',') === true || (proto !== undefined && !known)) {
    return { authority: '' }
  }
  return { ...(known ? { scheme: proto } : {}), ...(hosts[0] === undefined ? {} : { authority: hosts[0] }) }
}
