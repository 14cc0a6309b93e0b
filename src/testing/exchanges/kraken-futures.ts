import type { ExchangeAnswers } from '../answers.js'
import type { Facts, Refusal } from '../refusal.js'

// docs.kraken.com, futures, "Error codes": HTTP 200.
const no = (error: string): Refusal => [
  200,
  ({ nowMs }: Facts) => ({ result: 'error', error, serverTime: new Date(nowMs).toISOString() }),
]

/** Kraken Futures. One error for all that is wrong with a key or a signature. */
export const KRAKEN_FUTURES: ExchangeAnswers = {
  refusals: { SIGNATURE_INVALID: no('authenticationError'), REPLAY: no('nonceBelowThreshold') },
  success: (echo, id, nowMs) => ({
    result: 'success',
    sendStatus: { order_id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`, status: 'placed', order: echo },
    serverTime: new Date(nowMs).toISOString(),
  }),
  socket: {
    challenge: {
      asks: ({ event }) => event === 'challenge',
      answer: (message) => ({ event: 'challenge', message }),
    },
    accepted: ({ received }) => ({ event: 'subscribed', feed: received['feed'] }),
    refused: () => ({ event: 'error', message: 'Authentication failed' }),
  },
}
