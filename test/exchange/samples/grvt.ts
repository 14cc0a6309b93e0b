import { grvt } from '../../../src/exchange/catalogue/grvt.js'
import type { ExchangeSample } from '../sample.js'

const signer = grvt({ apiKey: 'account-grvt', secret: 'secret-grvt' })

export const samples: readonly ExchangeSample[] = [
  { name: 'grvt', exchange: grvt(), signer, verifyingKey: signer.key as never },
]
