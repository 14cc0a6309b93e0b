import { extended } from '../../../src/exchange/catalogue/extended.js'
import type { ExchangeSample } from '../sample.js'

const signer = extended({ apiKey: 'account-extended', secret: '0123456789abcdef0123456789abcdef' })

export const samples: readonly ExchangeSample[] = [
  { name: 'extended', exchange: extended(), signer, verifyingKey: signer.key as never, forged: 'KEY_UNKNOWN' },
]
