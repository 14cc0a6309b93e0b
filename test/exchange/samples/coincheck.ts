import { coincheck } from '../../../src/exchange/catalogue/coincheck.js'
import { DIGIT_NONCE, type VenueSample } from '../sample.js'

const signer = coincheck({ apiKey: 'key-coincheck', secret: 'secret-coincheck' })

export const samples: readonly VenueSample[] = [
  {
    name: 'coincheck',
    venue: coincheck(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: DIGIT_NONCE,
    bodies: { GET: 'none', DELETE: 'none', POST: 'form' },
  },
]
