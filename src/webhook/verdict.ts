import type { VERDICT_STATUS, VerdictCode } from '../errors.js'
import type { WebhookAnswer } from '../schemes/webhook/webhook.js'

/** A delivery that its sender made. */
export interface WebhookAccepted {
  /** Says that the signature was proven. */
  readonly ok: true
  /** The id of the scheme, such as `stripe`. */
  readonly webhook: string
  /** Which of the secrets it was, by its key id: `stripe`, or `stripe-2` for the second. */
  readonly keyId: string
  /** The signed time; absent where none is signed. */
  readonly createdMs: number | undefined
  /** The sender's id for the event, the same when it is delivered again; a claim where the scheme does not sign it. */
  readonly deliveryId: string | undefined
  /** True where it was delivered before: answer 200 and do nothing. Always false without `deliveries`. */
  readonly duplicate: boolean
  /** What the signature covers. Nothing else of the request is proven. */
  readonly covered: readonly string[]
  /** The raw body. */
  readonly body: Uint8Array
  /** The answer that the sender waits for, where the message is a question of its own (a URL check). */
  readonly answer: WebhookAnswer | undefined
  /** The body as text. @throws {CountersignError} `BODY_UNREADABLE` for what is no UTF-8. */
  text(): string
  /** The body as JSON. @throws {CountersignError} `BODY_UNREADABLE` for what is none. */
  json(): unknown
  /** With `handleMs`: the delivery is handled, so that further attempts are duplicates. */
  settle(): Promise<void>
  /** Forgets the delivery, because its handler failed: the next attempt is no duplicate. */
  release(): Promise<void>
}

/** A request that was refused, and why. `detail` is for logs; only the status may go out. */
export interface WebhookRefused {
  /** Says that nothing is proven. */
  readonly ok: false
  /** Why, as a word for programs. */
  readonly code: VerdictCode
  /** One of the statuses of `VERDICT_STATUS`. */
  readonly status: (typeof VERDICT_STATUS)[VerdictCode]
  /** Why, for a log. */
  readonly detail: string
  /** False where nothing is known about the message, because a store or a key could not be asked: the sender should try again. */
  readonly conclusive: boolean
  /**
   * What to send in place of the refusal, where the request is no delivery but a question by which the sender asks for proof that it
   * has the right URL. Nothing of it is proven, and no handler may run.
   */
  readonly answer?: WebhookAnswer
}

/** The one answer about a delivery. */
export type WebhookVerdict = WebhookAccepted | WebhookRefused
