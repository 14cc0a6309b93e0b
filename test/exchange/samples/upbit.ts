import { upbit } from '../../../src/exchange/catalogue/upbit.js'
import { type ExchangeSample, UUID_NONCE } from '../sample.js'

export const samples: readonly ExchangeSample[] = ([undefined, 'hs256'] as const).map((variant) => {
  const signer = upbit({ apiKey: 'key-upbit', secret: 'secret-upbit', variant })
  return {
    name: `upbit ${variant ?? 'hs512'}`,
    exchange: upbit({ variant }),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: UUID_NONCE,
    queryOn: ['GET', 'DELETE'],
  }
})
