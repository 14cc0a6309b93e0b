import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { backpack } from '../../../src/exchange/catalogue/backpack.js'
import type { ExchangeSample } from '../sample.js'

// The key id of a Backpack key is its public half.
const keyId = 'FVWvG9OoqGSHOf35A8QwMR5fGPlb0xdaM/hmF4p0tXU='
const key = ed25519PrivateKey({ keyId, seed: new Uint8Array(32).fill(5) })
const shared = { verifyingKey: key.verifyingKey, paths: ['/api/v1/order'], queryOn: ['GET'] }

export const samples: readonly ExchangeSample[] = [
  {
    ...shared,
    name: 'backpack',
    exchange: backpack(),
    signer: backpack({ key }),
    bodies: { GET: 'none', DELETE: 'json', POST: 'json' },
  },
  {
    ...shared,
    name: 'backpack encoded',
    exchange: backpack({ variant: 'encoded' }),
    signer: backpack({ key, variant: 'encoded' }),
    bodies: { GET: 'none', DELETE: 'json', POST: 'json' },
  },
]
