import { okx } from '../../../src/exchange/catalogue/okx.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-1'
const signer = okx({ apiKey: 'key-okx', secret: 'secret-okx', passphrase })

export const samples: readonly ExchangeSample[] = [
  { name: 'okx', exchange: okx(), signer, verifyingKey: signer.key as never, passphrase },
]
