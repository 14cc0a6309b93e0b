import { hashkey } from '../../../src/exchange/catalogue/hashkey.js'
import type { ExchangeSample } from '../sample.js'

const signer = hashkey({ apiKey: 'key-hashkey', secret: 'secret-hashkey' })
const shared = { exchange: hashkey(), signer, verifyingKey: signer.key as never }

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'hashkey', bodies: { GET: 'none', DELETE: 'none', POST: 'form', PUT: 'none' } },
  { ...shared, name: 'hashkey with JSON', refused: 'COMPONENT_MISSING', bodies: { POST: 'json' } },
]
