import { gemini } from '../../../src/exchange/catalogue/gemini.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const credentials = { apiKey: 'account-key-gemini', secret: 'secret-gemini' }
const counted = gemini(credentials)
const timed = gemini({ ...credentials, variant: 'time-nonce' })
const shared = { bodies: { POST: 'json' }, paths: ['/v1/order/new', '/v1/balances'], queryOn: [] } as const

export const samples: readonly ExchangeSample[] = [
  {
    ...shared,
    name: 'gemini',
    exchange: gemini(),
    signer: counted,
    verifyingKey: counted.key as never,
    arbitraryNonce: DIGIT_NONCE,
  },
  {
    ...shared,
    name: 'gemini time-nonce',
    exchange: gemini({ variant: 'time-nonce' }),
    signer: timed,
    verifyingKey: timed.key as never,
  },
]
