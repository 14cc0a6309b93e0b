import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

/** Not `p` or `s`, which are prices and sizes: their texts are held to the exchange's form. */
const named = (params: object): object =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [/^(?:p|s)$/.test(name) ? `${name}_` : name, value]))

const key = walletKey({ privateKey: '01'.repeat(32) })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'hyperliquid',
    exchange: hyperliquid(),
    signer: hyperliquid({ key }),
    verifyingKey: key.verifyingKey,
    arbitraryNonce: DIGIT_NONCE,
    bodies: { POST: 'json' },
    paths: ['/exchange'],
    queryOn: [],
    asked: (params) => ({ action: { type: 'noop', ...params } }),
    forged: 'KEY_UNKNOWN',
    wrap: (_, params) => ({ action: { type: 'noop', ...named(params) } }),
  },
]
