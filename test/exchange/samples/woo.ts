import { woo } from '../../../src/exchange/catalogue/woo.js'
import type { VenueSample } from '../sample.js'

const signer = woo({ apiKey: 'key/woo+==', secret: 'secret-woo' })

export const samples: readonly VenueSample[] = [
  { name: 'woo', venue: woo(), signer, verifyingKey: signer.key as never, loginArgs: { id: '1' } },
]
