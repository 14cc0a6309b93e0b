import type { VerdictCode } from '../../errors.js'
import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import { BITGET_CALLS } from '../calls/bitget.js'
import type { Facts, Refusal } from '../refusal.js'

// Bitget, "Error Code", "REST API": HTTP 400.
const bitget = (code: string, msg: string): Refusal => [
  400,
  ({ nowMs }: Facts) => ({ code, msg, requestTime: nowMs, data: null }),
]

// "WebSocket API": a refused login is a separate event; the connection stays open.
const BITGET_SOCKET: Readonly<Partial<Record<VerdictCode, readonly [number, string]>>> = {
  KEY_UNKNOWN: [30011, 'Invalid ACCESS_KEY'],
  PASSPHRASE_INVALID: [30012, 'Invalid ACCESS_PASSPHRASE'],
  TIMESTAMP_MALFORMED: [30013, 'Invalid ACCESS_TIMESTAMP'],
  TIMESTAMP_EXPIRED: [30014, 'Request timestamp expired'],
  TIMESTAMP_FUTURE: [30014, 'Request timestamp expired'],
  SIGNATURE_INVALID: [30015, 'Invalid sign'],
  SIGNATURE_MALFORMED: [30015, 'Invalid sign'],
}

const bitgetFailed = ({ code }: SocketFacts) => {
  const [number, msg] = BITGET_SOCKET[code ?? 'AUTH_MISSING'] ?? [30005, 'Login failed']
  return { event: 'error', code: number, msg }
}

/** Bitget v2 and unified account. */
export const BITGET: ExchangeAnswers = {
  calls: BITGET_CALLS,
  refusals: {
    AUTH_MISSING: bitget('40009', 'sign signature error'),
    KEY_UNKNOWN: bitget('40037', 'Apikey does not exist'),
    TIMESTAMP_MALFORMED: bitget('40005', 'Invalid ACCESS_TIMESTAMP'),
    TIMESTAMP_EXPIRED: bitget('40008', 'Request timestamp expired'),
    SIGNATURE_INVALID: bitget('40009', 'sign signature error'),
    PASSPHRASE_INVALID: bitget('40012', 'apikey/password is incorrect'),
    IP_DENIED: bitget('40018', 'Invalid IP'),
    SCOPE_DENIED: bitget('40014', 'Incorrect permissions, need spot order permissions'),
  },
  missing: {
    key: bitget('40001', 'ACCESS_KEY cannot be empty'),
    sign: bitget('40003', 'Signature cannot be empty'),
    time: bitget('40005', 'Invalid ACCESS_TIMESTAMP'),
    passphrase: bitget('40011', 'ACCESS_PASSPHRASE cannot be empty'),
  },
  environment: bitget('40099', 'exchange environment is incorrect'),
  // "Timestamp ... the difference between the timestamp and the server time must be less than 30 seconds".
  window: { pastMs: 30_000, futureMs: 30_000 },
  time: {
    '/api/v2/public/time': (nowMs) => ({
      code: '00000',
      msg: 'success',
      requestTime: nowMs,
      data: { serverTime: String(nowMs) },
    }),
  },
  success: (echo, id, nowMs) => ({
    code: '00000',
    msg: 'success',
    requestTime: nowMs,
    data: { ...echo, orderId: String(id) },
  }),
  socket: {
    accepted: () => ({ event: 'login', code: 0, msg: '' }),
    refused: bitgetFailed,
    other: ({ received }) => ({ event: received['op'] ?? 'error', arg: Object(received['args'])[0] }),
    anonymous: () => ({ event: 'error', code: 30004, msg: 'User needs to log in' }),
    pings: { ping: 'pong' },
  },
}

// Weex v3, "Error Codes": numbers and words; the statuses are ours.
const weex = (code: number, msg: string): Refusal => [401, { code, msg }]

/** Weex v3. */
export const WEEX: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: weex(-1047, 'API authentication failed.'),
    KEY_UNKNOWN: weex(-1044, 'Invalid ACCESS_KEY.'),
    TIMESTAMP_MALFORMED: weex(-1043, 'Invalid ACCESS_TIMESTAMP.'),
    TIMESTAMP_EXPIRED: weex(-1046, 'Request timestamp expired.'),
    SIGNATURE_INVALID: weex(-1047, 'API authentication failed.'),
    PASSPHRASE_INVALID: weex(-1049, 'API key or passphrase incorrect.'),
    IP_DENIED: [403, { code: -1056, msg: 'Invalid IP address.' }],
    SCOPE_DENIED: [403, { code: -1052, msg: 'Insufficient permissions for this action.' }],
  },
  missing: {
    key: weex(-1040, 'ACCESS_KEY header is required.'),
    sign: weex(-1041, 'ACCESS_SIGN header is required.'),
    time: weex(-1042, 'ACCESS_TIMESTAMP header is required.'),
  },
  window: { pastMs: 30_000, futureMs: 30_000 },
  time: { '/api/v3/time': (nowMs) => ({ serverTime: nowMs }) },
}

// BloFin, "Errors": numbers and words; the status is ours.
const blofin = (code: string, msg: string): Refusal => [401, { code, msg }]

/** BloFin. */
export const BLOFIN: ExchangeAnswers = {
  refusals: {
    KEY_UNKNOWN: blofin('152401', 'Access key does not exist'),
    KEY_EXPIRED: blofin('152402', 'Access key has expired'),
    SCOPE_DENIED: blofin(
      '152404',
      'This operation is not supported, Please check the requestPath or API key permissions.',
    ),
    TIMESTAMP_MALFORMED: blofin('152410', 'The value of ACCESS-TIMESTAMP needs to be a millisecond timestamp'),
    TIMESTAMP_EXPIRED: blofin('152405', 'Timestamp in header or signature has expired, need to be within 60s'),
    IP_DENIED: blofin('152406', "Your IP is not included in your API key's IP whitelist"),
    REPLAY: blofin('152407', 'Repeated nonce, Reusing within 60 seconds is not allowed.'),
    PASSPHRASE_INVALID: blofin('152408', 'Passphrase error'),
    SIGNATURE_INVALID: blofin('152409', 'Signature verification failed'),
  },
  window: { pastMs: 60_000, futureMs: 60_000 },
  success: (echo, id) => ({ code: '0', msg: 'success', data: [{ ...echo, orderId: String(id), code: '0', msg: '' }] }),
  socket: {
    accepted: () => ({ event: 'login', code: '0', msg: '' }),
    refused: ({ refusal }) => ({ event: 'error', ...Object(refusal.body) }),
    other: ({ received }) => ({ event: received['op'] ?? 'error', arg: Object(received['args'])[0] }),
    pings: { ping: 'pong' },
  },
}
