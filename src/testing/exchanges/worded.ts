import type { ExchangeAnswers } from '../answers.js'
import type { Facts, Refusal } from '../refusal.js'

// docs.btcmarkets.net, "Errors".
const btc = (status: number, code: string, message: string): Refusal => [status, { code, message }]

/** BTC Markets. */
export const BTC_MARKETS: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: btc(401, 'InvalidAuthSignature', 'authentication headers are missing'),
    KEY_UNKNOWN: btc(401, 'InvalidAPIKey', 'invalid api key'),
    TIMESTAMP_MALFORMED: btc(400, 'InvalidAuthTimestamp', 'BM-AUTH-TIMESTAMP invalid format'),
    TIMESTAMP_EXPIRED: btc(401, 'InvalidAuthTimestamp', 'BM-AUTH-TIMESTAMP range. Within a minute'),
    SIGNATURE_INVALID: btc(401, 'InvalidAuthSignature', 'invalid signature'),
    SCOPE_DENIED: btc(403, 'InsufficientAPIPermission', 'insufficient api permission'),
  },
  window: { pastMs: 30_000, futureMs: 30_000 },
  time: { '/v3/time': (nowMs) => ({ timestamp: new Date(nowMs).toISOString() }) },
  success: (echo, id, nowMs) => ({ ...echo, orderId: String(id), creationTime: new Date(nowMs).toISOString() }),
  socket: {
    accepted: () => undefined,
    refused: () => ({ messageType: 'error', code: 1, message: 'authentication failed' }),
  },
}

const message = (status: number, text: string): Refusal => [status, { Message: text }]

/** Independent Reserve: the words are not documented. */
export const INDEPENDENT_RESERVE: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: message(401, 'Invalid signature.'),
    KEY_UNKNOWN: message(401, 'Invalid API key.'),
    REPLAY: message(401, 'Invalid nonce.'),
    SCOPE_DENIED: message(403, 'Access denied.'),
  },
  needs: [
    [/\/(?:Withdraw|RequestFiat|Transfer)/, 'withdraw'],
    [/\/(?:Place|Cancel)/, 'trade'],
    [/./, 'read'],
  ],
}

/** Bitso: one error for key, signature and nonce. */
export const BITSO: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: [
      401,
      { success: false, error: { code: '0201', message: 'Invalid Nonce or Invalid Credentials' } },
    ],
    SCOPE_DENIED: [403, { success: false, error: { code: '0203', message: 'Insufficient permissions' } }],
  },
  success: (echo, id) => ({ success: true, payload: { ...echo, oid: String(id) } }),
}

// docs.foxbit.com.br/rest/v3, "Errors".
const foxbit = (status: number, code: number, text: string, detail: string): Refusal => [
  status,
  { error: { message: `${text}. ${detail}`, code, details: [detail] } },
]

/** Foxbit v3. */
export const FOXBIT: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: foxbit(401, 2001, 'Authentication error', 'Error authenticating request.'),
    SIGNATURE_INVALID: foxbit(401, 2002, 'Invalid signature', 'The signature for this request is not valid.'),
    KEY_UNKNOWN: foxbit(401, 2003, 'Invalid access key', 'Access key missing, invalid or not found.'),
    IP_DENIED: foxbit(401, 2005, 'IP not allowed', "The IP address isn't on the trusted list for this API key."),
    TIMESTAMP_EXPIRED: foxbit(401, 2006, 'Invalid timestamp', 'The timestamp is outside of the receive window.'),
    SCOPE_DENIED: foxbit(403, 3001, 'Permission denied', 'Permission denied for this request.'),
  },
  window: { pastMs: 5_000 },
  time: { '/rest/v3/system/time': (ms) => ({ type: 'server', iso: new Date(ms).toISOString(), timestamp: ms }) },
}

// api.hitbtc.com, "Error response".
const hitbtc = (status: number, code: number, text: string): Refusal => [status, { error: { code, message: text } }]

/** HitBTC v3: a wrong time has no code. */
export const HITBTC: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: hitbtc(401, 1001, 'Authorization is required'),
    SIGNATURE_INVALID: hitbtc(401, 1002, 'Authorization is required or has been failed'),
    SCOPE_DENIED: hitbtc(403, 1003, 'Action is forbidden for this API key'),
  },
  window: { pastMs: 10_000 },
  socket: {
    accepted: ({ received }) => ({ jsonrpc: '2.0', result: true, id: received['id'] }),
    refused: ({ received, refusal }) => ({ jsonrpc: '2.0', error: Object(refusal.body).error, id: received['id'] }),
  },
}

/** HollaEx: the words of an expired request are known, the others are ours. */
export const HOLLAEX: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: [401, { message: 'Access denied: Invalid API signature' }],
    KEY_UNKNOWN: [401, { message: 'Access denied: Invalid API key' }],
    TIMESTAMP_EXPIRED: [401, { message: 'API request is expired' }],
    SCOPE_DENIED: [403, { message: 'Access denied: User is not authorized to access this service' }],
  },
}

// The words are known, their form only in part.
const latoken = (text: string): Refusal => [
  400,
  { result: false, message: text, error: 'BAD_REQUEST', status: 'FAILURE' },
]

/** LATOKEN. */
export const LATOKEN: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: latoken('invalid API key, signature or digest'),
    KEY_REVOKED: latoken('The API key was revoked'),
    SCOPE_DENIED: [403, { result: false, message: 'access is denied', error: 'ACCESS_DENIED', status: 'FAILURE' }],
  },
}

const revolut =
  (text: string) =>
  ({ nowMs }: Facts) => ({ message: text, error_id: '00000000-0000-4000-8000-000000000001', timestamp: nowMs })

/** Revolut X: of its errors only that of the clock is documented. */
export const REVOLUT_X: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: [401, revolut('Signature is invalid')],
    KEY_UNKNOWN: [401, revolut('API key can only be used for authentication from a known key')],
    TIMESTAMP_FUTURE: [409, revolut('Request timestamp is in the future')],
    TIMESTAMP_EXPIRED: [409, revolut('Request timestamp is too old')],
    SCOPE_DENIED: [403, revolut('Forbidden')],
  },
}
