import { poloniex } from '../../../src/exchange/catalogue/poloniex.js'
import type { ExchangeSample } from '../sample.js'

const signer = poloniex({ apiKey: 'key-poloniex', secret: 'secret-poloniex', recvWindow: 5000 })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'poloniex',
    exchange: poloniex(),
    signer,
    verifyingKey: signer.key as never,
    bodies: { GET: 'none', DELETE: 'json', POST: 'json', PUT: 'json' },
    queryOn: ['GET'],
  },
]
