import { upbit } from '../../../src/exchange/catalogue/upbit.js'
import { UUID_NONCE, type VenueSample } from '../sample.js'

export const samples: readonly VenueSample[] = ([undefined, 'hs256'] as const).map((variant) => {
  const signer = upbit({ apiKey: 'key-upbit', secret: 'secret-upbit', variant })
  return {
    name: `upbit ${variant ?? 'hs512'}`,
    venue: upbit({ variant }),
    signer,
    verifyingKey: signer.key as never,
    arbitraryNonce: UUID_NONCE,
    queryOn: ['GET', 'DELETE'],
  }
})
