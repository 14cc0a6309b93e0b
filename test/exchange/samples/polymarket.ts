import { polymarket } from '../../../src/exchange/catalogue/polymarket.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-polymarket'
const signer = polymarket({
  apiKey: '11111111-2222-4333-8444-555555555555',
  secret: 'c2VjcmV0LXBvbHltYXJrZXQ_Pj8=',
  passphrase,
  address: `0x${'0aB1'.repeat(10)}`,
})

export const samples: readonly ExchangeSample[] = [
  {
    name: 'polymarket',
    exchange: polymarket(),
    signer,
    verifyingKey: signer.key as never,
    passphrase,
    bodies: { GET: 'none', POST: 'json', DELETE: 'json' },
  },
]
