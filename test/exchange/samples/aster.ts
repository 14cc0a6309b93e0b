import fc from 'fast-check'
import { aster } from '../../../src/exchange/catalogue/aster.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import type { ExchangeSample } from '../sample.js'

const key = walletKey({ privateKey: '03'.repeat(32) })
const older = aster({ apiKey: 'key-aster', secret: 'secret-aster', variant: 'v1' })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'aster',
    exchange: aster(),
    signer: aster({ key }),
    verifyingKey: key.verifyingKey,
    arbitraryNonce: (nowMs) => fc.constant(String(nowMs * 1000)),
    bodies: { GET: 'none', DELETE: 'form', POST: 'form' },
    paths: ['/fapi/v3/order', '/fapi/v3/account'],
    queryOn: ['GET'],
  },
  {
    name: 'aster v1',
    exchange: aster({ variant: 'v1' }),
    signer: older,
    verifyingKey: older.key as never,
    bodies: { GET: 'none', DELETE: 'form', POST: 'form' },
    paths: ['/fapi/v1/order', '/fapi/v1/account'],
  },
]
