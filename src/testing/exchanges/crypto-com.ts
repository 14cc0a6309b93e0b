import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import type { Facts, Refusal } from '../refusal.js'

// exchange-docs.crypto.com/exchange/v1, "Response and Reason Codes".
const no = (status: number, code: number, message: string): Refusal => [
  status,
  ({ json }: Facts) => ({ id: Object(json).id, method: Object(json).method, code, message }),
]

const reply = ({ received, code, refusal }: SocketFacts) => ({
  id: received['id'],
  method: received['method'],
  code: code === undefined ? 0 : Object(refusal.body).code,
  ...(code !== undefined && { message: Object(refusal.body).message }),
})

/** Crypto.com Exchange v1. */
export const CRYPTO_COM: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: no(401, 40101, 'Authentication failure'),
    KEY_UNKNOWN: no(401, 40101, 'Authentication failure'),
    SIGNATURE_INVALID: no(401, 40101, 'Authentication failure'),
    TIMESTAMP_EXPIRED: no(400, 40102, 'Nonce value differs by more than 60 seconds from server'),
    IP_DENIED: no(401, 40103, 'IP address not whitelisted'),
    SCOPE_DENIED: no(401, 40104, 'Disallowed based on user tier'),
  },
  window: { pastMs: 60_000, futureMs: 60_000 },
  needs: [
    [/\/private\/(?:create-withdrawal|create-.*-transfer)/, 'withdraw'],
    [/\/private\/(?:create|amend|cancel|close)-/, 'trade'],
    [/./, 'read'],
  ],
  success: ({ id: requestId, method, params }, id) => ({
    id: requestId,
    method,
    code: 0,
    result: { ...Object(params), order_id: String(id) },
  }),
  socket: { accepted: reply, refused: reply, other: reply },
}
