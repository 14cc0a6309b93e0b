import { luno } from '../../../src/exchange/catalogue/luno.js'
import type { ExchangeSample } from '../sample.js'

const signer = luno({ apiKey: 'key-luno', secret: 'secret-luno' })

export const samples: readonly ExchangeSample[] = [
  { name: 'luno', exchange: luno(), signer, verifyingKey: signer.key as never },
]
