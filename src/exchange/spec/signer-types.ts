import type { HmacKey, SigningKey, SyncSigningKey } from '../../crypto/key.js'
import type { Service, Signer } from '../../schemes/scheme.js'
import type { Clock, Nonces } from '../../sources/sources.js'
import type {
  CommonOptions,
  EnvironmentOption,
  KeyCredentials,
  SecretCredentials,
  VariantOption,
} from './credentials.js'

import type { Params } from './params.js'
import type { ExchangeSpec } from './spec.js'

/** What an exchange's fetch takes besides the platform's own options. */
export interface ExchangeFetchInit extends RequestInit {
  /** Parameters, which go where the exchange wants them: query, form or body. */
  readonly params?: Params
  /** A body, sent as JSON. */
  readonly json?: unknown
}

/** At once where the key answers at once. */
export type Answer<K extends SigningKey, T> = K extends SyncSigningKey ? T : T | Promise<T>

/** A request by its parts: what {@link ExchangeSigner.sign} signs. */
export interface ExchangeRequest {
  /** Default `GET`. */
  readonly method?: string
  /** A path at the exchange, or a whole URL. A query in it stays as it is. */
  readonly path: string
  /** Parameters by name: the exchange's rules decide whether they are a query, a form or JSON, and how they are encoded. */
  readonly params?: Params | undefined
  /** A JSON body; with it, `params` go into the query. */
  readonly json?: unknown
  /** A body that is text already. */
  readonly body?: string | undefined
  /** Fields that are sent besides those that sign. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A signed request for any HTTP client. Send all of it as it is: these are the bytes that were signed. */
export interface SignedRequest {
  /** Method of the request. */
  readonly method: string
  /** Where it goes, with its query. */
  readonly url: string
  /** Its fields, with those that sign. */
  readonly headers: Readonly<Record<string, string>>
  /** Absent where there is none. */
  readonly body?: string
}

/** What makes a WebSocket connection count as the key's. */
export interface Login {
  /** To be sent, in this order, once the socket is open. */
  readonly messages: readonly string[]
  /** Fields of the upgrade request. No browser lets a page set them: there, a server of your own has to open the socket. */
  readonly headers?: Readonly<Record<string, string>>
  /** What the socket's URL needs, without "?". */
  readonly query?: string
  /** Until when the exchange takes this login, in milliseconds since the epoch; `undefined` where it does not say. */
  readonly expiresAtMs: number | undefined
  /** Where the login is a token: the signed request that fetches it; hand its JSON answer to {@link Login.use}. */
  readonly request?: SignedRequest
  /** The login that goes on with an answer, such as one with a challenge to sign. */
  use?(answer: unknown): Login
  /**
   * Asked by `openExchangeSocket` before anything of the login leaves. Not among the members that are listed or copied.
   *
   * @throws {CountersignError} `ORIGIN_REFUSED` for the URL of a socket that is not the exchange's, in the signer's environment,
   *   and not at a given `origin` or `baseUrl`.
   */
  assertSocket?(url: string): void
}

/** Where time and nonce of one signature come from, in place of the signer's own. */
export interface SignOptions {
  /** What time the signature says. Default: the signer's own clock. */
  readonly clock?: Clock
  /** Where its nonce comes from. Default: the signer's own. */
  readonly nonces?: Nonces
}

/** An exchange without a key: what a verifier, a mock or a clock needs to know of it. */
export interface Exchange {
  /** What the exchange is described by. */
  readonly spec: ExchangeSpec
  /** The exchange's own options that a signature depends on: what a signer was made with, its verifier must know as well. */
  readonly options?: Readonly<Record<string, unknown>>
}

/** An exchange with the key of one account. */
export interface ExchangeSigner<K extends SigningKey = SigningKey> extends Exchange, Signer<K> {
  /** `live`, or the name of another environment: what {@link EnvironmentOption.environment} asked for. */
  readonly environment: string
  /** `baseUrl` is what a bare path is sent to. */
  readonly service: Service<ExchangeFetchInit> & { readonly clock: Clock; readonly baseUrl: string }
  /**
   * A signed request, for any HTTP client.
   *
   * @throws {CountersignError} `ARGUMENT_INVALID` for parameters that cannot be written, `MESSAGE_MALFORMED` for a request that
   *   holds authentication already, `NONCE_EXHAUSTED`.
   */
  sign(request: ExchangeRequest, when?: SignOptions): Answer<K, SignedRequest>
  /**
   * What to say on a socket so that it is yours, made for this moment: sign again for every connection.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where the exchange has no login, or not for such a key; `ARGUMENT_INVALID`.
   */
  login(args?: Readonly<Record<string, unknown>>, when?: SignOptions): Answer<K, Login>
  /**
   * The WebSocket that {@link ExchangeSigner.login} is for, in the signer's environment: the `url` of `openExchangeSocket`.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where the exchange has several or none, and beside an `origin` or `baseUrl`
   *   of your own.
   */
  socketUrl(): string
  /** One of the exchange's other signed messages, by its name in the exchange's page. @throws {CountersignError} as `login`. */
  signMessage(name: string, args?: Readonly<Record<string, unknown>>, when?: SignOptions): Answer<K, string>
}

/**
 * Options of an exchange that is not known when the code is written. Every factory is an `ExchangeFactory<AnyOptions>`, which
 * `ExchangeFactory` is short for; its options are checked at run time only.
 */
// biome-ignore lint/suspicious/noExplicitAny: no other type is both above and below the options of every exchange.
export type AnyOptions = any

/** Options of an exchange without an account: which of its variants and environments is meant, and its own options. */
export type WithoutKey<O> = Partial<Omit<O, keyof CommonOptions | 'passphrase' | 'recvWindow' | 'nonces'>> & {
  readonly apiKey?: undefined
  readonly secret?: undefined
  readonly key?: undefined
}

/**
 * Makes the signers of one exchange: call it with credentials, or with none for the exchange itself. `O` is what the exchange
 * takes besides its key.
 */
export interface ExchangeFactory<O = AnyOptions> {
  (options?: WithoutKey<O>): Exchange
  // One signature for both kinds of key, so that the compiler's message is about the option that is wrong. A shared secret
  // says nothing about K, which is then an HMAC key.
  <K extends SigningKey = HmacKey>(credentials: KeyCredentials<K, O> | SecretCredentials<O>): ExchangeSigner<K>
  /** What {@link VariantOption.variant} may be. */
  readonly variants: readonly string[]
  /** What {@link EnvironmentOption.environment} may be, `live` first. */
  readonly environments: readonly string[]
  /** `exchange(credentials).login(args)` */
  login<K extends SigningKey = HmacKey>(
    credentials: KeyCredentials<K, O> | SecretCredentials<O>,
    args?: Readonly<Record<string, unknown>>,
  ): Answer<K, Login>
}
