import { bitmex } from '../../../src/exchange/catalogue/bitmex.js'
import type { ExchangeSample } from '../sample.js'

const signer = bitmex({ apiKey: 'key-bitmex', secret: 'secret-bitmex', allowClosed: true })
const shared = { exchange: bitmex(), signer, verifyingKey: signer.key as never }

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'bitmex', bodies: { GET: 'none', POST: 'json', PUT: 'json', DELETE: 'json' } },
  { ...shared, name: 'bitmex with forms', bodies: { POST: 'form', DELETE: 'form' } },
]
