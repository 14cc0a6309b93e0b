import { hitbtc } from '../../../src/exchange/catalogue/hitbtc.js'
import type { ExchangeSample } from '../sample.js'

const account = { apiKey: 'key-hitbtc', secret: 'secret-hitbtc' }
const signer = hitbtc(account)
const window = hitbtc({ ...account, recvWindow: 5000 })

export const samples: readonly ExchangeSample[] = [
  { name: 'hitbtc', exchange: hitbtc(), signer, verifyingKey: signer.key as never, paths: ['/api/3/spot/order'] },
  { name: 'hitbtc with a window', exchange: hitbtc(), signer: window, verifyingKey: window.key as never },
]
