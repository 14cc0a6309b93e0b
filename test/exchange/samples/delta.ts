import { delta } from '../../../src/exchange/catalogue/delta.js'
import type { VenueSample } from '../sample.js'

const signer = delta({ apiKey: 'key-delta', secret: 'secret-delta' })

export const samples: readonly VenueSample[] = [
  { name: 'delta', venue: delta(), signer, verifyingKey: signer.key as never },
]
