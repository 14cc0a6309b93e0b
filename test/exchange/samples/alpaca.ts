import { alpaca } from '../../../src/exchange/catalogue/alpaca.js'
import type { ExchangeSample } from '../sample.js'

const signer = alpaca({ apiKey: 'key-alpaca', secret: 'secret-alpaca' })

export const samples: readonly ExchangeSample[] = [
  { name: 'alpaca', exchange: alpaca(), signer, verifyingKey: signer.key as never },
]
