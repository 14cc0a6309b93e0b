import { hollaex } from '../../../src/exchange/catalogue/hollaex.js'
import type { VenueSample } from '../sample.js'

const signer = hollaex({ apiKey: 'key-hollaex', secret: 'secret-hollaex' })

export const samples: readonly VenueSample[] = [
  { name: 'hollaex', venue: hollaex(), signer, verifyingKey: signer.key as never },
]
