import type { Clock } from '../sources/sources.js'
import type { DoubleAccount } from './accounts.js'
import type { TimeRule, VenueAnswers } from './answers.js'
import type { DoubleListener, DoubleRoute } from './inside.js'

/** Options of {@link venueDouble}. */
export interface VenueDoubleOptions {
  /** The API keys it knows. */
  readonly accounts: readonly DoubleAccount[]
  /** How far its clock is ahead of the real one; negative for late. Default 0. */
  readonly skewMs?: number
  /** The real time. Default: this machine's. */
  readonly clock?: Pick<Clock, 'now'>
  /** How old a time may be where a request states no window, and how far ahead. Default: the venue's own rule. */
  readonly window?: TimeRule
  /**
   * `true` (the default): a call that the venue does not have, that lacks a required parameter, names an unknown symbol or
   * takes more than the account holds is refused as the venue refuses it. `false`: whatever is signed rightly is accepted. Only
   * for venues whose calls the double knows (docs/exchange.md lists them); others are answered as with `false`.
   */
  readonly strict?: boolean
  /** More symbols in the venue's own writing, and what one costs: `{ PEPEUSDT: '0.00001' }`. */
  readonly prices?: Readonly<Record<string, string>>
  /**
   * Answers to signed requests in place of the double's own: `'POST /api/v3/order'`, or `'GET /v5/order/*'` for every path that
   * starts so. A function gets the request and returns JSON, or a `Response` as it is.
   */
  readonly routes?: Readonly<Record<string, DoubleRoute>>
  /** The same for requests that nobody has to sign. The venue's time is one by itself. */
  readonly publicRoutes?: Readonly<Record<string, DoubleRoute>>
  /** Answers what is said on a socket besides logins. */
  readonly onMessage?: DoubleListener
  /** What a venue of your own says, or this one says differently. */
  readonly answers?: VenueAnswers
  /** Default: a free one. */
  readonly port?: number
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
}
