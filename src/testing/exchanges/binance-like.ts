import type { ExchangeAnswers } from '../answers.js'
import type { Facts, Refusal, Said } from '../refusal.js'

const serverTime = (nowMs: number) => ({ serverTime: nowMs })
const order: NonNullable<ExchangeAnswers['success']> = (echo, id, nowMs) => ({
  ...echo,
  orderId: String(id),
  transactTime: nowMs,
  status: 'NEW',
})
const LISTEN_KEY = { token: (token: string) => ({ listenKey: token }), success: order }

// MEXC spot v3, "General Info", "Error Code".
const mexc = (status: number, code: number, msg: string): Refusal => [status, { code, msg }]

/** MEXC spot. */
export const MEXC: ExchangeAnswers = {
  ...LISTEN_KEY,
  refusals: {
    AUTH_MISSING: [
      400,
      ({ name }: Facts) => ({
        code: 700004,
        msg: `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
      }),
    ],
    KEY_UNKNOWN: mexc(400, 10072, 'Api key info invalid'),
    TIMESTAMP_EXPIRED: mexc(400, 700003, 'Timestamp for this request is outside of the recvWindow.'),
    SIGNATURE_INVALID: mexc(400, 700002, 'Signature for this request is not valid.'),
    IP_DENIED: [400, ({ clientIp }: Facts) => ({ code: 700006, msg: `IP [${clientIp}] not in the ip white list` })],
    SCOPE_DENIED: mexc(400, 700007, 'No permission to access the endpoint.'),
  },
  missing: { key: mexc(400, 700001, 'API-key format invalid.') },
  window: { pastMs: 5_000 },
  time: { '/api/v3/time': serverTime },
}

// MEXC contract v1, "Error Code Example": HTTP 200.
const contract = (code: number, message: string): Refusal => [200, { success: false, code, message }]

/** MEXC futures. The window is that of its documentation: ten seconds, up to sixty. */
export const MEXC_CONTRACT: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: contract(401, 'Not logged in'),
    KEY_UNKNOWN: contract(402, 'Api key expired'),
    TIMESTAMP_EXPIRED: contract(513, 'Invalid request'),
    SIGNATURE_INVALID: contract(602, 'Signature verification failed'),
    IP_DENIED: contract(406, 'Accessing IP is not in the whitelist'),
    SCOPE_DENIED: contract(704, 'Please enable API Key trading information write access'),
  },
  window: { pastMs: 10_000 },
  time: { '/api/v1/contract/ping': (nowMs) => ({ success: true, code: 0, data: nowMs }) },
  success: (echo, id, nowMs) => ({ success: true, code: 0, data: { ...echo, orderId: String(id), ts: nowMs } }),
  socket: {
    accepted: ({ nowMs }) => ({ channel: 'rs.login', data: 'success', ts: nowMs }),
    refused: ({ nowMs, refusal }) => ({ channel: 'rs.error', data: Object(refusal.body).message, ts: nowMs }),
  },
}

const absent: Said = ({ name }: Facts) => ({
  code: -1102,
  msg: `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
})

/** Toobit, "Error Codes": the numbers of Binance, mostly. */
export const TOOBIT: ExchangeAnswers = {
  ...LISTEN_KEY,
  refusals: {
    AUTH_MISSING: [400, absent],
    KEY_UNKNOWN: [400, { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }],
    KEY_EXPIRED: [400, { code: -2017, msg: 'The API key has expired. Please update your API key immediately.' }],
    TIMESTAMP_EXPIRED: [400, { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' }],
    SIGNATURE_INVALID: [400, { code: -1022, msg: 'Signature for this request is not valid.' }],
    SCOPE_DENIED: [400, { code: -1005, msg: 'No Permission' }],
    IP_DENIED: [400, { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }],
  },
  missing: {
    key: [
      400,
      {
        code: -1107,
        msg: 'The accessKey is missing from the request header or parameters, or the accessKey is not in the correct format.',
      },
    ],
  },
  window: { pastMs: 5_000 },
  time: { '/api/v1/time': serverTime },
}

// HashKey, "Error Codes": numbers as text.
const hashkey = (status: number, code: string, msg: string): Refusal => [status, { code, msg }]

/** HashKey Global. */
export const HASHKEY: ExchangeAnswers = {
  ...LISTEN_KEY,
  refusals: {
    AUTH_MISSING: hashkey(400, '0001', 'Required field missing or invalid.'),
    KEY_UNKNOWN: hashkey(400, '0102', 'Invalid APIKey'),
    KEY_EXPIRED: hashkey(400, '0103', 'APIKey expired'),
    TIMESTAMP_EXPIRED: hashkey(400, '-1021', 'Timestamp for this request is outside of the recvWindow'),
    SIGNATURE_INVALID: hashkey(400, '0002', 'Incorrect signature'),
    IP_DENIED: hashkey(403, '0202', 'Invalid IP'),
    SCOPE_DENIED: hashkey(403, '-1005', 'No permission'),
  },
  window: { pastMs: 5_000 },
  time: { '/api/v1/time': serverTime },
}

// BingX, "Error Codes": HTTP 200.
const bingx = (code: number, msg: string): Refusal => [200, ({ nowMs }: Facts) => ({ code, msg, timestamp: nowMs })]

/** BingX. */
export const BINGX: ExchangeAnswers = {
  token: LISTEN_KEY.token,
  refusals: {
    AUTH_MISSING: bingx(100412, 'Null signature'),
    KEY_UNKNOWN: bingx(100413, 'Incorrect apiKey'),
    TIMESTAMP_EXPIRED: bingx(100421, 'Null timestamp or timestamp mismatch'),
    SIGNATURE_INVALID: bingx(100001, 'Signature verification failed due to signature mismatch'),
    IP_DENIED: bingx(100419, 'your current request IP does not match IP whitelist'),
    SCOPE_DENIED: bingx(100004, 'Permission denied as the API key was created without the permission'),
  },
  missing: { key: bingx(100413, 'Incorrect apiKey') },
  window: { pastMs: 5_000 },
  time: {
    '/openApi/spot/v1/server/time': (nowMs) => ({ code: 0, msg: '', timestamp: nowMs, data: { serverTime: nowMs } }),
  },
  success: (echo, id, nowMs) => ({ code: 0, msg: '', timestamp: nowMs, data: { ...echo, orderId: String(id) } }),
}
