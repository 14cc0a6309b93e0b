import { gemini } from '../../../src/exchange/catalogue/gemini.js'
import { DIGIT_NONCE, type VenueSample } from '../sample.js'

const credentials = { apiKey: 'account-key-gemini', secret: 'secret-gemini' }
const counted = gemini(credentials)
const timed = gemini({ ...credentials, variant: 'time-nonce' })
const shared = { bodies: { POST: 'json' }, paths: ['/v1/order/new', '/v1/balances'], queryOn: [] } as const

export const samples: readonly VenueSample[] = [
  {
    ...shared,
    name: 'gemini',
    venue: gemini(),
    signer: counted,
    verifyingKey: counted.key as never,
    arbitraryNonce: DIGIT_NONCE,
  },
  {
    ...shared,
    name: 'gemini time-nonce',
    venue: gemini({ variant: 'time-nonce' }),
    signer: timed,
    verifyingKey: timed.key as never,
  },
]
