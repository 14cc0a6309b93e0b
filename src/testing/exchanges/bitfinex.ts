import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import type { Refusal } from '../refusal.js'

// docs.bitfinex.com, "Error codes": HTTP 500 and a list.
const no = (code: number, text: string): Refusal => [500, ['error', code, text]]

const reply = ({ code, refusal }: SocketFacts) => {
  const [, number, msg] = Array.isArray(refusal.body) ? refusal.body : []
  return code === undefined
    ? { event: 'auth', status: 'OK', chanId: 0, userId: 1, caps: { orders: { read: 1, write: 1 } } }
    : { event: 'auth', status: 'FAILED', chanId: 0, code: number, msg }
}

/** Bitfinex v2. */
export const BITFINEX: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: no(10100, 'apikey: invalid'),
    KEY_UNKNOWN: no(10100, 'apikey: invalid'),
    SIGNATURE_INVALID: no(10100, 'apikey: digest invalid'),
    REPLAY: no(10114, 'nonce: small'),
    SCOPE_DENIED: no(10001, 'api_key: permission invalid'),
  },
  needs: [
    [/\/w\/(?:withdraw|transfer)/, 'withdraw'],
    [/\/w\//, 'trade'],
    [/./, 'read'],
  ],
  success: (echo, id, nowMs) => [
    nowMs,
    'on-req',
    null,
    null,
    [{ ...echo, id }],
    null,
    'SUCCESS',
    'Submitting 1 orders.',
  ],
  socket: { accepted: reply, refused: reply },
}
