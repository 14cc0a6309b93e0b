import { gate } from '../../../src/exchange/catalogue/gate.js'
import type { ExchangeSample } from '../sample.js'

const account = { apiKey: 'key-gate', secret: 'secret-gate' }
const signer = gate(account)
const decimal = gate({ ...account, variant: 'decimal-seconds' })
const paths = ['/api/v4/spot/orders', '/api/v4/futures/usdt/orders']
const loginArgs = { channel: 'spot.login', reqId: 'req-1' }

export const samples: readonly ExchangeSample[] = [
  { name: 'gate', exchange: gate(), signer, verifyingKey: signer.key as never, paths, loginArgs },
  {
    name: 'gate with fractions of a second',
    exchange: gate({ variant: 'decimal-seconds' }),
    signer: decimal,
    verifyingKey: decimal.key as never,
    paths,
    loginArgs,
  },
]
