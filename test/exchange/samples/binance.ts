import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import type { ExchangeSample } from '../sample.js'

const hmac = binance({ apiKey: 'key-binance', secret: 'secret-binance', recvWindow: 5000 })
const key = ed25519PrivateKey({ keyId: 'key-binance-ed', seed: new Uint8Array(32).fill(7) })
const bodies = { GET: 'none', DELETE: 'none', POST: 'form', PUT: 'none' } as const

export const samples: readonly ExchangeSample[] = [
  { name: 'binance with HMAC', exchange: binance(), signer: hmac, verifyingKey: hmac.key as never, bodies },
  {
    name: 'binance with Ed25519',
    exchange: binance(),
    signer: binance({ key }),
    verifyingKey: key.verifyingKey,
    bodies,
    loginArgs: { id: '1' },
  },
]
