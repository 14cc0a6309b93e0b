import { coinex } from '../../../src/exchange/catalogue/coinex.js'
import type { ExchangeSample } from '../sample.js'

const account = { apiKey: 'key-coinex', secret: 'secret-coinex' }
const signer = coinex({ ...account, recvWindow: 5000 })
const suffix = coinex({ ...account, variant: 'sha256-suffix' })
const first = coinex({ ...account, variant: 'v1' })

export const samples: readonly ExchangeSample[] = [
  { name: 'coinex', exchange: coinex(), signer, verifyingKey: signer.key as never },
  {
    name: 'coinex with the secret appended',
    exchange: coinex({ variant: 'sha256-suffix' }),
    signer: suffix,
    verifyingKey: suffix.key as never,
  },
  {
    name: 'coinex v1 futures',
    exchange: coinex({ variant: 'v1' }),
    signer: first,
    verifyingKey: first.key as never,
    bodies: { GET: 'none', POST: 'form', PUT: 'none' },
    paths: ['/perpetual/v1/order/put_limit', '/perpetual/v1/asset/query'],
  },
]
