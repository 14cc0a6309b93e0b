import { blofin } from '../../../src/exchange/catalogue/blofin.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-blofin'
const signer = blofin({ apiKey: 'key-blofin', secret: 'secret-blofin', passphrase })

export const samples: readonly ExchangeSample[] = [
  { name: 'blofin', exchange: blofin(), signer, verifyingKey: signer.key as never, passphrase },
]
