import { mexcContract } from '../../../src/exchange/catalogue/mexc-contract.js'
import type { ExchangeSample } from '../sample.js'

const signer = mexcContract({ apiKey: 'key-mexc', secret: 'secret-mexc' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'mexc-contract',
    exchange: mexcContract(),
    signer,
    verifyingKey: signer.key as never,
    queryOn: ['GET', 'DELETE'],
  },
]
