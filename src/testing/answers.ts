import type { VerdictCode } from '../errors.js'
import type { Draft } from '../exchange/spec/draft.js'
import type { Account, Permission } from './accounts.js'
import type { Calls } from './calls/call.js'
import type { Facts, Refusal } from './refusal.js'

/** A part of authentication that a request may lack. */
export type Part = 'key' | 'sign' | 'time' | 'nonce' | 'passphrase'

/** How old a time may be, where the request states no window itself, and how far ahead. */
export interface TimeRule {
  /** How old a time may be, in milliseconds. Default 30 000. */
  readonly pastMs?: number
  /** How far ahead it may lie, in milliseconds. Default 1 000. */
  readonly futureMs?: number
}

/** How old the time in a nonce may be, and how far ahead. */
export interface NonceTimeRule extends Required<TimeRule> {
  /** What the nonce counts: milliseconds or microseconds. */
  readonly unit: 'ms' | 'us'
  /** Smaller numbers are no times. Default 0. */
  readonly from?: number
}

/** An end that stands in what is asked for: an order is refused that could not rest. */
export interface EndRule {
  /** In milliseconds since the epoch; `undefined` where it states none. */
  readonly endMs: (draft: Draft) => number | undefined
  /** The answer to an order that could not rest. */
  readonly refusal: Refusal
}

/** What happened on a socket. */
export interface SocketFacts extends Omit<Facts, 'method' | 'path' | 'json'> {
  /** Name of the signed message in the exchange's page: `login`, `call` … */
  readonly message: string
  /** The message as it was parsed. */
  readonly received: Readonly<Record<string, unknown>>
  /** Why it was refused. */
  readonly code: VerdictCode | undefined
  /** The exchange's refusal over HTTP for the same reason. */
  readonly refusal: { readonly status: number; readonly body: unknown }
  /** The key that was named; '' for none. */
  readonly keyId: string
}

/** The messages of an exchange on a socket; `undefined` sends none. */
export interface SocketAnswers {
  /** Sent when the socket opens. */
  readonly greeting?: unknown
  /** Sent where the login was accepted. */
  readonly accepted: (facts: SocketFacts) => unknown
  /** Sent where it was refused. */
  readonly refused: (facts: SocketFacts) => unknown
  /** To a message that is not signed, on a socket that is logged in or needs no login. */
  readonly other?: (facts: SocketFacts) => unknown
  /** To the same, before a login. */
  readonly anonymous?: (facts: SocketFacts) => unknown
  /** Text that is answered with text. */
  readonly pings?: Readonly<Record<string, string>>
  /** A question whose answer is a challenge to sign. */
  readonly challenge?: {
    /** Whether a message asks for a challenge. */
    readonly asks: (received: Readonly<Record<string, unknown>>) => boolean
    /** The answer with a challenge. */
    readonly answer: (challenge: string) => unknown
  }
}

/** How a session is opened. */
export interface SessionAnswer {
  /** The secret that was posted. */
  readonly secret: (posted: Readonly<Record<string, unknown>>) => unknown
  readonly opened: (account: Account, secret: string, nowMs: number) => Response
}

/** A request that nothing signs. */
export interface OpenFacts {
  readonly path: string
  readonly json: unknown
  /** The account whose token it shows. */
  readonly bearer: Account | undefined
  readonly accounts: ReadonlyMap<string, Account>
  /** The exchange's options that a signature depends on. */
  readonly options: Readonly<Record<string, unknown>>
  readonly nowMs: number
  readonly nextId: () => number
}

/** What a mock answers for one family of exchanges, as data. What is absent is answered in a general form. */
export interface ExchangeAnswers {
  /** Options of the exchange that are signed and not sent: without one nothing can be verified. */
  readonly needed?: readonly string[]
  /** The exchange's refusals, by what was wrong. */
  readonly refusals?: Readonly<Partial<Record<VerdictCode, Refusal>>>
  /** `AUTH_MISSING`, by what is missing. */
  readonly missing?: Readonly<Partial<Record<Part, Refusal>>>
  /** A request to another environment, where a field tells them apart. Default: the refusal of an unknown key. */
  readonly environment?: Refusal
  /** How old a time may be, and how far ahead. */
  readonly window?: TimeRule
  /** Where a nonce is a time, and one that is too old or too far ahead is refused. */
  readonly nonceTime?: NonceTimeRule
  /** Where orders state an end of their own, and one that has passed is refused. Not asked with `strict: false`. */
  readonly ends?: EndRule
  /** What a request (`METHOD /path`) needs of its key; the first that fits. */
  readonly needs?: ReadonlyArray<readonly [RegExp, Permission]>
  /** Public paths that return the time. */
  readonly time?: Readonly<Record<string, (nowMs: number) => unknown>>
  /** Endpoints that describe the key, `METHOD /path`. */
  readonly keyInfo?: Readonly<Record<string, (account: Account, nowMs: number) => unknown>>
  /**
   * Requests that nothing signs, `METHOD /path`, or the start of one with `*` behind it: reads about a key, and what a token is shown
   * with. `undefined` for what is none: the request is judged as any other. A route of the test's answers in its place, unless the
   * answer is a refusal.
   */
  readonly open?: Readonly<Record<string, (facts: OpenFacts) => unknown>>
  /** The calls that the exchange has, where the mock knows them. Others are then refused as the exchange refuses them. */
  readonly calls?: Calls
  /** The answer to anything else: what was asked for, with the id of what came of it. */
  readonly success?: (echo: Readonly<Record<string, unknown>>, id: number, nowMs: number) => unknown
  /**
   * Requests that open a session (`METHOD /path`): what was posted shows a secret, and the answer hands out what stands for the account.
   * `undefined` where it shows none.
   */
  readonly sessions?: Readonly<Record<string, SessionAnswer>>
  /** A token in the exchange's form, made of a random text. Default: that text. */
  readonly tokenText?: (random: string) => string
  /** The answer that hands out a token for the socket. */
  readonly token?: (token: string, socketUrl: string, nowMs: number) => unknown
  /** What a request asks for, where it is neither query, form nor JSON. */
  readonly params?: (draft: Draft) => unknown
  /** The messages on a socket. Absent: sockets are answered in a general form. */
  readonly socket?: SocketAnswers
}
