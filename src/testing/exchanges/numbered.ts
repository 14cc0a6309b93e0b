import type { ExchangeAnswers } from '../answers.js'
import type { Facts, Refusal } from '../refusal.js'

// developer-pro.bitmart.com, "Error Code", "Authentication".
const bitmart = (status: number, code: number, message: string): Refusal => [
  status,
  { message, code, trace: '00000000-0000-4000-8000-000000000001', data: {} },
]

/** BitMart. */
export const BITMART: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: bitmart(401, 30001, 'Header X-BM-KEY is empty'),
    KEY_UNKNOWN: bitmart(401, 30002, 'Header X-BM-KEY not found'),
    KEY_DISABLED: bitmart(401, 30003, 'Header X-BM-KEY has frozen'),
    KEY_EXPIRED: bitmart(403, 30011, 'Header X-BM-KEY over expire time'),
    SIGNATURE_INVALID: bitmart(401, 30005, 'Header X-BM-SIGN is wrong'),
    TIMESTAMP_EXPIRED: bitmart(401, 30007, 'Header X-BM-TIMESTAMP range. Within a minute'),
    TIMESTAMP_MALFORMED: bitmart(401, 30008, 'Header X-BM-TIMESTAMP invalid format'),
    IP_DENIED: bitmart(403, 30010, 'IP is forbidden.'),
    SCOPE_DENIED: bitmart(403, 30012, 'Header X-BM-KEY is forbidden to request it'),
  },
  missing: {
    sign: bitmart(401, 30004, 'Header X-BM-SIGN is empty'),
    time: bitmart(401, 30006, 'Header X-BM-TIMESTAMP is empty'),
  },
  window: { pastMs: 60_000, futureMs: 60_000 },
  time: { '/system/time': (nowMs) => ({ message: 'OK', code: 1000, trace: '1', data: { server_time: nowMs } }) },
  success: (echo, id) => ({ message: 'OK', code: 1000, trace: '1', data: { ...echo, order_id: String(id) } }),
  socket: {
    accepted: ({ received }) =>
      received['action'] === undefined ? { event: 'login' } : { action: received['action'], success: true },
    refused: ({ refusal, received }) =>
      received['action'] === undefined
        ? { event: 'login', errorCode: '91002', errorMessage: Object(refusal.body).message }
        : { action: received['action'], success: false, error: Object(refusal.body).message },
    pings: { ping: 'pong' },
  },
}

// docs.coinex.com/api/v2/error: HTTP 200.
const coinex = (code: number, message: string): Refusal => [200, { code, data: {}, message }]

/** CoinEx v2. */
export const COINEX: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: coinex(4005, 'Abnormal access_id, please check whether the value passed by X-COINEX-KEY is normal.'),
    KEY_UNKNOWN: coinex(4005, 'Abnormal access_id, please check whether the value passed by X-COINEX-KEY is normal.'),
    SIGNATURE_INVALID: coinex(4006, 'Signature verification failed, please check the signature.'),
    IP_DENIED: coinex(4007, 'IP address prohibited, please check whether the whitelist or export IP is normal.'),
    TIMESTAMP_MALFORMED: coinex(4009, 'Abnormal X-COINEX-TIMESTAMP value, please check.'),
    TIMESTAMP_EXPIRED: coinex(4010, 'The request has expired, please try again.'),
    SCOPE_DENIED: coinex(4512, 'Insufficient sub-account permissions, please check.'),
  },
  missing: { sign: coinex(4008, 'Abnormal X-COINEX-SIGN value, please check.') },
  window: { pastMs: 5_000 },
  time: { '/v2/time': (nowMs) => ({ code: 0, data: { timestamp: nowMs }, message: 'OK' }) },
  success: (echo, id) => ({ code: 0, data: { ...echo, order_id: id }, message: 'OK' }),
  socket: {
    accepted: ({ received }) => ({ id: received['id'], code: 0, message: 'OK' }),
    refused: ({ received, refusal }) => ({
      id: received['id'],
      code: Object(refusal.body).code,
      message: Object(refusal.body).message,
    }),
  },
}

// doc.xt.com, "Public Error Code": HTTP 200, no words.
const xt = (mc: string): Refusal => [200, { rc: 1, mc, ma: [], result: null }]
const done = (result: unknown) => ({ rc: 0, mc: 'SUCCESS', ma: [], result })

