import { xt } from '../../../src/exchange/catalogue/xt.js'
import type { ExchangeSample } from '../sample.js'

const VARIANTS = [undefined, 'futures', 'futures-encoded', 'validate', 'validate-futures'] as const

export const samples: readonly ExchangeSample[] = VARIANTS.map((variant) => {
  const signer = xt({ apiKey: 'key-xt', secret: 'secret-xt', variant })
  return {
    name: `xt ${variant ?? 'spot'}`,
    exchange: xt({ variant }),
    signer,
    verifyingKey: signer.key as never,
    loginArgs: { params: ['order'], id: '1' },
  }
})
