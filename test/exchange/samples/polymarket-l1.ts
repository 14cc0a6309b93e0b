import { polymarketL1 } from '../../../src/exchange/catalogue/polymarket-l1.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import type { ExchangeSample } from '../sample.js'

const key = walletKey({ privateKey: '04'.repeat(32) })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'polymarket-l1',
    exchange: polymarketL1(),
    signer: polymarketL1({ key }),
    verifyingKey: key.verifyingKey,
    bodies: { GET: 'none', POST: 'none' },
    paths: ['/auth/api-key', '/auth/derive-api-key'],
    queryOn: [],
  },
]
