import type { Account } from '../accounts.js'
import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import { COINBASE_CALLS } from '../calls/coinbase.js'
import type { Facts, Refusal } from '../refusal.js'

const no = (status: number, message: string): Refusal => [status, { message }]
const required: Refusal = [401, ({ name }: Facts) => ({ message: `${name} header is required` })]
// A subscription is acknowledged with the channels that now run, or refused with an error.
const subscribed = ({ received }: SocketFacts) => ({ type: 'subscriptions', channels: received['channels'] ?? [] })
const failed = ({ refusal }: SocketFacts) => ({
  type: 'error',
  message: 'Authentication Failed',
  reason: Object(refusal.body).message ?? String(refusal.body).trim(),
})
const socket = { accepted: subscribed, refused: failed }

/** Coinbase Exchange, "Requests" and "Errors". */
export const COINBASE_EXCHANGE: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: required,
    KEY_UNKNOWN: no(401, 'Invalid API Key'),
    TIMESTAMP_MALFORMED: no(400, 'invalid timestamp'),
    TIMESTAMP_EXPIRED: no(400, 'request timestamp expired'),
    SIGNATURE_INVALID: no(401, 'invalid signature'),
    PASSPHRASE_INVALID: no(401, 'Invalid Passphrase'),
    IP_DENIED: no(401, 'IP does not match IP whitelist'),
    SCOPE_DENIED: no(403, 'Forbidden'),
  },
  // "within 30 seconds of the api service time"
  window: { pastMs: 30_000, futureMs: 30_000 },
  time: { '/time': (nowMs) => ({ iso: new Date(nowMs).toISOString(), epoch: nowMs / 1000 }) },
  socket,
}

const titled = (status: number, title: string): Refusal => [status, { title, status }]

/** Coinbase International: the words of its errors are known, most of their bodies are not. */
export const COINBASE_INTERNATIONAL: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: titled(401, 'Unauthorized'),
    SCOPE_DENIED: titled(403, 'Forbidden'),
    IP_DENIED: titled(401, 'ip not allowed'),
  },
  window: { pastMs: 5_000, futureMs: 5_000 },
  socket,
}

/** Coinbase Prime: as {@link COINBASE_EXCHANGE}, in words of ours. */
export const COINBASE_PRIME: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: required,
    SIGNATURE_INVALID: no(401, 'unauthorized'),
    SCOPE_DENIED: no(403, 'permission denied'),
  },
  window: { pastMs: 30_000, futureMs: 30_000 },
  socket,
}

// Advanced Trade, "Get API Key Permissions".
const keyInfo = ({ permissions }: Account) => ({
  can_view: permissions.has('read'),
  can_trade: permissions.has('trade'),
  can_transfer: permissions.has('withdraw'),
  portfolio_uuid: '00000000-0000-4000-8000-000000000001',
  portfolio_type: 'DEFAULT',
})

/** Coinbase Advanced Trade: whatever is wrong with a token is answered in one word. */
export const COINBASE: ExchangeAnswers = {
  calls: COINBASE_CALLS,
  refusals: {
    SIGNATURE_INVALID: [401, 'Unauthorized\n'],
    TIMESTAMP_EXPIRED: [401, { errors: [{ id: 'authentication_error', message: 'request timestamp expired' }] }],
    SCOPE_DENIED: [
      403,
      {
        error: 'PERMISSION_DENIED',
        error_details: 'Missing required scopes',
        message: 'Missing required scopes',
      },
    ],
  },
  time: {
    '/api/v3/brokerage/time': (nowMs) => ({
      iso: new Date(nowMs).toISOString(),
      epochSeconds: String(Math.floor(nowMs / 1000)),
      epochMillis: String(nowMs),
    }),
  },
  keyInfo: { 'GET /api/v3/brokerage/key_permissions': keyInfo },
  success: (echo, id) => ({ success: true, success_response: { ...echo, order_id: String(id) } }),
  socket: {
    accepted: ({ received, nowMs }) => ({
      channel: 'subscriptions',
      timestamp: new Date(nowMs).toISOString(),
      sequence_num: 0,
      events: [{ subscriptions: { [String(received['channel'])]: received['product_ids'] ?? [] } }],
    }),
    refused: () => ({ type: 'error', message: 'authentication failure' }),
  },
}
