import { bitstamp } from '../../../src/exchange/catalogue/bitstamp.js'
import { type ExchangeSample, UUID_NONCE } from '../sample.js'

const signer = bitstamp({ apiKey: 'key-bitstamp', secret: 'secret-bitstamp' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'bitstamp',
    exchange: bitstamp(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: UUID_NONCE,
    bodies: { GET: 'none', POST: 'form', DELETE: 'none' },
    paths: ['/api/v2/buy/btcusd/', '/api/v2/account_balances/'],
    loginArgs: { channel: 'private-my_orders_btcusd-1' },
  },
]
