import { deribit } from '../../../src/exchange/catalogue/deribit.js'
import type { ExchangeSample } from '../sample.js'

const signer = deribit({ apiKey: 'key-deribit', secret: 'secret-deribit' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'deribit',
    exchange: deribit(),
    signer,
    verifyingKey: signer.key as never,
    bodies: { GET: 'none', POST: 'json' },
    paths: ['/api/v2/private/buy', '/api/v2/private/get_positions'],
  },
]
