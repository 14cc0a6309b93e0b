import { assertOptions, CountersignError, kindOf, type OptionNames } from '../../errors.js'
import { assertParts, FETCH } from '../../support/asked.js'
import { AS_SYMBOL, type allowInsecure } from '../fetch/origins.js'
import type { Closed } from './connection.js'
import type { SocketLoginOptions } from './log-in.js'

/** Why a connection ended. */
export interface SocketEnd extends Closed {
  /** What failed on this side, such as a login that was refused. */
  readonly error: unknown
  /** Milliseconds until the next attempt; `undefined` where there is none. */
  readonly retryMs: number | undefined
}

/** A socket that `openExchangeSocket` keeps open. */
export interface ExchangeSocket {
  /** True while logged in. */
  readonly isReady: boolean
  /**
   * Resolves when logged in. Rejects with what made the attempt fail that is under way: the host cannot be reached (with the
   * platform's error, such as ECONNREFUSED, as its cause), the exchange refuses the login, `login` throws. While the socket
   * tries again this is the promise of the next attempt. A rejection that is not looked at does no harm.
   */
  readonly ready: Promise<void>
  /**
   * Sends now, or as soon as the login is done: what waits is sent once, in order, also on the next connection. Ask
   * {@link ExchangeSocket.isReady} before an order that must not be late.
   *
   * @throws {CountersignError} `CONFIG_INVALID` when a thousand messages wait, or the socket is closed for good.
   */
  send(message: string): void
  /** Ends it for good. */
  close(code?: number, reason?: string): void
  /** Resolves when it was closed by you; rejects with the reason when it gave up. */
  readonly closed: Promise<void>
}

/** Options of `openExchangeSocket`. */
export interface ExchangeSocketOptions extends SocketLoginOptions {
  /** After every login, before what waited is sent: subscribe here. */
  onOpen?(socket: ExchangeSocket): void
  /** After every loss of a connection, and after every attempt that failed. */
  onClose?(end: SocketEnd): void
  /** Attempts in a row (default without end), the first pause (500) and the longest (30 000); pauses double, with jitter. */
  readonly reconnect?: { readonly attempts?: number; readonly minMs?: number; readonly maxMs?: number }
  /** For exchanges that end a session while the socket stays open: log in again so often, from 1 000. Default: never. */
  readonly renewMs?: number
  /** Closes the socket for good, also while it waits to connect again. */
  readonly signal?: AbortSignal
}

// The longest pause that timers know.
const MAX_TIMER_MS = 2_147_483_647

const invalid = (text: string): CountersignError => new CountersignError('CONFIG_INVALID', text)

const OPTIONS: OptionNames<Omit<ExchangeSocketOptions, typeof allowInsecure>> = {
  url: 2,
  login: 2,
  challenge: 1,
  loggedIn: 1,
  onMessage: 2,
  onOpen: 1,
  onClose: 1,
  reconnect: 1,
  renewMs: 1,
  loginTimeoutMs: 1,
  signal: 1,
  fetch: 1,
  WebSocket: 1,
}
const RECONNECT: OptionNames<NonNullable<ExchangeSocketOptions['reconnect']>> = { attempts: 1, minMs: 1, maxMs: 1 }
const CHALLENGE: OptionNames<NonNullable<ExchangeSocketOptions['challenge']>> = { ask: 2, read: 2 }
const WHERE = 'openExchangeSocket'

/**
 * Refuses options that cannot be right, before anything is connected.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertSocketOptions(options: ExchangeSocketOptions): void {
  assertOptions(WHERE, options, OPTIONS, HINTS)
  const { url, login, challenge, loggedIn, onMessage, onOpen, onClose, renewMs, loginTimeoutMs = 1, signal } = options
  assertOptions(`${WHERE}: "reconnect"`, options.reconnect, RECONNECT)
  if (challenge !== undefined) assertOptions(`${WHERE}: "challenge"`, challenge, CHALLENGE)
  if (typeof url !== 'string' && typeof url !== 'function')
    throw invalid(`"url" must be wss://host or a function that returns it, got ${kindOf(url)}`)
  if (typeof login !== 'function')
    throw invalid(`"login" must be a function that signs a login for each connection, got ${kindOf(login)}`)
  if (typeof onMessage !== 'function') throw invalid(`"onMessage" must be a function, got ${kindOf(onMessage)}`)
  for (const [name, value] of Object.entries({ loggedIn, onOpen, onClose, read: challenge?.read ?? (() => {}) }))
    if (value !== undefined && typeof value !== 'function')
      throw invalid(`"${name}" must be a function, got ${kindOf(value)}`)
  assertParts(WHERE, options, FETCH)
  if (challenge !== undefined && (typeof challenge.ask !== 'string' || challenge.read === undefined))
    throw invalid('"challenge" must have "ask", a text, and "read", a function')
  if (signal !== undefined && typeof signal.addEventListener !== 'function')
    throw invalid(`"signal" must be an AbortSignal, got ${kindOf(signal)}`)
  const { attempts = Number.POSITIVE_INFINITY, minMs = 500, maxMs = 30_000 } = options.reconnect ?? {}
  for (const [name, value] of Object.entries({ minMs, maxMs, loginTimeoutMs }))
    if (!(typeof value === 'number' && value >= 1 && value <= MAX_TIMER_MS))
      throw invalid(`"${name}" must be 1 to ${MAX_TIMER_MS} milliseconds, got ${kindOfNumber(value)}`)
  // Each is a signed login, and exchanges count those.
  if (renewMs !== undefined && !(typeof renewMs === 'number' && renewMs >= 1_000 && renewMs <= MAX_TIMER_MS))
    throw invalid(`"renewMs" must be 1000 to ${MAX_TIMER_MS} milliseconds, got ${kindOfNumber(renewMs)}`)
  if (!(typeof attempts === 'number' && attempts >= 0))
    throw invalid(`"reconnect.attempts" must be a number from 0, got ${kindOfNumber(attempts)}`)
  if (!(minMs <= maxMs)) throw invalid('"reconnect.minMs" must be at most "reconnect.maxMs"')
}

const HINTS: Readonly<Record<string, string>> = {
  allowInsecure: AS_SYMBOL,
  headers: '"login", whose answer has them',
  subscribe: '"onOpen", which sends after the login',
  onError: '"onClose"',
  timeoutMs: '"loginTimeoutMs"',
  loginTimeout: '"loginTimeoutMs"',
}

const kindOfNumber = (value: unknown): string => (typeof value === 'number' ? String(value) : kindOf(value))
