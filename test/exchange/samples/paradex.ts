import * as starknet from '@scure/starknet'
import { paradex } from '../../../src/exchange/catalogue/paradex.js'
import { starkKey } from '../../../src/exchange/wallet/index.js'
import type { ExchangeSample } from '../sample.js'

const key = starkKey({ privateKey: '03'.repeat(31), account: '0x1234', starknet })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'paradex',
    exchange: paradex(),
    signer: paradex({ key }),
    verifyingKey: key.verifyingKey,
    bodies: { POST: 'none' },
    paths: ['/v1/auth'],
    queryOn: [],
  },
]
