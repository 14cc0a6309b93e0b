import type { ExchangeAnswers } from '../answers.js'
import type { Refusal } from '../refusal.js'

const needs: NonNullable<ExchangeAnswers['needs']> = [
  [/\/(?:withdraw|withdraw-pay|transfer)$/, 'withdraw'],
  [/\/order(?:s?\/|$)/, 'trade'],
  [/./, 'read'],
]

// docs.whitebit.com, "Private HTTP API V4", "Errors"; those of nonces are known by their words, not their numbers.
const whitebit = (status: number, code: number, message: string): Refusal => [status, { code, message }]

/** WhiteBIT v4. */
export const WHITEBIT: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: whitebit(401, 10, 'Unauthorized request.'),
    KEY_UNKNOWN: whitebit(401, 2, 'This action is unauthorized. Enable your key in API settings'),
    SIGNATURE_INVALID: whitebit(401, 10, 'Unauthorized request.'),
    TIMESTAMP_EXPIRED: whitebit(401, 10, 'Your nonce is more than 5 seconds lesser than the current nonce'),
    REPLAY: whitebit(401, 10, 'Your nonce is not more than the previous one'),
    SCOPE_DENIED: whitebit(403, 4, 'This API Key is not authorized to perform this action.'),
    IP_DENIED: whitebit(403, 4, 'This API Key is not authorized to perform this action.'),
  },
  window: { pastMs: 5_000, futureMs: 5_000 },
  needs,
  token: (token) => ({ websocket_token: token }),
  success: (echo, id, nowMs) => ({ ...echo, orderId: id, timestamp: nowMs / 1000 }),
  socket: {
    accepted: ({ received }) => ({ id: received['id'], result: { status: 'success' }, error: null }),
    refused: ({ received }) => ({
      id: received['id'],
      result: null,
      error: { code: 6, message: 'require authentication' },
    }),
  },
}

// P2B docs, "Errors": {success, errorCode, message, result}.
const p2b = (errorCode: number, message: string): Refusal => [401, { success: false, errorCode, message, result: [] }]

/** P2B. */
export const P2B: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: p2b(1004, 'Nonce and url not provided.'),
    AUTH_MALFORMED: p2b(1009, 'Invalid payload.'),
    KEY_UNKNOWN: p2b(1010, 'This action is unauthorized.'),
    NONCE_MALFORMED: p2b(1012, 'Invalid nonce.'),
    SIGNATURE_INVALID: p2b(1014, 'Unauthorized request.'),
    REPLAY: p2b(1016, 'Not unique nonce.'),
  },
  missing: {
    key: p2b(1001, 'Key not provided.'),
    sign: p2b(1003, 'Signature not provided.'),
    nonce: p2b(1006, 'Nonce not provided.'),
  },
  needs,
  success: (echo, id) => ({ success: true, errorCode: '', message: '', result: { ...echo, orderId: id } }),
}
