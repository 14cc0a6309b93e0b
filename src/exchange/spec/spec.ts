import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import type { Bytes, HmacKey, SigningKey } from '../../crypto/key.js'
import type { Coverage, Service } from '../../schemes/scheme.js'
import type { AnswerTime } from '../../sources/answer-time.js'
import type { Clock, Nonces } from '../../sources/sources.js'
import type { CallBody } from './call-body.js'
import type { Draft, Value } from './draft.js'
import type { Output } from './outputs.js'
import type { ParamsEncoding } from './params.js'
import type { Place, PlaceList } from './places.js'
import type { SecretEncoding } from './secrets.js'
import type { TimeFormat } from './times.js'

/**
 * A header field of authentication. The third member reads a value that holds several: its named groups are members of the
 * draft. A computed value without it must be received exactly as it would be written.
 */
export type Header = readonly [name: string, value: Value, read?: RegExp]

/** Where parameters go that a caller gives by name. */
export type ParamsTarget = 'query' | 'form' | 'json'

/** The same by method: `{ GET: 'query', other: 'json' }`. */
export type MethodTargets = Readonly<Record<string, ParamsTarget>> & { readonly other: ParamsTarget }

/** What an exchange takes for a nonce. */
export interface NonceFormat {
  /** What may be sent and received. */
  readonly pattern: RegExp
  /** Where they come from unless the caller says otherwise. */
  readonly nonces: Nonces
  /** Present where each must be larger than the last one of its key. */
  readonly increasing?: true
}

/** Arguments of a message, by name. */
export type MessageArgs = Readonly<Record<string, unknown>>

/** One thing that is said on a WebSocket (or FIX) connection and signed. */
export interface MessageSpec {
  /** Where it differs from that of requests. */
  readonly time?: TimeFormat
  /** Where only the message has one. */
  readonly nonce?: NonceFormat
  /** How long the exchange takes it, where the time is not an expiry. */
  readonly lifeMs?: number
  /** The only algorithms it may be signed with. */
  readonly algorithms?: readonly KeyAlgorithm[]
  /** The form of the signature, where it differs from that of requests. */
  readonly output?: Output
  /** Where the socket lives, for messages that belong to the upgrade: its path is signed. */
  readonly path?: string
  /** Arguments that the caller need not give. */
  readonly args?: MessageArgs
  /** The same, where they depend on the algorithm of the key. */
  readonly keyArgs?: Readonly<Partial<Record<KeyAlgorithm, MessageArgs>>>
  /** What is signed. */
  readonly base: (draft: Draft) => Bytes
  /**
   * The message, as JSON with placeholders: `$name` is a member of the draft or of the arguments, `#name` the same as a number,
   * `@name` an argument only; a placeholder for what is absent is left out, and `$a.$b` is two texts with a dot between them. A
   * bare string is the message itself. `undefined`: nothing is sent.
   */
  readonly template?: unknown
  /** Fields of the upgrade request; no browser lets a page set them. */
  readonly headers?: readonly Header[]
  /** Query parameters of the socket's URL. */
  readonly query?: PlaceList
  /** As {@link ExchangeSpec.read}, for a message that was received. */
  readonly read?: (draft: Draft) => void
}

/** A login by a token that a signed request fetches first. */
export interface TokenSpec {
  /** Method of the request for a token. */
  readonly method: string
  /** Path of the request for a token. */
  readonly path: string
  /** Where the token stands in the exchange's answer: names and positions joined by dots, as `data.token`. */
  readonly token: string
  /** The message that shows the token, as {@link MessageSpec.template} with the placeholder `$token`. */
  readonly template?: unknown
  /** Query parameters of the socket's URL that show it, or the path: `listenKey=$token`, where it is percent-encoded. */
  readonly query?: string
  /** How long a token is good for, in milliseconds. Absent: its end is not known. */
  readonly lifeMs?: number
}

/** Where the exchange states its time, and how it says that a request's was wrong. */
export interface ClockSpec extends Partial<AnswerTime> {
  /** A public path at the exchange's origin; {@link AnswerTime.time} is where its answer states the time. */
  readonly path?: string
  /** Found in the body of an answer that refuses a request for its time. */
  readonly error: RegExp
  /** True where such an answer has status 200. */
  readonly status200?: true
}

/** Another environment of an exchange, such as its test network. Its keys and money are not those of the live one. */
export interface Environment {
  /** As {@link ExchangeSpec.origins}. */
  readonly origins: readonly string[]
  /** As {@link ExchangeSpec.socketUrl}. */
  readonly socketUrl?: string
  /** Fields that every request to it shows besides those of {@link ExchangeSpec.headers}. */
  readonly headers?: readonly Header[]
  /** What its rules find in {@link Draft.options} besides those: a network's name that is signed. */
  readonly constants?: Readonly<Record<string, string>>
}

/** When an exchange ends, by its own notice. */
export interface ExchangeEnd {
  /** `closing` still answers some requests. */
  readonly state: 'closing' | 'closed'
  /** The day of the end, UTC: `2026-09-23`. */
  readonly on: string
  /** For people, behind the name: `has no new orders since …`. */
  readonly detail: string
}

/** The clock of a signer, and what finds in an answer that it is wrong. */
export interface LearningClock extends Pick<Service, 'isClockError'> {
  readonly clock: Clock
}

