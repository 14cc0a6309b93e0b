import type { KeyAlgorithm } from '../crypto/algorithm.js'
import type { Bytes, SigningKey, SyncSigningKey, TextEncoding } from '../crypto/key.js'
import type { HttpMessage, HttpRequest } from '../message/message.js'
import type { Clock, Nonces } from '../sources/sources.js'

export {
  type BodyDigest,
  type CarriedKey,
  type Challenge,
  type Coverage,
  memberOf,
  type PassphraseProof,
  type SchemeDemands,
  type Selection,
  schemeDemands,
  type UntrustedSignature,
  type VerifyScheme,
} from './scheme/verify-scheme.js'

/** What a scheme may know besides the message. Clock and randomness are arguments, so a scheme stays a pure function. */
export interface SignContext {
  /** Under which id the other side knows the key. */
  readonly keyId: string
  /** The algorithm of the key. */
  readonly algorithm: KeyAlgorithm
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  /** Unique for this key; schemes that sign no nonce ignore it. */
  readonly nonce: string
}

/** The stages of one signature, for people: what was signed, line by line. Never holds a key or a signature. */
export interface Trace {
  /** The id of the scheme. */
  readonly scheme: string
  /** What was signed, as text. */
  readonly base: string
  /** The text that the base holds a hash of, where the scheme hashes it first: the canonical request of AWS. */
  readonly canonical?: string
  /** What the signature covers, by the scheme's names. */
  readonly covered: readonly string[]
}

/** A message ready for its one key call. */
export interface Prepared<M extends HttpMessage = HttpMessage> {
  /** The exact bytes the key signs. */
  readonly base: Bytes
  /** The text form the signature takes on the wire; a key that can write it directly saves a copy. */
  readonly encoding: TextEncoding
  /** The final message: what was signed is what is sent. Takes the signature, or its text in {@link Prepared.encoding}. */
  attach(signature: Uint8Array | string): M
  /** What was signed, for people: made when it is asked for. */
  trace(): Trace
}

/** The signing side of a scheme: pure and synchronous. */
export interface SignScheme {
  /** The id of the scheme: what verdicts and policies call it. */
  readonly id: string
  /** Makes the bytes to be signed. Neither signs nor sends. */
  prepare<M extends HttpMessage>(message: M, context: SignContext): Prepared<M>
}

/** What `fetch` is called with. */
export type FetchArguments = [input: string | URL | Request, init: RequestInit | undefined]

/** A request as it is on the wire, before it is signed. */
export interface BuiltRequest {
  /** The request, with its body in memory. */
  readonly request: HttpRequest
  /** Nothing is left to be read: the body stands in the request. */
  readonly body: null
  /** What the transport is given besides: credentials, cache, dispatcher … */
  readonly rest: RequestInit
  /** Ends the request early. */
  readonly signal: AbortSignal | null | undefined
  /** Default `follow`. */
  readonly redirect: RequestRedirect | undefined
}

/** The members of the options of a request that only one service reads, and what to write for those that it reads not. */
export interface FetchInitNames {
  readonly own: readonly string[]
  readonly hints: Readonly<Record<string, string>>
}

/** What a service demands of its clients beyond the scheme; a client takes it where its own options do not state another. */
export interface Service<I extends RequestInit = RequestInit> {
  /** Where the service lives. */
  readonly origins: readonly string[]
  /** Tells the service's time. Default: this machine's. */
  readonly clock?: Clock
  /** Where the service's nonces come from. Default: random ones. */
  readonly nonces?: Nonces
  /**
   * The arguments of `fetch`, with what only this service's clients know (`params`, `json`, a bare path) written out: as a whole
   * request, which nothing has to read again, or as arguments that only the platform can read (a `Request`, a body of another
   * kind than text).
   */
  buildRequest(input: string | URL | Request, init: I | undefined): BuiltRequest | FetchArguments
  /** What {@link Service.buildRequest} reads besides the members of a `RequestInit`: a client refuses others before it asks. */
  readonly fetchInit?: FetchInitNames
  /** Whether an answer refuses the time of the request; {@link Service.clock} learns from it. Reads a copy. */
  isClockError(response: Response): boolean | Promise<boolean>
  /**
   * Asked of every request before it is signed, by every function that signs one.
   *
   * @throws {CountersignError} `ORIGIN_REFUSED` for one that does not go to the service.
   */
  assertOwn?(request: HttpRequest): void
  /**
   * The same for the URL of a socket, before anything is said there that the key has signed.
   *
   * @throws {CountersignError} `ORIGIN_REFUSED`
   */
  assertSocket?(url: string): void
}

/** A scheme with the key it signs with: what a client is made of. */
export interface Signer<K extends SigningKey = SigningKey> {
  /** What is signed, and where the signature goes. */
  readonly scheme: SignScheme
  /** What signs. */
  readonly key: K
  /** Present where the signer is for one service. */
  readonly service?: Service
  /**
   * The signer that does what a refusal of this request asks for; `undefined` where it asks for nothing, local policy refuses
   * what was asked, or the request does not have it. Present where the scheme has such a negotiation (RFC 9421 5).
   */
  answer?(refusal: { readonly status: number; readonly headers: Headers }, request: HttpRequest): Signer<K> | undefined
  /**
   * Reads the answer to a request that was signed: a nonce of the server (RFC 9449 8), its time. True where the request has to be
   * signed and sent once more for what was learned.
   */
  learn?(answer: { readonly status: number; readonly headers: Headers }, request: HttpRequest): boolean
}

/**
 * Sign a prepared message with a key that answers at once.
 *
 * @example
 * ```ts
 * import { hmacKey, httpRequest, rfc9421 } from 'countersign'
 * import { signPreparedSync } from 'countersign/scheme'
 *
 * const { scheme, key } = rfc9421({
 *   key: hmacKey({ keyId: 'k1', algorithm: 'hmac-sha256', secret: crypto.getRandomValues(new Uint8Array(32)) }),
 * })
 * const request = httpRequest({ url: 'https://api.example.com/' })
 * const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: Date.now(), nonce: 'a-nonce-that-is-fresh' }
 * const signed = signPreparedSync(scheme.prepare(request, context), key)
 * ```
 */
export function signPreparedSync<M extends HttpMessage>(prepared: Prepared<M>, key: SyncSigningKey): M {
  const { base, encoding } = prepared
  return prepared.attach(key.signText?.(base, encoding) ?? key.sign(base))
}

/**
 * Sign a prepared message with any key.
 *
 * @example
 * ```ts
 * import { generateKeyPair, httpRequest, rfc9421 } from 'countersign'
 * import { signPrepared } from 'countersign/scheme'
 *
 * const { signingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
 * const { scheme } = rfc9421({ key: signingKey })
 * const context = { keyId: 'bot-1', algorithm: signingKey.algorithm, nowMs: Date.now(), nonce: 'a-nonce-that-is-fresh' }
 * export const signed = await signPrepared(scheme.prepare(httpRequest({ url: 'https://api.example.com/' }), context), signingKey)
 * ```
 */
export async function signPrepared<M extends HttpMessage>(prepared: Prepared<M>, key: SigningKey): Promise<M> {
  return prepared.attach(await key.sign(prepared.base))
}

/** The text form of a signature that a key gave as bytes or already as text. `encode` writes {@link Prepared.encoding}. */
export const signatureText = (signature: Uint8Array | string, encode: (bytes: Uint8Array) => string): string =>
  typeof signature === 'string' ? signature : encode(signature)
