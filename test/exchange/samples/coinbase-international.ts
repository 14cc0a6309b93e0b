import { coinbaseInternational } from '../../../src/exchange/catalogue/coinbase-international.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-1'
const signer = coinbaseInternational({ apiKey: 'key-coinbase', secret: 'c2VjcmV0LWNvaW5iYXNl', passphrase })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'coinbase-international',
    exchange: coinbaseInternational(),
    signer,
    verifyingKey: signer.key as never,
    passphrase,
    paths: ['/api/v1/orders', '/api/v1/portfolios'],
    loginArgs: { channels: ['MATCH'], productIds: ['BTC-PERP'] },
  },
]
