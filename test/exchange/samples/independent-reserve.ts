import { independentReserve } from '../../../src/exchange/catalogue/independent-reserve.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const signer = independentReserve({ apiKey: 'key-ir', secret: 'secret-ir' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'independent-reserve',
    exchange: independentReserve(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: DIGIT_NONCE,
    bodies: { POST: 'json' },
    queryOn: [],
    paths: ['/Private/GetAccounts', '/Private/PlaceLimitOrder'],
  },
]
