import { edgex } from '../../../src/exchange/catalogue/edgex.js'
import type { ExchangeSample } from '../sample.js'

const signer = edgex({ apiKey: 'key-edgex', secret: 'secret-edgex', passphrase: 'phrase-edgex' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'edgex',
    exchange: edgex(),
    signer,
    verifyingKey: signer.key as never,
    passphrase: 'phrase-edgex',
    bodies: { GET: 'none', POST: 'json' },
    paths: ['/api/v2/private/order/createOrder', '/api/v2/private/account/getAccountAsset'],
    queryOn: ['GET'],
    without: /&/,
    loginArgs: { accountId: '12345' },
  },
]
