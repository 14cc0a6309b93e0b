import { bingx } from '../../../src/exchange/catalogue/bingx.js'
import type { ExchangeSample } from '../sample.js'

const signer = bingx({ apiKey: 'key-bingx', secret: 'secret-bingx', recvWindow: 5000 })
const shared = { exchange: bingx(), signer, verifyingKey: signer.key as never }

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'bingx', bodies: { GET: 'none', DELETE: 'none', POST: 'none', PUT: 'none' } },
  { ...shared, name: 'bingx with JSON', bodies: { POST: 'json' }, queryOn: [] },
]
