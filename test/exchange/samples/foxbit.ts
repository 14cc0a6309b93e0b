import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { foxbit } from '../../../src/exchange/catalogue/foxbit.js'
import type { VenueSample } from '../sample.js'

const hmac = foxbit({ apiKey: 'key-foxbit', secret: 'secret-foxbit' })
const key = ed25519PrivateKey({ keyId: 'key-foxbit-ed', seed: new Uint8Array(32).fill(9) })

export const samples: readonly VenueSample[] = [
  { name: 'foxbit with HMAC', venue: foxbit(), signer: hmac, verifyingKey: hmac.key as never },
  { name: 'foxbit with Ed25519', venue: foxbit(), signer: foxbit({ key }), verifyingKey: key.verifyingKey },
]
