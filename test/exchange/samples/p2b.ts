import { p2b } from '../../../src/exchange/catalogue/p2b.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const signer = p2b({ apiKey: 'key-p2b', secret: 'secret-p2b' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'p2b',
    exchange: p2b(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: DIGIT_NONCE,
    bodies: { POST: 'json' },
    paths: ['/api/v2/order/new', '/api/v2/account/balances'],
    queryOn: [],
  },
]
