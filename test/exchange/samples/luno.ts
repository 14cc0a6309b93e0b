import { luno } from '../../../src/exchange/catalogue/luno.js'
import type { VenueSample } from '../sample.js'

const signer = luno({ apiKey: 'key-luno', secret: 'secret-luno' })

export const samples: readonly VenueSample[] = [
  { name: 'luno', venue: luno(), signer, verifyingKey: signer.key as never },
]
