import { toobit } from '../../../src/exchange/catalogue/toobit.js'
import type { ExchangeSample } from '../sample.js'

const signer = toobit({ apiKey: 'key-toobit', secret: 'secret-toobit', recvWindow: 5000 })
const shared = { exchange: toobit(), signer, verifyingKey: signer.key as never }
const variant = 'signed-json'
const other = toobit({ apiKey: 'key-toobit', secret: 'secret-toobit', variant })

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'toobit', bodies: { GET: 'none', DELETE: 'none', POST: 'form' } },
  { ...shared, name: 'toobit with JSON', refused: 'COMPONENT_MISSING', bodies: { POST: 'json' } },
  { name: 'toobit signed-json', exchange: toobit({ variant }), signer: other, verifyingKey: other.key as never },
]
