import type { ExchangeAnswers } from '../answers.js'
import { jsonOf } from '../parameters.js'
import type { Refusal } from '../refusal.js'

/** Alpaca: the secret itself is shown. */
export const ALPACA: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: [401, { code: 40110000, message: 'request is not authorized' }],
    SCOPE_DENIED: [403, { message: 'forbidden.' }],
  },
  success: (echo, id, nowMs) => ({ ...echo, id: String(id), created_at: new Date(nowMs).toISOString() }),
  socket: {
    accepted: () => [{ T: 'success', msg: 'authenticated' }],
    refused: () => [{ T: 'error', code: 402, msg: 'auth failed' }],
  },
}

// luno.com/en/developers/api, "Errors".
const luno = (status: number, code: string, error: string): Refusal => [status, { error, error_code: code }]

/** Luno: as Alpaca. */
export const LUNO: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: luno(401, 'ErrUnauthorised', 'API key is not authorised.'),
    KEY_REVOKED: luno(401, 'ErrApiKeyRevoked', 'Your API key has been revoked.'),
    SCOPE_DENIED: luno(403, 'ErrInsufficientPerms', 'You do not have the required permissions to perform this action.'),
  },
  success: (_, id) => ({ order_id: String(id) }),
}

/** Polymarket CLOB: one refusal for all. */
export const POLYMARKET: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: [401, { error: 'Unauthorized/Invalid api key' }],
    SCOPE_DENIED: [403, { error: 'Forbidden' }],
  },
  // "Insert error messages", INVALID_ORDER_EXPIRATION. 0 is an order without an end.
  ends: {
    endMs: ({ path, body }) => {
      const { order } = Object(path === '/order' ? jsonOf(body) : undefined) as { readonly order?: unknown }
      const { expiration } = Object(order) as { readonly expiration?: unknown }
      return /^[1-9]\d{0,11}$/.test(String(expiration)) ? Number(expiration) * 1000 : undefined
    },
    refusal: [400, { error: 'invalid expiration' }],
  },
  keyInfo: {
    'GET /auth/ban-status/closed-only': () => ({ closed_only: false }),
    'GET /auth/readonly-api-keys': ({ permissions, keyId }) => (permissions.has('trade') ? [] : [keyId]),
  },
  success: (echo, id) => ({ success: true, errorMsg: '', orderID: String(id), ...echo }),
}

// docs.robinhood.com/crypto/trading, "Error responses": the form is the page's, the words are ours in part.
const robinhood = (status: number, detail: string): Refusal => [
  status,
  { type: 'client_error', errors: [{ detail, attr: null }] },
]

/** Robinhood Crypto: a time may be 30 seconds old. */
export const ROBINHOOD: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: robinhood(401, 'Invalid signature.'),
    KEY_UNKNOWN: robinhood(401, 'Invalid API key.'),
    TIMESTAMP_FUTURE: robinhood(401, 'Timestamp is invalid or expired.'),
    TIMESTAMP_EXPIRED: robinhood(401, 'Timestamp is invalid or expired.'),
    SCOPE_DENIED: robinhood(403, 'You do not have permission to perform this action.'),
  },
  window: { pastMs: 30_000, futureMs: 1_000 },
  success: (echo, id) => ({ ...echo, id: String(id), state: 'open' }),
}

const kalshi = (status: number, code: string, message: string): Refusal => [
  status,
  { error: { code, message, service: 'exchange' } },
]

/** Kalshi: the form is known, the words are ours in part. */
export const KALSHI: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: kalshi(401, 'authentication_error', 'INCORRECT_API_KEY_SIGNATURE'),
    KEY_UNKNOWN: kalshi(401, 'authentication_error', 'NOT_FOUND'),
    TIMESTAMP_EXPIRED: kalshi(401, 'authentication_error', 'HEADER_TIMESTAMP_EXPIRED'),
    SCOPE_DENIED: kalshi(403, 'forbidden', 'forbidden'),
  },
  success: (echo, id) => ({ order: { ...echo, order_id: String(id), status: 'resting' } }),
}
