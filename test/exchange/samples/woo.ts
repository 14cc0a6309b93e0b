import { woo } from '../../../src/exchange/catalogue/woo.js'
import type { ExchangeSample } from '../sample.js'

const signer = woo({ apiKey: 'key/woo+==', secret: 'secret-woo' })

export const samples: readonly ExchangeSample[] = [
  { name: 'woo', exchange: woo(), signer, verifyingKey: signer.key as never, loginArgs: { id: '1' } },
]
