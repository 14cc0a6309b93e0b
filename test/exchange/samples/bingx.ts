import { bingx } from '../../../src/exchange/catalogue/bingx.js'
import type { VenueSample } from '../sample.js'

const signer = bingx({ apiKey: 'key-bingx', secret: 'secret-bingx', recvWindow: 5000 })
const shared = { venue: bingx(), signer, verifyingKey: signer.key as never }

export const samples: readonly VenueSample[] = [
  { ...shared, name: 'bingx', bodies: { GET: 'none', DELETE: 'none', POST: 'none', PUT: 'none' } },
  { ...shared, name: 'bingx with JSON', bodies: { POST: 'json' }, queryOn: [] },
]
