import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { robinhood } from '../../../src/exchange/catalogue/robinhood.js'
import type { ExchangeSample } from '../sample.js'

const key = ed25519PrivateKey({ keyId: 'rh-api-key', seed: new Uint8Array(32).fill(9) })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'robinhood',
    exchange: robinhood(),
    signer: robinhood({ key }),
    verifyingKey: key.verifyingKey,
    paths: ['/api/v1/crypto/trading/orders/', '/api/v1/crypto/trading/holdings/'],
  },
]
