import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const signer = kraken({ apiKey: '/key+kraken', secret: 'c2VjcmV0LWtyYWtlbg==' })
const shared = { exchange: kraken(), signer, verifyingKey: signer.key as never, arbitraryNonce: DIGIT_NONCE }
const paths = ['/0/private/AddOrder', '/0/private/Balance']

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'kraken', paths, queryOn: [], bodies: { POST: 'form' } },
  { ...shared, name: 'kraken with JSON', paths: ['/0/private/AddOrderBatch'], queryOn: [], bodies: { POST: 'json' } },
]
