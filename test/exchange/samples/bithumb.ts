import { bithumb } from '../../../src/exchange/catalogue/bithumb.js'
import { type ExchangeSample, UUID_NONCE } from '../sample.js'

const signer = bithumb({ apiKey: 'key-bithumb', secret: 'secret-bithumb' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'bithumb',
    exchange: bithumb(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: UUID_NONCE,
    queryOn: ['GET', 'DELETE'],
  },
]
