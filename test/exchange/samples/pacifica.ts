import { pacifica } from '../../../src/exchange/catalogue/pacifica.js'
import { solanaKey } from '../../../src/exchange/wallet/index.js'
import type { ExchangeSample } from '../sample.js'

const key = solanaKey({ privateKey: new Uint8Array(32).fill(11) })

/** Names and values are signed as ASCII alone. */
const ascii = (params: object): object => JSON.parse(JSON.stringify(params).replace(/[^\x20-\x7e]/g, '?'))

// An agent's account is not signed, so there are no laws of it: test/unit/exchange/pacifica.test.ts.
export const samples: readonly ExchangeSample[] = [
  {
    name: 'pacifica',
    exchange: pacifica(),
    signer: pacifica({ key }),
    verifyingKey: key.verifyingKey,
    bodies: { POST: 'json' },
    paths: ['/api/v1/orders/create', '/api/v1/orders/cancel'],
    queryOn: [],
    wrap: (_, params) => ascii(params),
  },
]
