import { coinbaseExchange } from '../../../src/exchange/catalogue/coinbase-exchange.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-1'
const signer = coinbaseExchange({ apiKey: 'key-coinbase', secret: 'c2VjcmV0LWNvaW5iYXNl', passphrase })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'coinbase-exchange',
    exchange: coinbaseExchange(),
    signer,
    verifyingKey: signer.key as never,
    passphrase,
    loginArgs: { channels: ['user'], productIds: ['BTC-USD'] },
  },
]
