import { whitebit } from '../../../src/exchange/catalogue/whitebit.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

export const samples: readonly ExchangeSample[] = [false, true].map((nonceWindow) => {
  const signer = whitebit({ apiKey: 'key-whitebit', secret: 'secret-whitebit', nonceWindow })
  return {
    name: `whitebit${nonceWindow ? ' with a nonce window' : ''}`,
    exchange: whitebit(),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: DIGIT_NONCE,
    bodies: { POST: 'json' },
    paths: ['/api/v4/order/new', '/api/v4/trade-account/balance'],
    queryOn: [],
  }
})
