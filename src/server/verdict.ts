import type { KeyRecord } from '../access/key-record.js'
import { fail, type VerdictCode } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { BodyStream } from '../support/body.js'

/** A message that passed every check. Identity exists only here. */
export interface Accepted {
  readonly ok: true
  readonly keyId: string
  readonly owner: string | undefined
  readonly record: KeyRecord
  readonly scheme: string
  readonly label: string
  readonly tag: string | undefined
  readonly createdMs: number | undefined
  readonly expiresMs: number | undefined
  readonly nonce: string | undefined
  /** The scheme's identifiers of everything the signature covers. Trust nothing else of the request. */
  readonly covered: readonly string[]
  /** The raw body, digest checked; `null` where the request has none, or where it is streamed. */
  readonly body: Uint8Array | null
  /**
   * With `streamBody` only: the body while it arrives. Its last chunk is held back until the digest has matched; reading
   * throws `DIGEST_MISMATCH`, `BODY_TOO_LARGE` or `BODY_UNREADABLE` otherwise, with the status to answer as `error.status`, and
   * the audit trail gets it as a separate event. Nothing read from it may take effect before it ends. The stream of a Node
   * request itself is held to the same, for whatever reads it.
   */
  readonly bodyStream: BodyStream | undefined
  /** The request that was judged: route and read from this one, not from what a framework made of it. */
  readonly request: HttpRequest
  readonly clientIp: string | undefined
  /** With `webhookVerifier()` of `countersign/webhook/verifier` only: the delivery of a webhook. */
  readonly delivery?: Delivery
}

/** A delivery of a webhook, which its sender repeats until it is answered with 2xx. */
export interface Delivery {
  /** The sender's id for the event, the same when it is delivered again; a claim where the scheme does not sign it. */
  readonly id: string | undefined
  /** True where it was delivered before: answer 200 and do nothing. Always false without `deliveries`. */
  readonly duplicate: boolean
  /** The answer that the sender waits for, where the message is a question of its own (a URL check): send it, and do nothing else. */
  readonly answer:
    | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
    | undefined
  /** The delivery is handled, so that further attempts are duplicates. Middleware does it for an answer of 2xx. */
  settle(): Promise<void>
  /**
   * Forgets the delivery, because its handler failed: the next attempt is no duplicate. Middleware does it for a handler that
   * throws or answers with another status than 2xx.
   */
  release(): Promise<void>
}

/** What a trusted caller reads in the answer, beside the status. */
export interface Explanation {
  readonly code: VerdictCode
  readonly detail: string
  /** What was most likely done wrong, with what it rests on and what to change. */
  readonly finding?: ExplainedFinding
}

/** One thing that is wrong with a request. */
export interface ExplainedFinding {
  /** Stable, lower case with hyphens. */
  readonly id: string
  readonly certainty: string
  readonly cause: string
  readonly evidence: string
  readonly fix: string
}

/** A message that was refused, and why. `detail` is for logs; only the status may go out. */
export interface Refused {
  readonly ok: false
  readonly code: VerdictCode
  /** The HTTP status for the outside: as coarse as it must be to reveal no keys. */
  readonly status: number
  /**
   * True where the message is wrong, and will be refused again. False where it could not be judged: a store or a key directory
   * was down, a limit was reached, the clock is unsafe.
   */
  readonly conclusive: boolean
  readonly detail: string
  /** The key id the message claimed, where it was well-formed. A claim, not an identity. */
  readonly claimedKeyId: string | undefined
  readonly request: HttpRequest
  readonly clientIp: string | undefined
  /** For 429 and 503: when trying again makes sense. */
  readonly retryAfterMs: number | undefined
  /** What the answer says besides the status, with `explain` only, for a caller that it allows. */
  readonly explanation?: Explanation
  /** `Signature-Error` of the answer, with the option `signatureError` only. */
  readonly signatureError?: string
}

/** The one answer of a verifier: there is no third state. */
export type Verdict = Accepted | Refused

/** Ends a judgement: inside the pipeline a refusal travels as an exception, outside it is always a {@link Verdict}. */
export const refuse: (code: VerdictCode, detail: string) => never = fail
