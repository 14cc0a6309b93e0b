import type { KeyRecord } from '../access/key-record.js'
import { fail, type VerdictCode } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { BodyStream } from '../support/body.js'

/** A message that passed every check. Identity exists only here. */
export interface Accepted {
  /** Says that every check was passed. */
  readonly ok: true
  /** The key that has signed. */
  readonly keyId: string
  /** Who owns the key, where its record says so. */
  readonly owner: string | undefined
  /** The record of the key. */
  readonly record: KeyRecord
  /** The id of the scheme. */
  readonly scheme: string
  /** The label of the signature, such as `sig1`; '' where the scheme has none. */
  readonly label: string
  /** The tag of the signature, where it has one. */
  readonly tag: string | undefined
  /** When it was made, in milliseconds since the epoch; `undefined` where the scheme signs no time. */
  readonly createdMs: number | undefined
  /** When it ends, in milliseconds since the epoch. */
  readonly expiresMs: number | undefined
  /** Its nonce, where it has one. */
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
  /** The address of the client, as the middleware has found it. */
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
  /** Why, as a word for programs. */
  readonly code: VerdictCode
  /** Why, for people. */
  readonly detail: string
  /** What was most likely done wrong, with what it rests on and what to change. */
  readonly finding?: ExplainedFinding
}

/** One thing that is wrong with a request. */
export interface ExplainedFinding {
  /** Stable, lower case with hyphens. */
  readonly id: string
  /** How sure it is. */
  readonly certainty: string
  /** What was most likely done wrong. */
  readonly cause: string
  /** What that rests on. */
  readonly evidence: string
  /** What to change. */
  readonly fix: string
}

/** A message that was refused, and why. `detail` is for logs; only the status may go out. */
export interface Refused {
  /** Says that nothing is proven. */
  readonly ok: false
  /** Why, as a word for programs and logs. It does not go out. */
  readonly code: VerdictCode
  /** The HTTP status for the outside: as coarse as it must be to reveal no keys. */
  readonly status: number
  /**
   * True where the message is wrong, and will be refused again. False where it could not be judged: a store or a key directory
   * was down, a limit was reached, the clock is unsafe.
   */
  readonly conclusive: boolean
  /** Why, for a log. */
  readonly detail: string
  /** The key id the message claimed, where it was well-formed. A claim, not an identity. */
  readonly claimedKeyId: string | undefined
  /** The request that was judged. */
  readonly request: HttpRequest
  /** The address of the client, as the middleware has found it. */
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
