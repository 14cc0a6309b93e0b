import { bithumb } from '../../../src/exchange/catalogue/bithumb.js'
import { UUID_NONCE, type VenueSample } from '../sample.js'

const signer = bithumb({ apiKey: 'key-bithumb', secret: 'secret-bithumb' })

export const samples: readonly VenueSample[] = [
  {
    name: 'bithumb',
    venue: bithumb(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: UUID_NONCE,
    queryOn: ['GET', 'DELETE'],
  },
]
