import { cryptoCom } from '../../../src/exchange/catalogue/crypto-com.js'
import type { ExchangeSample } from '../sample.js'

const signer = cryptoCom({ apiKey: 'key-crypto-com', secret: 'secret-crypto-com' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'crypto-com',
    exchange: cryptoCom(),
    signer,
    verifyingKey: signer.key as never,
    bodies: { POST: 'json' },
    paths: ['/exchange/v1/private/create-order', '/exchange/v1/private/get-positions'],
    queryOn: [],
    wrap: (path, params) => ({ id: 7, method: path.slice('/exchange/v1/'.length), params }),
  },
]
