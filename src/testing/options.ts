import type { Clock } from '../sources/sources.js'
import type { MockAccount } from './accounts.js'
import type { ExchangeAnswers, TimeRule } from './answers.js'
import type { MockListener, MockRoute } from './inside.js'

/** Options of {@link mockExchange}. */
export interface MockExchangeOptions {
  /** The API keys it knows. */
  readonly accounts: readonly MockAccount[]
  /** How far its clock is ahead of the real one; negative for late. Default 0. */
  readonly skewMs?: number
  /** The real time. Default: this machine's. */
  readonly clock?: Pick<Clock, 'now'>
  /** How old a time may be where a request states no window, and how far ahead. Default: the exchange's rule. */
  readonly window?: TimeRule
  /**
   * `true` (the default): a call that the exchange does not have, that lacks a required parameter, names an unknown symbol or
   * takes more than the account holds is refused as the exchange refuses it. `false`: whatever is signed rightly is accepted. Only
   * for exchanges whose calls the mock knows (docs/exchange.md lists them); of the others an order whose own end has passed is refused,
   * and anything else is answered as with `false`.
   */
  readonly strict?: boolean
  /** More symbols in the exchange's writing, and what one costs: `{ PEPEUSDT: '0.00001' }`. */
  readonly prices?: Readonly<Record<string, string>>
  /**
   * Answers to signed requests in place of the mock's own: `'POST /api/v3/order'`, or `'GET /v5/order/*'` for every path that
   * starts so. A function gets the request and returns JSON, or a `Response` as it is.
   */
  readonly routes?: Readonly<Record<string, MockRoute>>
  /** The same for requests that need no signature. The exchange's time is one by itself. */
  readonly publicRoutes?: Readonly<Record<string, MockRoute>>
  /** Answers the messages on a socket that are no logins. */
  readonly onMessage?: MockListener
  /** The answers of an exchange of your own, or where this one's differ. */
  readonly answers?: ExchangeAnswers
  /** Default: a free one. */
  readonly port?: number
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
}
