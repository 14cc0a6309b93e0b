import { bithumbV1 } from '../../../src/exchange/catalogue/bithumb-v1.js'
import type { ExchangeSample } from '../sample.js'

const signer = bithumbV1({ apiKey: 'key-bithumb-v1', secret: 'secret-bithumb-v1' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'bithumb-v1',
    exchange: bithumbV1(),
    signer,
    verifyingKey: signer.key as never,
    bodies: { POST: 'form' },
    paths: ['/info/balance', '/trade/place'],
    queryOn: [],
  },
]
