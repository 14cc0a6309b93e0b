import { weex } from '../../../src/exchange/catalogue/weex.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-1'
const signer = weex({ apiKey: 'key-weex', secret: 'secret-weex', passphrase })

export const samples: readonly ExchangeSample[] = [
  { name: 'weex', exchange: weex(), signer, verifyingKey: signer.key as never, passphrase },
]
