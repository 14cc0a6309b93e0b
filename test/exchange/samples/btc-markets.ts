import { btcMarkets } from '../../../src/exchange/catalogue/btc-markets.js'
import type { ExchangeSample } from '../sample.js'

const signer = btcMarkets({ apiKey: 'key-btc-markets', secret: 'c2VjcmV0LWJ0Yy1tYXJrZXRz' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'btc-markets',
    exchange: btcMarkets(),
    signer,
    verifyingKey: signer.key as never,
    loginArgs: { marketIds: ['BTC-AUD'], channels: ['orderChange', 'heartbeat'] },
  },
]
