import type { ExchangeAnswers } from '../answers.js'
import type { Refusal } from '../refusal.js'

// docs.upbit.com and apidocs.bithumb.com, "REST API error codes": one form for both.
const named = (status: number, name: string, message: string): Refusal => [status, { error: { name, message } }]

/** Upbit: the names are documented, the sentences beside them are ours. */
export const UPBIT: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: named(401, 'invalid_jwt', 'The JWT is missing or malformed.'),
    KEY_UNKNOWN: named(401, 'invalid_access_key', 'The access key is invalid.'),
    KEY_EXPIRED: named(401, 'expired_access_key', 'This key has expired.'),
    SIGNATURE_INVALID: named(401, 'jwt_verification', 'Failed to verify the JWT.'),
    DIGEST_MISMATCH: named(401, 'invalid_query_payload', 'The query hash does not match the request.'),
    REPLAY: named(401, 'nonce_used', 'The nonce was used before.'),
    IP_DENIED: named(401, 'no_authorization_ip', 'This is not a registered IP address.'),
    SCOPE_DENIED: named(401, 'out_of_scope', 'The key has no permission for this.'),
  },
  success: (echo, id, nowMs) => ({ ...echo, uuid: String(id), created_at: new Date(nowMs).toISOString() }),
}

/** Bithumb 2.0. */
export const BITHUMB: ExchangeAnswers = { ...UPBIT, window: { pastMs: 30_000, futureMs: 30_000 } }

const numbered = (status: string, message: string): Refusal => [400, { status, message }]

/** Bithumb 1.x: wrong signature and wrong key are one. */
export const BITHUMB_V1: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: numbered('5100', 'Bad Request.(Auth Data)'),
    KEY_UNKNOWN: numbered('5300', 'Invalid Apikey'),
    SIGNATURE_INVALID: numbered('5300', 'Invalid Apikey'),
    TIMESTAMP_EXPIRED: numbered('5100', 'Bad Request.(Request Time:reqTime)'),
    IP_DENIED: numbered('5302', 'Method Not Allowed.(Access IP)'),
    SCOPE_DENIED: numbered('5302', 'Method Not Allowed.(Access)'),
  },
  success: (_, id) => ({ status: '0000', order_id: String(id) }),
}

// github.com/bitbankinc/bitbank-api-docs, errors.md: HTTP 200.
const bitbank = (code: number): Refusal => [200, { success: 0, data: { code } }]

/** bitbank. */
export const BITBANK: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: bitbank(20001),
    KEY_UNKNOWN: bitbank(20003),
    KEY_EXPIRED: bitbank(20002),
    REPLAY: bitbank(20004),
    SIGNATURE_INVALID: bitbank(20005),
    TIMESTAMP_MALFORMED: bitbank(20033),
    TIMESTAMP_EXPIRED: bitbank(20034),
    SCOPE_DENIED: bitbank(20001),
  },
  window: { pastMs: 5_000 },
  token: (token) => ({ success: 1, data: { pubnub_channel: 'channel-of-a-mock', pubnub_token: token } }),
  success: (echo, id, nowMs) => ({ success: 1, data: { ...echo, order_id: id, ordered_at: nowMs } }),
}

// lightning.bitflyer.com/docs: the number is that of "authentication", the words vary.
const bitflyer = (text: string): Refusal => [401, { status: -500, error_message: text, data: null }]

/** bitFlyer. */
export const BITFLYER: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: bitflyer('ACCESS-KEY header is required'),
    KEY_UNKNOWN: bitflyer('Key not found'),
    SIGNATURE_INVALID: bitflyer('ACCESS-SIGN is incorrect'),
    TIMESTAMP_EXPIRED: bitflyer('ACCESS-TIMESTAMP is out of range'),
    SCOPE_DENIED: bitflyer('Permission denied'),
  },
  success: (_, id) => ({ child_order_acceptance_id: `JRF20150707-050237-${String(id).padStart(6, '0')}` }),
  socket: {
    accepted: ({ received }) => ({ jsonrpc: '2.0', id: received['id'], result: true }),
    refused: ({ received, refusal }) => ({
      jsonrpc: '2.0',
      id: received['id'],
      error: { code: -32000, message: Object(refusal.body).error_message },
    }),
  },
}

const coincheck = (error: string): Refusal => [401, { success: false, error }]

/** Coincheck. */
export const COINCHECK: ExchangeAnswers = {
  refusals: {
    KEY_DISABLED: coincheck('disabled API Key'),
    SIGNATURE_INVALID: coincheck('invalid authentication'),
    REPLAY: coincheck('Nonce must be incremented'),
  },
  success: (echo, id) => ({ success: true, id, ...echo }),
  socket: {
    accepted: () => ({ success: true }),
    refused: ({ refusal }) => refusal.body,
  },
}
