import { apexOmni } from '../../../src/exchange/catalogue/apex-omni.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-apex'
const signer = apexOmni({ apiKey: 'key-apex', secret: 'secret-apex', passphrase })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'apex-omni',
    exchange: apexOmni(),
    signer,
    verifyingKey: signer.key as never,
    passphrase,
    bodies: { GET: 'none', POST: 'form' },
    paths: ['/api/v3/order', '/api/v3/fills'],
  },
]
