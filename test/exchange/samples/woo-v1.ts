import { wooV1 } from '../../../src/exchange/catalogue/woo-v1.js'
import type { VenueSample } from '../sample.js'

const signer = wooV1({ apiKey: 'key/woo+==', secret: 'secret-woo' })

export const samples: readonly VenueSample[] = [
  {
    name: 'woo-v1',
    venue: wooV1(),
    signer,
    verifyingKey: signer.key as never,
    bodies: { GET: 'none', DELETE: 'form', POST: 'form', PUT: 'form' },
    loginArgs: { id: '1' },
  },
]
