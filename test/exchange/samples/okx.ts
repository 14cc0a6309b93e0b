import { okx } from '../../../src/exchange/catalogue/okx.js'
import type { VenueSample } from '../sample.js'

const passphrase = 'phrase-1'
const signer = okx({ apiKey: 'key-okx', secret: 'secret-okx', passphrase })

export const samples: readonly VenueSample[] = [
  { name: 'okx', venue: okx(), signer, verifyingKey: signer.key as never, passphrase },
]
