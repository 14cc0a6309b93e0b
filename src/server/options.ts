import type { VerdictCode } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { VerifyScheme } from '../schemes/scheme.js'
import type { Clock } from '../sources/monotonic-clock.js'
import type { AuditSink } from './audit-event.js'
import type { Explainer } from './explain.js'
import type { KeySource } from './key-source.js'
import type { noReplayProtection, Policy } from './policy/policy.js'
import type { RateLimiting } from './rate-limits.js'
import type { ReplayStore } from './replay/replay-store.js'
import type { SignatureErrorFacts } from './signature-error.js'
import type { Accepted, Refused, Verdict } from './verdict.js'
import type { VerifyContext } from './verify-context.js'

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
  /** How much one address, key or owner may ask: `rateLimits()`. Default: no limit. */
  readonly limits?: RateLimiting
  /** How long a key source, remote key or replay store may take before the answer is STORE_UNAVAILABLE. Default 250 ms. */
  readonly storeTimeoutMs?: number
  /**
   * For development: puts the reason of a refusal into its answer, for the callers that it allows. `loopbackOnly()` of
   * `countersign/doctor` allows those on this machine. Default: none, an answer shows its status alone.
   */
  readonly explain?: Explainer
  /**
   * `signatureErrors` adds `Signature-Error` to refusals: the components that a signature has to cover, or the algorithms that are
   * taken. Default: none.
   */
  readonly signatureError?: (refused: Refused, facts: SignatureErrorFacts) => string | undefined
}

/** The answer of {@link Verifier.tryOut}. */
export interface TriedOut {
  /** It would be accepted, where its nonce is a new one and no rate is used up. */
  readonly wouldAccept: boolean
  /** Why not. */
  readonly code: VerdictCode | undefined
  /** What was wrong, for a log. */
  readonly detail: string | undefined
  /** The key that the request names; only a claim unless it would be accepted. */
  readonly keyId: string | undefined
  /** False where it was refused before any key was looked for. */
  readonly reachedKey: boolean
}

/** Judges requests. */
export interface Verifier {
  /** What must be covered, how old a signature may be, for which hosts: `strictPolicy()`, `tradingPolicy()`. */
  readonly policy: Policy
  /** Fields that show a refused client what to send: `Accept-Signature`, `WWW-Authenticate`. */
  readonly challenges: ReadonlyArray<{ readonly field: string; readonly value: string }>
  /**
   * Whatever happens is a verdict; something that is no request, such as a host's own, and a `scope` that no key can have are
   * `HOST_FAULT`, and `detail` names what to pass. It rejects only with `CONFIG_INVALID`, for a context that holds an unknown
   * name or a value of another type, and for a `signatureError` that returns no text: a mistake of the program, under which a
   * misspelt `scope` would be none.
   */
  verify(request: HttpRequest, context?: VerifyContext): Promise<Verdict>
  /**
   * What `verify` would make of a request, for a page where people try requests out: nothing is claimed, counted, limited or
   * written to the audit trail. It is no verdict, so that nothing can be let in by it: the same request may come again.
   * Absent where a verifier has no such thing.
   */
  tryOut?(request: HttpRequest, context?: VerifyContext): Promise<TriedOut>
  /**
   * Refuses a request for a reason that is found outside of the verifier, such as the scope of a route: the same verdict, with
   * the same event of the audit trail, as if `verify` had found it.
   *
   * @throws {CountersignError} `CONFIG_INVALID` for a code that no verdict has, and for a context as `verify` refuses it.
   * @param accepted The verdict of `verify` on this request, where it was accepted before: the event then names its key.
   */
  refuse(request: HttpRequest, code: VerdictCode, detail: string, context?: VerifyContext, accepted?: Accepted): Refused
}
