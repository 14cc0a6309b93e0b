import type { ExchangeAnswers } from '../answers.js'
import type { Refusal } from '../refusal.js'

// bitstamp.net/api, "Error codes": HTTP 403.
const no = (code: string, reason: string): Refusal => [403, { status: 'error', reason, code }]

/** Bitstamp v2. Nonces are remembered for 150 seconds, which is also how old a time may be. */
export const BITSTAMP: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: no('API0007', 'Missing key, signature and nonce parameters'),
    KEY_UNKNOWN: no('API0001', 'API key not found'),
    IP_DENIED: no('API0002', 'IP address not allowed'),
    SCOPE_DENIED: no('API0003', 'No permission found'),
    REPLAY: no('API0004', 'Invalid nonce'),
    SIGNATURE_INVALID: no('API0005', 'Invalid signature'),
    TIMESTAMP_EXPIRED: no('API0006', 'Authentication failed'),
  },
  window: { pastMs: 150_000 },
  needs: [
    [/\/(?:[a-z]+_withdrawal|withdrawal_[a-z]+|transfer-to-main|transfer-from-main)\/?$/, 'withdraw'],
    [/\/(?:buy|sell|cancel_\w+|replace_order)\//, 'trade'],
    [/./, 'read'],
  ],
  token: (token) => ({ token, valid_sec: 60, user_id: 1 }),
  success: (echo, id, nowMs) => ({ ...echo, id: String(id), datetime: new Date(nowMs).toISOString() }),
  socket: {
    accepted: ({ received }) => ({
      event: 'bts:subscription_succeeded',
      channel: Object(received['data']).channel,
      data: {},
    }),
    refused: () => ({ event: 'bts:error', channel: '', data: { code: 4009, message: 'Connection is unauthorized.' } }),
  },
}
