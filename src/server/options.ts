import type { VerdictCode } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { VerifyScheme } from '../schemes/scheme.js'
import type { AuditSink } from './audit.js'
import type { Clock } from './clock.js'
import type { KeySource } from './key-source.js'
import type { noReplayProtection } from './no-replay-protection.js'
import type { Policy } from './policy.js'
import type { RateLimits } from './rate-limit.js'
import type { PathOptions } from './read-path.js'
import type { ReplayStore } from './replay/replay-store.js'
import type { Accepted, Refused, Verdict } from './verdict.js'

export { noReplayProtection } from './no-replay-protection.js'

/** Options of `createVerifier`. */
export interface VerifierOptions {
  /** The schemes that are accepted. A message that speaks more than one is refused. */
  readonly schemes: readonly VerifyScheme[]
  /** Where keys are looked up: `staticKeys()`, a keyring, a key directory, or `get(keyId)` of your own. */
  readonly keys: KeySource
  /** What must be covered, how old a signature may be, for which hosts: `strictPolicy()`, `tradingPolicy()`. */
  readonly policy: Policy
  /** Where nonces are remembered: `memoryReplayStore()` for one process, a shared store for several. */
  readonly replay: ReplayStore | typeof noReplayProtection
  /** Default: `monotonicClock()`, which notices when it was set back. */
  readonly clock?: Clock
  /** Called once for every verdict; what it throws is ignored. */
  readonly audit?: AuditSink
  /** How much one address, key or owner may ask. Default: no limit. */
  readonly limits?: RateLimits
  /** How long a key source, remote key or replay store may take before the answer is STORE_UNAVAILABLE. Default 250 ms. */
  readonly storeTimeoutMs?: number
}

/**
 * What a route adds to one verification. Where it names a scope, a path that two programs read differently is refused with
 * `TARGET_MALFORMED`, as every middleware does; the forms of {@link PathOptions} are taken where they are asked for.
 */
export interface VerifyContext extends PathOptions {
  /** The client's address, where an adapter could determine it. */
  readonly clientIp?: string | undefined
  /** The scope this route needs, `resource:action`. */
  readonly scope?: string
  /** Hand a large body out while it arrives instead of reading it first; see {@link Accepted.bodyStream}. */
  readonly streamBody?: boolean
  /** What the request takes from the rates of its key and owner, an integer from 0. Default 1. */
  readonly cost?: number
  /** For the audit trail: the address at the other end of the socket, and how `clientIp` was found. */
  readonly peerIp?: string | undefined
  readonly ipSource?: string
  /** For the audit trail: what the service calls this request. */
  readonly requestId?: string
}

/** Judges requests. */
export interface Verifier {
  /** What must be covered, how old a signature may be, for which hosts: `strictPolicy()`, `tradingPolicy()`. */
  readonly policy: Policy
  /** Fields that tell a refused client what to send: `Accept-Signature`, `WWW-Authenticate`. */
  readonly challenges: ReadonlyArray<{ readonly field: string; readonly value: string }>
  /**
   * Whatever happens is a verdict; something that is no request, such as a host's own, and a `scope` that no key can have are
   * `HOST_FAULT`, and `detail` says what to pass. It rejects only with `CONFIG_INVALID`, for a context that holds a name it does not know or a
   * value of another type: a mistake of the program, under which a misspelt `scope` would be none.
   */
  verify(request: HttpRequest, context?: VerifyContext): Promise<Verdict>
  /**
   * Refuses a request for a reason that is found outside of the verifier, such as the scope of a route: the same verdict, with
   * the same event of the audit trail, as if `verify` had found it.
   *
   * @throws {CountersignError} `CONFIG_INVALID` for a code that no verdict has, and for a context as `verify` refuses it.
   * @param accepted The verdict of `verify` on this request, where it was accepted before: the event then names its key.
   */
  refuse(request: HttpRequest, code: VerdictCode, detail: string, context?: VerifyContext, accepted?: Accepted): Refused
}
