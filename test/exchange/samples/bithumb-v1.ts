import { bithumbV1 } from '../../../src/exchange/catalogue/bithumb-v1.js'
import type { VenueSample } from '../sample.js'

const signer = bithumbV1({ apiKey: 'key-bithumb-v1', secret: 'secret-bithumb-v1' })

export const samples: readonly VenueSample[] = [
  {
    name: 'bithumb-v1',
    venue: bithumbV1(),
    signer,
    verifyingKey: signer.key as never,
    bodies: { POST: 'form' },
    paths: ['/info/balance', '/trade/place'],
    queryOn: [],
  },
]
