import type { ExchangeAnswers } from '../answers.js'
import type { Facts, Refusal, Said } from '../refusal.js'

// bitmex.com/app/apiKeysUsage and the API explorer: { error: { message, name } }.
const bitmex = (status: number, message: string): Refusal => [status, { error: { message, name: 'HTTPError' } }]

/** BitMEX. */
export const BITMEX: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: bitmex(401, 'Authorization Required'),
    KEY_UNKNOWN: bitmex(401, 'Invalid API Key.'),
    KEY_DISABLED: bitmex(403, 'This key is disabled.'),
    TIMESTAMP_EXPIRED: [
      400,
      ({ nowMs }: Facts) => ({
        error: {
          message: `This request has expired - \`expires\` is in the past. Current time: ${Math.floor(nowMs / 1000)}`,
          name: 'HTTPError',
        },
      }),
    ],
    SIGNATURE_INVALID: bitmex(401, 'Signature not valid.'),
    IP_DENIED: bitmex(403, 'This IP address is not allowed to use this key.'),
    SCOPE_DENIED: bitmex(403, 'Access Denied'),
  },
  time: { '/api/v1': (nowMs) => ({ name: 'BitMEX API', version: '2.0.0', timestamp: nowMs }) },
  success: (echo, id, nowMs) => ({ ...echo, orderID: String(id), timestamp: new Date(nowMs).toISOString() }),
  socket: {
    accepted: ({ received }) => ({ success: true, request: received }),
    refused: ({ refusal, received: { op } }) => ({
      status: refusal.status,
      error: Object(refusal.body).error?.message,
      meta: {},
      request: { op },
    }),
    other: ({ received: { op, args } }) => ({ success: true, request: { op, args } }),
    pings: { ping: 'pong' },
  },
}

// phemex-docs.github.io, and answers that its users quote; the words of an expired request are ours.
const phemex = (msg: string, code: string | number = '401'): Refusal => [401, { code, msg }]

/** Phemex. */
export const PHEMEX: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: phemex('401 Failed to load API KEY.'),
    KEY_UNKNOWN: phemex('401 Failed to load API KEY.'),
    TIMESTAMP_EXPIRED: phemex('401 Request is expired.'),
    SIGNATURE_INVALID: phemex('API Signature verification failed.', 10500),
    IP_DENIED: phemex('401 Request IP mismatch.'),
    SCOPE_DENIED: phemex('401 Insufficient privilege.'),
  },
  time: { '/public/time': (nowMs) => ({ code: 0, msg: '', data: { serverTime: nowMs } }) },
  success: (echo, id) => ({ code: 0, msg: '', data: { ...echo, orderID: String(id) } }),
  socket: {
    accepted: ({ received }) => ({ error: null, id: received['id'], result: { status: 'success' } }),
    refused: ({ received, refusal }) => ({
      error: { code: 6012, message: Object(refusal.body).msg },
      id: received['id'],
      result: null,
    }),
  },
}

// docs.delta.exchange, "Common errors": { success, error: { code, context } }.
const delta = (code: string, context?: Said): Refusal => [
  401,
  (facts: Facts) => ({
    success: false,
    error: { code, ...(typeof context === 'function' && { context: context(facts) }) },
  }),
]

/** Delta Exchange. */
export const DELTA: ExchangeAnswers = {
  refusals: {
    KEY_UNKNOWN: delta('invalid_api_key'),
    TIMESTAMP_EXPIRED: delta('SignatureExpired', ({ time, nowMs }: Facts) => ({
      request_time: Number(time),
      server_time: Math.floor(nowMs / 1000),
    })),
    SIGNATURE_INVALID: delta('invalid_signature'),
    IP_DENIED: delta('ip_not_whitelisted_for_api_key', ({ clientIp }: Facts) => ({ client_ip: clientIp })),
    SCOPE_DENIED: delta('UnauthorizedApiAccess'),
  },
  window: { pastMs: 5_000 },
  success: (echo, id) => ({ success: true, result: { ...echo, id } }),
  socket: {
    accepted: ({ received }) => ({ type: received['type'], success: true, status_code: 200, status: 'authenticated' }),
    refused: ({ received, refusal }) => ({
      type: received['type'],
      success: false,
      status_code: refusal.status,
      status: 'unauthenticated',
      message: Object(refusal.body).error?.code,
    }),
  },
}

// docs.backpack.exchange: { code, message }; which status goes with which is ours.
const backpack = (status: number, code: string, message: string): Refusal => [status, { code, message }]

/** Backpack. */
export const BACKPACK: ExchangeAnswers = {
  refusals: {
    KEY_UNKNOWN: backpack(401, 'UNAUTHORIZED', 'Unauthorized'),
    TIMESTAMP_EXPIRED: backpack(400, 'INVALID_CLIENT_REQUEST', 'Request has expired'),
    SIGNATURE_INVALID: backpack(400, 'INVALID_CLIENT_REQUEST', 'Invalid signature'),
    SCOPE_DENIED: backpack(403, 'FORBIDDEN', 'Forbidden'),
  },
  window: { pastMs: 5_000 },
  time: { '/api/v1/time': (nowMs) => nowMs },
  socket: {
    accepted: () => undefined,
    refused: ({ refusal, received }) => ({ id: received['id'] ?? null, error: refusal.body }),
  },
}
