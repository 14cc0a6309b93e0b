import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import type { Facts, Refusal } from '../refusal.js'

const body = (nowMs: number, said: object) => ({
  jsonrpc: '2.0',
  ...said,
  usIn: nowMs * 1000,
  usOut: nowMs * 1000 + 100,
  usDiff: 100,
  testnet: false,
})
// docs.deribit.com, "RPC error codes": HTTP 400. The reason of a bad time is in no document.
const no = (status: number, code: number, message: string, reason?: string): Refusal => [
  status,
  ({ nowMs }: Facts) => body(nowMs, { error: { code, message, ...(reason !== undefined && { data: { reason } }) } }),
]

const reply = ({ received, refusal, code, nowMs }: SocketFacts) => {
  const { id } = received
  if (code !== undefined) return body(nowMs, { id, error: Object(refusal.body).error })
  const result = {
    access_token: 'access-token-of-a-mock',
    refresh_token: 'refresh-token-of-a-mock',
    expires_in: 900,
    scope: 'connection mainaccount',
    token_type: 'bearer',
  }
  return body(nowMs, { id, result })
}

/** Deribit. All of its calls are GET. */
export const DERIBIT: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: no(400, 13009, 'unauthorized', 'invalid_token'),
    KEY_UNKNOWN: no(400, 13004, 'invalid_credentials'),
    SIGNATURE_INVALID: no(400, 13004, 'invalid_credentials'),
    TIMESTAMP_EXPIRED: no(400, 13009, 'unauthorized', 'invalid timestamp'),
    REPLAY: no(400, 13009, 'unauthorized', 'nonce has been used'),
    SCOPE_DENIED: no(403, 13021, 'forbidden'),
  },
  window: { pastMs: 60_000, futureMs: 60_000 },
  needs: [
    [/\/private\/(?:withdraw|submit_transfer)/, 'withdraw'],
    [/\/private\/(?:buy|sell|edit|cancel|close)/, 'trade'],
    [/./, 'read'],
  ],
  time: { '/api/v2/public/get_time': (nowMs) => body(nowMs, { result: nowMs }) },
  success: (echo, id, nowMs) => body(nowMs, { result: { trades: [], order: { ...echo, order_id: String(id) } } }),
  socket: {
    accepted: reply,
    refused: reply,
    other: ({ received, nowMs }) =>
      body(nowMs, { id: received['id'], result: Object(received['params']).channels ?? {} }),
    anonymous: ({ received, nowMs }) =>
      body(nowMs, { id: received['id'], error: { code: 13009, message: 'unauthorized' } }),
  },
}
