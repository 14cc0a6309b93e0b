import type { CountersignError } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import type { BodyStream } from '../support/body.js'
import type { Policy } from './policy/policy.js'
import type { Accepted, Refused } from './verdict.js'

/** One body that is handed out before it is proven. */
export interface StreamWatch {
  /** The body has failed. Every reader may report it; the first report counts. */
  failed(error: unknown): void
  /** The head has been accepted and emitted: a body that was there already may have failed before. */
  accepted(): void
  /** The body while it arrives, held to the policy as it comes. */
  open(
    request: HttpRequest,
    signature: Pick<UntrustedSignature, 'covers' | 'bodyDigests'>,
    policy: Pick<Policy, 'maxStreamBytes' | 'requireWithBody'>,
  ): BodyStream
}

/** What `streamedBody` is: it watches the body of one request. */
export type StreamedBody = (
  verifier: { readonly challenges: ReadonlyArray<{ readonly field: string; readonly value: string }> },
  refusalFor: (error: CountersignError) => Refused,
  emit: (refused: Refused) => void,
) => StreamWatch

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
  /**
   * Take every path as it is signed: keys of objects (S3) hold empty segments, dots and encoded slashes. What is behind has to read
   * `verdict.request.target`, and no router or URL parser may choose by another reading; so it goes with one `scope` for all, and
   * not with `routes` or a function. Default `false`.
   */
  readonly acceptAnyPath?: boolean
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
  /** `streamedBody` hands a large body out while it arrives instead of reading it first; see {@link Accepted.bodyStream}. */
  readonly streamBody?: StreamedBody | undefined
  /** How much the request takes from the rates of its key and owner, an integer from 0. Default 1. */
  readonly cost?: number
  /** For the audit trail: the address at the other end of the socket, and how `clientIp` was found. */
  readonly peerIp?: string | undefined
  /** Where {@link VerifyContext.clientIp} is from: `socket`, or `xff:n`. For the audit trail. */
  readonly ipSource?: string
  /** For the audit trail: what the service calls this request. */
  readonly requestId?: string
}
