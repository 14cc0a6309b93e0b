import { delta } from '../../../src/exchange/catalogue/delta.js'
import type { ExchangeSample } from '../sample.js'

const signer = delta({ apiKey: 'key-delta', secret: 'secret-delta' })

export const samples: readonly ExchangeSample[] = [
  { name: 'delta', exchange: delta(), signer, verifyingKey: signer.key as never },
]
