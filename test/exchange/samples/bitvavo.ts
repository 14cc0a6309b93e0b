import { bitvavo } from '../../../src/exchange/catalogue/bitvavo.js'
import type { ExchangeSample } from '../sample.js'

const signer = bitvavo({ apiKey: 'key-bitvavo', secret: 'secret-bitvavo' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'bitvavo',
    exchange: bitvavo(),
    signer,
    verifyingKey: signer.key as never,
    paths: ['/v2/order', '/v2/balance'],
  },
]
