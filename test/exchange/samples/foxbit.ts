import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { foxbit } from '../../../src/exchange/catalogue/foxbit.js'
import type { ExchangeSample } from '../sample.js'

const hmac = foxbit({ apiKey: 'key-foxbit', secret: 'secret-foxbit' })
const key = ed25519PrivateKey({ keyId: 'key-foxbit-ed', seed: new Uint8Array(32).fill(9) })

export const samples: readonly ExchangeSample[] = [
  { name: 'foxbit with HMAC', exchange: foxbit(), signer: hmac, verifyingKey: hmac.key as never },
  { name: 'foxbit with Ed25519', exchange: foxbit(), signer: foxbit({ key }), verifyingKey: key.verifyingKey },
]
