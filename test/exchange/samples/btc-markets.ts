import { btcMarkets } from '../../../src/exchange/catalogue/btc-markets.js'
import type { VenueSample } from '../sample.js'

const signer = btcMarkets({ apiKey: 'key-btc-markets', secret: 'c2VjcmV0LWJ0Yy1tYXJrZXRz' })

export const samples: readonly VenueSample[] = [
  {
    name: 'btc-markets',
    venue: btcMarkets(),
    signer,
    verifyingKey: signer.key as never,
    loginArgs: { marketIds: ['BTC-AUD'], channels: ['orderChange', 'heartbeat'] },
  },
]
