import { krakenFutures } from '../../../src/exchange/catalogue/kraken-futures.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const account = { apiKey: '/key+kraken', secret: 'c2VjcmV0LWtyYWtlbg==' }
const signer = krakenFutures(account)
const nonce = krakenFutures({ ...account, variant: 'nonce' })
const shared = {
  bodies: { GET: 'none', POST: 'form', PUT: 'form' },
  paths: ['/derivatives/api/v3/sendorder', '/derivatives/api/v3/openorders', '/api/history/v3/orders'],
  loginArgs: { challenge: 'c100b894-1729-464d-ace1-52dbce11db42', feed: 'open_orders' },
} as const

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'kraken-futures', exchange: krakenFutures(), signer, verifyingKey: signer.key as never },
  {
    ...shared,
    name: 'kraken-futures with a nonce',
    exchange: krakenFutures({ variant: 'nonce' }),
    signer: nonce,
    verifyingKey: nonce.key as never,
    arbitraryNonce: DIGIT_NONCE,
  },
]
