import { wooV1 } from '../../../src/exchange/catalogue/woo-v1.js'
import type { ExchangeSample } from '../sample.js'

const signer = wooV1({ apiKey: 'key/woo+==', secret: 'secret-woo' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'woo-v1',
    exchange: wooV1(),
    signer,
    verifyingKey: signer.key as never,
    bodies: { GET: 'none', DELETE: 'form', POST: 'form', PUT: 'form' },
    loginArgs: { id: '1' },
  },
]
