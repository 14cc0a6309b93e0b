import fc from 'fast-check'
import { lbank } from '../../../src/exchange/catalogue/lbank.js'
import type { ExchangeSample } from '../sample.js'

const signer = lbank({ apiKey: 'key-lbank', secret: 'secret-lbank' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'lbank',
    exchange: lbank(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: () => fc.stringMatching(/^[A-Za-z0-9]{30,40}$/),
    paths: ['/v2/supplement/user_info.do'],
    bodies: { POST: 'form' },
    queryOn: [],
  },
]
