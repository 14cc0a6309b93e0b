import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { revolutX } from '../../../src/exchange/catalogue/revolut-x.js'
import type { ExchangeSample } from '../sample.js'

const key = ed25519PrivateKey({ keyId: 'keyRevolutX', seed: new Uint8Array(32).fill(5) })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'revolut-x',
    exchange: revolutX(),
    signer: revolutX({ key }),
    verifyingKey: key.verifyingKey,
    paths: ['/api/1.0/orders', '/api/1.0/balances'],
  },
]
