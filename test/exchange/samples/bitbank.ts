import { bitbank } from '../../../src/exchange/catalogue/bitbank.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const credentials = { apiKey: 'key-bitbank', secret: 'secret-bitbank' }
const usual = bitbank({ ...credentials, recvWindow: 'none' })
const window = bitbank({ ...credentials, recvWindow: 1000 })
const nonce = bitbank({ ...credentials, variant: 'nonce' })
const shared = { bodies: { GET: 'none', POST: 'json' }, queryOn: ['GET'] } as const

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'bitbank without a window', exchange: bitbank(), signer: usual, verifyingKey: usual.key as never },
  { ...shared, name: 'bitbank with a window', exchange: bitbank(), signer: window, verifyingKey: window.key as never },
  {
    ...shared,
    name: 'bitbank with a nonce',
    exchange: bitbank({ variant: 'nonce' }),
    signer: nonce,
    verifyingKey: nonce.key as never,
    arbitraryNonce: DIGIT_NONCE,
  },
]
