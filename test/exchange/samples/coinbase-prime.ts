import { coinbasePrime } from '../../../src/exchange/catalogue/coinbase-prime.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-1'
const signer = coinbasePrime({ apiKey: 'key-prime', secret: 'secret-prime', passphrase })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'coinbase-prime',
    exchange: coinbasePrime(),
    signer,
    verifyingKey: signer.key as never,
    passphrase,
    paths: ['/v1/portfolios', '/v1/portfolios/1/order'],
    loginArgs: { channel: 'orders', apiKeyId: 'service-1', portfolioId: 'portfolio-1', productIds: ['ETH-USD'] },
  },
]
