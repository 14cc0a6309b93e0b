import type { Account } from '../accounts.js'
import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import { GATE_CALLS } from '../calls/gate.js'
import type { Facts, Refusal } from '../refusal.js'

// gate.com/docs/developers/apiv4, "Error Handling", "label".
const no = (status: number, label: string, message: string): Refusal => [status, { label, message }]

// "Retrieve user account information" and "List keys of the main account".
const detail = ({ allowIp }: Account) => ({
  ip_whitelist: allowIp,
  currency_pairs: [],
  user_id: 1,
  tier: 0,
  key: { mode: 1 },
  copy_trading_role: 0,
})
const mainKeys = ({ allowIp, createdMs, keyId, permissions }: Account, nowMs: number) => [
  {
    user_id: '1',
    mode: 1,
    name: keyId,
    perms: [
      ...['wallet', 'spot', 'futures'].map((name) => ({ name, read_only: !permissions.has('trade') })),
      ...(permissions.has('withdraw') ? [{ name: 'withdrawal', read_only: false }] : []),
    ],
    ip_whitelist: allowIp,
    key: keyId,
    state: 1,
    created_at: Math.floor(createdMs / 1000),
    updated_at: Math.floor(createdMs / 1000),
    last_access: Math.floor(nowMs / 1000),
  },
]

// WebSocket v4: calls are answered with a header, subscriptions with the message's members.
const reply = ({ received, message, code, refusal, nowMs, keyId }: SocketFacts) => {
  const { channel, event, payload, time, id } = received
  if (message === 'login' || message === 'call') {
    const header = { response_time: String(nowMs), channel, event, client_id: '127.0.0.1-0x1', status: '200' }
    return code === undefined
      ? {
          request_id: Object(payload).req_id,
          header,
          data: { result: { api_key: keyId, uid: '1', ...Object(payload).req_param } },
        }
      : {
          request_id: Object(payload).req_id,
          header: { ...header, status: String(refusal.status) },
          data: { errs: refusal.body },
        }
  }
  const error = { code: 4, message: Object(refusal.body).message }
  return code === undefined
    ? { time, id, channel, event, error: null, result: { status: 'success' } }
    : { time, id, channel, event, error, result: null }
}

/** Gate v4. */
export const GATE: ExchangeAnswers = {
  calls: GATE_CALLS,
  refusals: {
    AUTH_MISSING: [
      400,
      ({ name }: Facts) => ({ label: 'MISSING_REQUIRED_HEADER', message: `Missing required header: ${name}` }),
    ],
    AUTH_MALFORMED: no(401, 'INVALID_CREDENTIALS', 'Invalid credentials provided'),
    KEY_UNKNOWN: no(401, 'INVALID_KEY', 'Invalid key provided'),
    TIMESTAMP_EXPIRED: no(403, 'REQUEST_EXPIRED', 'gap between request Timestamp and server time exceeds 60'),
    SIGNATURE_INVALID: no(401, 'INVALID_SIGNATURE', 'Signature mismatch'),
    IP_DENIED: no(403, 'IP_FORBIDDEN', 'Request IP not in whitelist'),
    SCOPE_DENIED: no(403, 'READ_ONLY', 'API key is read-only'),
  },
  window: { pastMs: 60_000, futureMs: 60_000 },
  time: { '/api/v4/spot/time': (nowMs) => ({ server_time: nowMs }) },
  keyInfo: { 'GET /api/v4/account/detail': detail, 'GET /api/v4/account/main_keys': mainKeys },
  success: (echo, id, nowMs) => ({ ...echo, id: String(id), create_time_ms: nowMs, status: 'open' }),
  socket: { accepted: reply, refused: reply },
}
