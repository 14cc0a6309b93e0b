import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { orderly } from '../../../src/exchange/catalogue/orderly.js'
import type { ExchangeSample } from '../sample.js'

const key = ed25519PrivateKey({
  keyId: 'ed25519:GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB',
  seed: new Uint8Array(32).fill(7),
})

export const samples: readonly ExchangeSample[] = ([undefined, 'raw'] as const).map((variant) => ({
  name: `orderly ${variant ?? ''}`,
  exchange: orderly({ variant }),
  signer: orderly({ key, accountId: '0x0123', variant }),
  verifyingKey: key.verifyingKey,
}))
