import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { htx } from '../../../src/exchange/catalogue/htx.js'
import type { ExchangeSample } from '../sample.js'

const hmac = htx({ apiKey: 'key+htx=', secret: 'secret-htx' })
const key = ed25519PrivateKey({ keyId: 'key-htx-ed', seed: new Uint8Array(32).fill(9) })

export const samples: readonly ExchangeSample[] = [
  { name: 'htx with HMAC', exchange: htx(), signer: hmac, verifyingKey: hmac.key as never },
  { name: 'htx with Ed25519', exchange: htx(), signer: htx({ key }), verifyingKey: key.verifyingKey },
]
