import type { Bytes, SigningKey, VerifyingKey } from '../../crypto/key.js'
import type { HttpRequest } from '../../message/message.js'
import type { TimeForm } from '../scheme/times.js'
import type { Weakness } from '../scheme/weaknesses.js'
import type { Coverage } from '../scheme.js'
import type { Codec } from './codecs.js'

/** A key of a webhook: at the receiver the half that verifies is enough. */
export type WebhookKey = VerifyingKey & Partial<SigningKey>

/**
 * One sender's webhooks with the secrets they are signed with: what {@link receiveWebhook} and {@link signWebhook} take. Made by
 * the functions named after the senders, such as `stripe()`.
 */
export interface Webhook {
  /** Stable, lower case: `stripe`. */
  readonly id: string
  /** Where signature, time and id stand, and what is signed. */
  readonly spec: WebhookSpec
  /** Any one of them is enough; the first is the newest. */
  readonly keys: readonly WebhookKey[]
  /**
   * Where the message names its key, such as by a certificate: the keys that are then tried in place of `keys`.
   *
   * @throws {CountersignError} the code of a verdict: `KEY_UNKNOWN` for a key that is not to be trusted, `KEY_SOURCE_FAILED` for one
   *   that could not be fetched.
   */
  readonly keysFor?: (request: HttpRequest, nowMs: number) => readonly WebhookKey[] | Promise<readonly WebhookKey[]>
  /** How old, and how far ahead, a signed time may be; absent where none is signed. */
  readonly window: WebhookWindow | undefined
  /** What the signatures cover, in the words of policies. */
  readonly covered: readonly Coverage[]
  /** What the scheme does not protect: see `WEAKNESSES`. */
  readonly weaknesses: readonly Weakness[]
}

/** What a receiver answers in place of its handler. */
export interface WebhookAnswer {
  /** The status to answer with. */
  readonly status: number
  /** The fields of the answer. */
  readonly headers: Readonly<Record<string, string>>
  /** The body of the answer. */
  readonly body: string
}

/** In milliseconds. */
export interface WebhookWindow {
  /** How old a time may be, in milliseconds. */
  readonly pastMs: number
  /** How far ahead it may lie, in milliseconds. */
  readonly futureMs: number
}

/** The parts that a signed text is made of. */
export interface SignedParts {
  /** The text of the time as it is on the wire; '' where the scheme has none. */
  readonly time: string
  /** The delivery id; '' where it is not signed. */
  readonly id: string
  readonly body: Uint8Array
  readonly request: HttpRequest
}

/** What is found where a scheme puts its signatures. */
export interface FoundSignatures {
  /** Decoded; at least one. */
  readonly signatures: readonly Uint8Array[]
  /** The text of the time, where it stands beside them. */
  readonly time?: string
  /** The delivery id, where it stands beside them. */
  readonly id?: string
}

/** Where signatures stand, and how they are written. */
export interface SignaturePlace {
  readonly codec: Codec
  /** `undefined` where the message has none. @throws {CountersignError} a verdict code for what is broken. */
  read(request: HttpRequest): FoundSignatures | undefined
  /** The field lines, or the whole request where they stand elsewhere. */
  write(
    signatures: readonly string[],
    signed: Pick<SignedParts, 'time' | 'id' | 'request'>,
  ): readonly string[] | HttpRequest
}

/** Where a time stands that is neither a field nor beside the signatures: in the query, or in the body. */
export interface TimePlace {
  /** `undefined` where there is none. @throws {CountersignError} a verdict code for what is broken. */
  read(request: HttpRequest): string | undefined
  /** The request with the time in it; one that has a time already keeps it. */
  write(request: HttpRequest, time: string): HttpRequest
}

/** One sender's scheme, as data. */
export interface WebhookSpec {
  readonly id: string
  readonly place: SignaturePlace
  /** The time that is signed: in a separate field, in another place, or (with neither) beside the signatures. */
  readonly time?: { readonly field?: string; readonly place?: TimePlace; readonly unit: TimeForm }
  /**
   * The delivery id: in a field, in the body that is signed, or beside the signatures and signed.
   */
  readonly delivery?:
    | { readonly field: string; readonly signed: boolean }
    | { readonly read: (body: Uint8Array) => string | undefined }
    | { readonly beside: true }
  /** The signed text, in parts that are joined as they are. */
  readonly base: (parts: SignedParts) => readonly Bytes[]
  /** Other texts that the sender may have signed in its place, such as a URL with its port. */
  readonly alternatives?: ReadonlyArray<(parts: SignedParts) => readonly Bytes[]>
  /** Fields and parts of the request that the text holds besides the body, in the words of policies. */
  readonly covers?: ReadonlyArray<
    'method' | 'authority' | 'path' | 'query' | 'scheme' | 'parameters' | 'query-parameters' | `field:${string}`
  >
  /** True where the body is not part of the text as it is. */
  readonly withoutBody?: boolean
  /** The sender's tolerance where it documents one. Default 300 000. */
  readonly toleranceMs?: number
  readonly weaknesses: readonly Weakness[]
  /** Answers a delivery that is a question whether the receiver knows the secret, with the key that made it (Zoom, Discord …). */
  readonly challenge?: (request: HttpRequest, body: Uint8Array, key: WebhookKey) => WebhookAnswer | undefined
  /**
   * Answers a request without a signature by which a sender asks for proof that it has the right URL (Meta, Dropbox …). It is never
   * a delivery: the verdict stays a refusal, with the answer beside it.
   */
  readonly question?: (request: HttpRequest) => WebhookAnswer | undefined | Promise<WebhookAnswer | undefined>
}
