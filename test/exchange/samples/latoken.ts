import { latoken } from '../../../src/exchange/catalogue/latoken.js'
import type { ExchangeSample } from '../sample.js'

const credentials = { apiKey: 'key-latoken', secret: 'secret-latoken' }
const raw = latoken(credentials)
const encoded = latoken({ ...credentials, variant: 'encoded' })
const shared = { bodies: { GET: 'none', POST: 'json' }, queryOn: ['GET'] } as const

export const samples: readonly ExchangeSample[] = [
  { ...shared, name: 'latoken', exchange: latoken(), signer: raw, verifyingKey: raw.key as never },
  {
    ...shared,
    name: 'latoken encoded',
    exchange: latoken({ variant: 'encoded' }),
    signer: encoded,
    verifyingKey: encoded.key as never,
  },
]