/** An exchange as data: what is signed, how, and where it is put. Both sides read the same. */
export interface ExchangeSpec {
  /** Lower case, as in the import: `okx`. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** The page that says all this. */
  readonly docs: string
  /** Present where it has ended or will. */
  readonly end?: ExchangeEnd
  /** Where the live API lives; a bare path is meant at the first one. */
  readonly origins: readonly string[]
  /** The WebSocket that `login()` is for, where one URL serves every account. */
  readonly socketUrl?: string
  /**
   * True where the hosts are other companies' (nodes of a chain): sockets are then on one of the origins, or a given one, and on no
   * other host of their domains.
   */
  readonly onlyOrigins?: true
  /** The other environments by name, such as `testnet`. This one is called `live`. */
  readonly environments?: Readonly<Record<string, Environment>>
  /** Of the chosen environment: see {@link Environment.constants}. */
  readonly constants?: Readonly<Record<string, string>>
  /** Names of the options that only this exchange has; its rules find them in {@link Draft.options}. */
  readonly options?: readonly string[]
  /** The algorithms of its keys, each with the text form of its signatures. */
  readonly keys: Readonly<Partial<Record<KeyAlgorithm, Output>>>
  /** Makes a key of a shared secret; absent where the exchange has none. */
  readonly secretKey?: (options: { readonly keyId: string; readonly secret: Uint8Array }) => HmacKey
  /** Default: the characters themselves. */
  readonly secret?: SecretEncoding
  /** How the time of a request is written. Default: it has none. */
  readonly time?: TimeFormat
  /** How its nonce is written. Default: it has none. */
  readonly nonce?: NonceFormat
  /** Reads the option of a {@link window}: see {@link AccountReaders}. */
  readonly windowOf?: (spec: ExchangeSpec, recvWindow: number | string | undefined) => string
  /**
   * The receive window in milliseconds: the default ('' for nothing), the largest, whether
   * the caller may say that none is given, and whether the exchange takes fractions.
   */
  readonly window?: {
    /** What is sent where the caller states none; '' for nothing. */
    readonly default: string
    /** The largest, in milliseconds. */
    readonly max: number
    /** Whether the caller may state none, with `recvWindow: 'none'`. */
    readonly optional?: true
    /** Whether it may have a fraction. */
    readonly decimals?: true
  }
  /** Reads the option of a {@link passphrase}: see {@link AccountReaders}. */
  readonly passphraseOf?: (spec: ExchangeSpec, key: SigningKey, given: string | undefined) => string
  /** How a passphrase is proven: shown as it is, signed with the key, or in the text that is signed. Absent where there is none. */
  readonly passphrase?: 'shown' | 'signed' | 'in-base'
  /** In the order of the wire. */
  readonly headers?: readonly Header[]
  /** What of authentication stands in the query or the body. */
  readonly place?: Place
  /** Exactly what is signed. */
  readonly base: (draft: Draft) => Bytes
  /** What of the request that proves: nothing of it can be changed so that {@link base} stays what it was. */
  readonly covers: readonly Coverage[]
  /** True where the exchange takes no JSON body: it would be signed, or get pairs behind it, and mean nothing. */
  readonly onlyForms?: true
  /** What of {@link covers} one request leaves out, at exchanges where that depends on it. */
  readonly notCovered?: (draft: Draft) => readonly Coverage[]
  /**
   * With `json` the verifying side takes no other body, and no path or query with a character that JSON starts with: where
   * what is signed joins them without anything between, that says where the body begins. Default `any`.
   */
  readonly body?: 'json' | 'any'
  /** How `params` and `json` are written. */
  readonly params?: ParamsEncoding & {
    /** Default: the query for GET, HEAD and DELETE, else a JSON body. */
    readonly into?: ParamsTarget | MethodTargets
    /** Paths whose POST takes its parameters in the query. */
    readonly postInQuery?: RegExp
    /** A space is `+`, as HTML forms have it, not `%20`. */
    readonly plus?: true
    /** What stands around them in a JSON body, where they do not stand at its top. */
    readonly wrap?: CallBody
  }
  /** On the verifying side, once everything is read: completes the draft, or refuses what contradicts the request. */
  readonly read?: (draft: Draft) => void
  /** Reads the {@link clock} of refusals: see {@link AccountReaders}. */
  readonly learningClock?: (spec: ExchangeSpec) => LearningClock
  /** Where the exchange shows its time, and how it refuses one. Default: neither is known. */
  readonly clock?: ClockSpec
  /** What is said on a socket, by name; `login` is what a connection starts with. */
  readonly messages?: Readonly<Record<string, MessageSpec>>
  /** The token that opens a private socket. Default: there is none. */
  readonly token?: TokenSpec
}

/** What some exchanges have in common, as members that each of them has. */
export type Family<K extends keyof ExchangeSpec> = { readonly [M in K]-?: NonNullable<ExchangeSpec[M]> }

/**
 * What reads those options of an account that not every exchange has. The exchanges of this package state those they need, so that
 * a bundle holds no others; `defineExchange` adds what is not given.
 */
export type AccountReaders = Required<Pick<ExchangeSpec, 'windowOf' | 'passphraseOf' | 'learningClock'>>

/** What one variant of an exchange does otherwise; a member that is `undefined` is one it does not have. */
export type ExchangeVariant = { readonly [K in keyof ExchangeSpec]?: ExchangeSpec[K] | undefined }

/** The part of an exchange that signing a request takes: what {@link ExchangeSpec.base} is, and where everything stands. */
export type ExchangeRules = Pick<
  ExchangeSpec,
  | 'id'
  | 'name'
  | 'keys'
  | 'time'
  | 'nonce'
  | 'window'
  | 'passphrase'
  | 'headers'
  | 'place'
  | 'base'
  | 'covers'
  | 'onlyForms'
  | 'notCovered'
>
