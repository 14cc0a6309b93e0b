import type { ExchangeAnswers } from '../answers.js'
import type { Facts, Refusal } from '../refusal.js'

// WOO X and Orderly share their numbers: docs "Error codes".
const no = (status: number, code: number, message: string): Refusal => [
  status,
  ({ nowMs }: Facts) => ({ success: false, code, message, timestamp: nowMs }),
]
const INVALID =
  'API key or secret is invalid, it may because key have insufficient permission or the key is expired/revoked.'

const socket: NonNullable<ExchangeAnswers['socket']> = {
  accepted: ({ received, nowMs }) => ({ id: received['id'], event: 'auth', success: true, ts: nowMs }),
  refused: ({ received, nowMs, refusal }) => ({
    id: received['id'],
    event: 'auth',
    success: false,
    errorMsg: Object(refusal.body).message,
    ts: nowMs,
  }),
}

/** WOO X v3. */
export const WOO: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: no(401, -1001, 'The api key or secret is in wrong format.'),
    SIGNATURE_INVALID: no(401, -1001, 'The api signature is invalid.'),
    KEY_UNKNOWN: no(401, -1002, INVALID),
    TIMESTAMP_EXPIRED: no(401, -1001, 'The timestamp is outside of the receive window.'),
    SCOPE_DENIED: no(403, -1002, INVALID),
  },
  // "x-api-timestamp ... 300 seconds" is that of v1; stricter is safer for a test.
  window: { pastMs: 300_000 },
  time: {
    '/v3/public/systemInfo': (nowMs) => ({ success: true, data: { status: 0, msg: 'running' }, timestamp: nowMs }),
  },
  success: (echo, id, nowMs) => ({ success: true, data: { ...echo, orderId: id }, timestamp: nowMs }),
  socket,
}

/** WOO X v1. */
export const WOO_V1: ExchangeAnswers = {
  ...WOO,
  time: {
    '/v1/public/system_info': (nowMs) => ({ success: true, data: { status: 0, msg: 'running' }, timestamp: nowMs }),
  },
  success: (echo, id, nowMs) => ({ success: true, ...echo, order_id: id, timestamp: String(nowMs / 1000) }),
}

/** Orderly Network. */
export const ORDERLY: ExchangeAnswers = {
  ...WOO,
  refusals: {
    ...WOO.refusals,
    SIGNATURE_INVALID: no(401, -1001, 'signature verification failed'),
    TIMESTAMP_EXPIRED: no(401, -1001, 'timestamp expired'),
  },
  time: {},
}

// api-docs.poloniex.com/spot: { code, message }; the words are of our own.
const poloniex = (status: number, code: number, message: string): Refusal => [status, { code, message }]

/** Poloniex. */
export const POLONIEX: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: poloniex(401, 401, 'Invalid signature'),
    KEY_UNKNOWN: poloniex(401, 401, 'Invalid api key'),
    TIMESTAMP_EXPIRED: poloniex(401, 401, 'signTimestamp is outside of recvWindow'),
    SCOPE_DENIED: poloniex(403, 403, 'ACCESS_DENY'),
  },
  window: { pastMs: 5_000 },
  time: { '/timestamp': (nowMs) => ({ serverTime: nowMs }) },
  success: (echo, id) => ({ ...echo, id: String(id) }),
  socket: {
    accepted: ({ nowMs }) => ({ channel: 'auth', data: { success: true, ts: nowMs } }),
    refused: ({ nowMs, refusal }) => ({
      channel: 'auth',
      data: { success: false, message: Object(refusal.body).message, ts: nowMs },
    }),
  },
}
