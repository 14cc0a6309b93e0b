import { independentReserve } from '../../../src/exchange/catalogue/independent-reserve.js'
import { DIGIT_NONCE, type VenueSample } from '../sample.js'

const signer = independentReserve({ apiKey: 'key-ir', secret: 'secret-ir' })

export const samples: readonly VenueSample[] = [
  {
    name: 'independent-reserve',
    venue: independentReserve(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: DIGIT_NONCE,
    bodies: { POST: 'json' },
    queryOn: [],
    paths: ['/Private/GetAccounts', '/Private/PlaceLimitOrder'],
  },
]
