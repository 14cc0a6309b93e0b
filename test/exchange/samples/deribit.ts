import { deribit } from '../../../src/exchange/catalogue/deribit.js'
import type { VenueSample } from '../sample.js'

const signer = deribit({ apiKey: 'key-deribit', secret: 'secret-deribit' })

export const samples: readonly VenueSample[] = [
  {
    name: 'deribit',
    venue: deribit(),
    signer,
    verifyingKey: signer.key as never,
    bodies: { GET: 'none', POST: 'json' },
    paths: ['/api/v2/private/buy', '/api/v2/private/get_positions'],
  },
]
