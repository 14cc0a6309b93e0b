import { coincheck } from '../../../src/exchange/catalogue/coincheck.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const signer = coincheck({ apiKey: 'key-coincheck', secret: 'secret-coincheck' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'coincheck',
    exchange: coincheck(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: DIGIT_NONCE,
    bodies: { GET: 'none', DELETE: 'none', POST: 'form' },
  },
]
