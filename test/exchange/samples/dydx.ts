import { dydx } from '../../../src/exchange/catalogue/dydx.js'
import { cosmosKey } from '../../../src/exchange/wallet/index.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const key = cosmosKey({ privateKey: '01'.repeat(32) })
const subaccount_id = { owner: key.address, number: 0 }
const order = {
  order_id: { subaccount_id, client_id: 7, order_flags: 0, clob_pair_id: 1 },
  side: 'SIDE_BUY',
  quantums: '10000000',
  subticks: '40000000000',
  good_til_block: 1000,
}
const messages = [{ '@type': '/dydxprotocol.clob.MsgPlaceOrder', order }]

/** The memo is the only text of any form. */
const call = (params: object): object => ({ messages, memo: json(params) })

/** JSON with the digits of a bigint, as everything else is written. */
const json = (params: object): string =>
  JSON.stringify(params, (_, value) => (typeof value === 'bigint' ? `#${value}#` : value)).replace(/"#(\d+)#"/g, '$1')

export const samples: readonly ExchangeSample[] = [
  {
    name: 'dydx',
    exchange: dydx({ accountNumber: 5 }),
    signer: dydx({ key, accountNumber: 5 }),
    verifyingKey: key.verifyingKey,
    arbitraryNonce: DIGIT_NONCE,
    bodies: { POST: 'json' },
    paths: ['/'],
    queryOn: [],
    asked: call,
    wrap: (_, params) => call(params),
  },
]
