import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-1'
const signer = bitget({ apiKey: 'key-bitget', secret: 'secret-bitget', passphrase })

export const samples: readonly ExchangeSample[] = [
  { name: 'bitget', exchange: bitget(), signer, verifyingKey: signer.key as never, passphrase },
]