/** XT. */
export const XT: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: xt('AUTH_001'),
    KEY_UNKNOWN: xt('AUTH_101'),
    KEY_DISABLED: xt('AUTH_102'),
    SIGNATURE_INVALID: xt('AUTH_103'),
    IP_DENIED: xt('AUTH_104'),
    TIMESTAMP_EXPIRED: xt('AUTH_105'),
    SCOPE_DENIED: xt('AUTH_106'),
  },
  missing: { time: xt('AUTH_002'), sign: xt('AUTH_007') },
  window: { pastMs: 5_000 },
  time: { '/v4/public/time': (nowMs) => done({ serverTime: nowMs }) },
  token: (token) => done({ accessToken: token, refreshToken: 'refresh-token-of-a-mock' }),
  success: (echo, id) => done({ ...echo, orderId: String(id) }),
  socket: {
    accepted: ({ received }) => ({ id: received['id'], code: 0, msg: 'success' }),
    refused: ({ received }) => ({ id: received['id'], code: 401, msg: 'invalid listen key' }),
  },
}

// docs.bitvavo.com, "Errors".
const bitvavo = (errorCode: number, error: string): Refusal => [403, { errorCode, error }]

/** Bitvavo. */
export const BITVAVO: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: bitvavo(300, 'Authentication is required for this endpoint.'),
    TIMESTAMP_MALFORMED: bitvavo(302, 'Timestamp is invalid. This must be a timestamp in ms.'),
    TIMESTAMP_EXPIRED: bitvavo(
      304,
      'Request was not received within acceptable window (default 10s, or custom with Bitvavo-Access-Window header) of Bitvavo-Access-Timestamp header (or timestamp parameter for websocket).',
    ),
    KEY_UNKNOWN: bitvavo(305, 'No active API key found.'),
    IP_DENIED: bitvavo(307, 'This key does not allow access from this IP.'),
    SIGNATURE_MALFORMED: bitvavo(
      308,
      'The signature length is invalid (HMAC-SHA256 should return a 64 length hexadecimal string).',
    ),
    SIGNATURE_INVALID: bitvavo(309, 'The signature is invalid.'),
    SCOPE_DENIED: bitvavo(310, 'This key does not allow trading actions.'),
  },
  window: { pastMs: 10_000 },
  time: { '/v2/time': (nowMs) => ({ time: nowMs, timeNs: nowMs * 1_000_000 }) },
  success: (echo, id, nowMs) => ({ ...echo, orderId: String(id), created: nowMs }),
  socket: {
    accepted: () => ({ event: 'authenticate', authenticated: true }),
    refused: ({ refusal }) => ({ action: 'authenticate', ...Object(refusal.body) }),
  },
}

// lbank.com/docs, "Error Codes": HTTP 200.
const lbank = (code: number, msg: string): Refusal => [
  200,
  ({ nowMs }: Facts) => ({ result: 'false', msg, error_code: code, ts: nowMs }),
]
const given = (data: unknown, nowMs: number) => ({ result: 'true', data, error_code: 0, ts: nowMs })

/** LBank. */
export const LBANK: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: lbank(10001, 'The required parameters can not be empty'),
    KEY_UNKNOWN: lbank(10005, 'Secret key does not exist'),
    SIGNATURE_INVALID: lbank(10007, 'Invalid signature'),
    REPLAY: lbank(10600, 'intercepted by replay attacks filter, check timestamp'),
    TIMESTAMP_EXPIRED: lbank(10600, 'intercepted by replay attacks filter, check timestamp'),
    SCOPE_DENIED: lbank(10022, 'Invalid authorization'),
  },
  window: { pastMs: 60_000, futureMs: 60_000 },
  needs: [
    [/\/withdraw\.do$/, 'withdraw'],
    [/\/(?:create|cancel)_/, 'trade'],
    [/./, 'read'],
  ],
  time: { '/v2/timestamp.do': (nowMs) => given(nowMs, nowMs) },
  token: (token, _, nowMs) => given(token, nowMs),
  success: (echo, id, nowMs) => given({ ...echo, order_id: String(id) }, nowMs),
}
