import type { Accepted } from './verdict.js'

/** Forms of a request target that are refused unless a service takes them. */
export interface PathOptions {
  /**
   * Also take a target in absolute form (`GET https://api.example.com/orders`, RFC 9112 3.2.2). Only proxies get one from
   * honest clients. Default `false`.
   */
  readonly acceptAbsoluteForm?: boolean
  /**
   * Also take `%2F` and `%5C` in a path, for identifiers that contain them. They stay encoded in the canonical path and never
   * separate segments. Default `false`: proxies and file servers decode them.
   */
  readonly acceptEncodedSlash?: boolean
}

/**
 * The settings of a route for one verification. Where it names a scope, a path that two programs read differently is refused with
 * `TARGET_MALFORMED`, as every middleware does; the forms of {@link PathOptions} are taken where they are asked for.
 */
export interface VerifyContext extends PathOptions {
  /** The client's address, where an adapter could determine it. */
  readonly clientIp?: string | undefined
  /** The scope this route needs, `resource:action`. */
  readonly scope?: string
  /** Hand a large body out while it arrives instead of reading it first; see {@link Accepted.bodyStream}. */
  readonly streamBody?: boolean
  /** How much the request takes from the rates of its key and owner, an integer from 0. Default 1. */
  readonly cost?: number
  /** For the audit trail: the address at the other end of the socket, and how `clientIp` was found. */
  readonly peerIp?: string | undefined
  readonly ipSource?: string
  /** For the audit trail: what the service calls this request. */
  readonly requestId?: string
}
