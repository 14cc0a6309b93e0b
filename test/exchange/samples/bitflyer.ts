import { bitflyer } from '../../../src/exchange/catalogue/bitflyer.js'
import type { ExchangeSample } from '../sample.js'

const signer = bitflyer({ apiKey: 'key-bitflyer', secret: 'secret-bitflyer' })

export const samples: readonly ExchangeSample[] = [
  { name: 'bitflyer', exchange: bitflyer(), signer, verifyingKey: signer.key as never, loginArgs: { id: 1 } },
]
