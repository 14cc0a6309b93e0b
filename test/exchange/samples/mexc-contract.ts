import { mexcContract } from '../../../src/exchange/catalogue/mexc-contract.js'
import type { VenueSample } from '../sample.js'

const signer = mexcContract({ apiKey: 'key-mexc', secret: 'secret-mexc' })

export const samples: readonly VenueSample[] = [
  {
    name: 'mexc-contract',
    venue: mexcContract(),
    signer,
    verifyingKey: signer.key as never,
    queryOn: ['GET', 'DELETE'],
  },
]
