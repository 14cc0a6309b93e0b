import { hollaex } from '../../../src/exchange/catalogue/hollaex.js'
import type { ExchangeSample } from '../sample.js'

const signer = hollaex({ apiKey: 'key-hollaex', secret: 'secret-hollaex' })

export const samples: readonly ExchangeSample[] = [
  { name: 'hollaex', exchange: hollaex(), signer, verifyingKey: signer.key as never },
]
