import { bitflyer } from '../../../src/exchange/catalogue/bitflyer.js'
import type { VenueSample } from '../sample.js'

const signer = bitflyer({ apiKey: 'key-bitflyer', secret: 'secret-bitflyer' })

export const samples: readonly VenueSample[] = [
  { name: 'bitflyer', venue: bitflyer(), signer, verifyingKey: signer.key as never, loginArgs: { id: 1 } },
]
