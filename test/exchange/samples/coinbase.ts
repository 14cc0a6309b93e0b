import fc from 'fast-check'
import { ecdsaPrivateKey, ed25519PrivateKey } from '../../../src/crypto/index.js'
import { coinbase } from '../../../src/exchange/catalogue/coinbase.js'
import type { ExchangeSample } from '../sample.js'

const keyId = 'organizations/11111111-2222-4333-8444-555555555555/apiKeys/66666666-7777-4888-8999-aaaaaaaaaaaa'
const ecdsa = ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(9) })
const ed = ed25519PrivateKey({ keyId, seed: new Uint8Array(32).fill(8) })
const legacy = coinbase({ apiKey: 'key-coinbase', secret: 'secret-coinbase', variant: 'hmac' })

const shared = {
  arbitraryNonce: () => fc.stringMatching(/^[0-9a-f]{32}$/),
  paths: ['/api/v3/brokerage/orders', '/api/v3/brokerage/accounts', '/v2/user'],
  loginArgs: { channel: 'user', productIds: ['BTC-USD', 'ETH-USD'] },
}

export const samples: readonly ExchangeSample[] = [
  ...([undefined, 'cdp-sdk', 'cloud'] as const).flatMap((variant) => [
    {
      ...shared,
      name: `coinbase ${variant ?? ''} with ECDSA`,
      exchange: coinbase({ variant }),
      signer: coinbase({ key: ecdsa, variant }),
      verifyingKey: ecdsa.verifyingKey,
    },
    {
      ...shared,
      name: `coinbase ${variant ?? ''} with Ed25519`,
      exchange: coinbase({ variant }),
      signer: coinbase({ key: ed, variant }),
      verifyingKey: ed.verifyingKey,
    },
  ]),
  {
    name: 'coinbase hmac',
    exchange: coinbase({ variant: 'hmac' }),
    signer: legacy,
    verifyingKey: legacy.key as never,
    loginArgs: shared.loginArgs,
  },
]
