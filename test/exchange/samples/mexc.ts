import { mexc } from '../../../src/exchange/catalogue/mexc.js'
import type { ExchangeSample } from '../sample.js'

const signer = mexc({ apiKey: 'key-mexc', secret: 'secret-mexc', recvWindow: 5000 })
const shared = { exchange: mexc(), signer, verifyingKey: signer.key as never }

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'mexc', bodies: { GET: 'none', DELETE: 'none', POST: 'form', PUT: 'none' } },
  { ...shared, name: 'mexc with JSON', refused: 'COMPONENT_MISSING', bodies: { POST: 'json' } },
]
