import { phemex } from '../../../src/exchange/catalogue/phemex.js'
import type { ExchangeSample } from '../sample.js'

const signer = phemex({ apiKey: 'key-phemex', secret: 'secret-phemex' })
const decoded = phemex({ apiKey: 'key-phemex', secret: 'c2VjcmV0LXBoZW1leA', variant: 'base64url-secret' })
const shared = { bodies: { GET: 'none', DELETE: 'none', PUT: 'none', POST: 'json' } } as const

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'phemex', exchange: phemex(), signer, verifyingKey: signer.key as never },
  {
    ...shared,
    name: 'phemex with a base64url secret',
    exchange: phemex({ variant: 'base64url-secret' }),
    signer: decoded,
    verifyingKey: decoded.key as never,
  },
]
