import { alpaca } from '../../../src/exchange/catalogue/alpaca.js'
import type { VenueSample } from '../sample.js'

const signer = alpaca({ apiKey: 'key-alpaca', secret: 'secret-alpaca' })

export const samples: readonly VenueSample[] = [
  { name: 'alpaca', venue: alpaca(), signer, verifyingKey: signer.key as never },
]
