import fc from 'fast-check'
import { bitfinex } from '../../../src/exchange/catalogue/bitfinex.js'
import type { ExchangeSample } from '../sample.js'

const signer = bitfinex({ apiKey: 'key-bitfinex', secret: 'secret-bitfinex' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'bitfinex',
    exchange: bitfinex(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: (nowMs) => fc.constant(`${nowMs}000`),
    bodies: { POST: 'json' },
    paths: ['/v2/auth/w/order/submit', '/v2/auth/r/wallets'],
    queryOn: [],
  },
]
