import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import type { VenueSample } from '../sample.js'

const passphrase = 'phrase-1'
const signer = bitget({ apiKey: 'key-bitget', secret: 'secret-bitget', passphrase })

export const samples: readonly VenueSample[] = [
  { name: 'bitget', venue: bitget(), signer, verifyingKey: signer.key as never, passphrase },
]
