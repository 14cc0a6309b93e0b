// Endpoints that take lists, or have their parameters elsewhere than the others of their exchange.

import { type Call, del, get, own, post } from '../cases.js'

const ORDERS = [
  { symbol: 'BTCUSDT', side: 'buy', size: '0.1', note: 'a b+c' },
  { symbol: '币安人生USDT', side: 'sell', size: '2' },
]
const batch = (call: Call, values: object): Call => own(call, { batch: values })
const patch = (api: Call['api'], path: string, fixed: NonNullable<Call['fixed']>): Call => ({
  api,
  path,
  method: 'PATCH',
  fixed,
})

/** By the name of the row. */
export const specialCalls: Readonly<Record<string, readonly Call[]>> = {
  binance: [
    own(post('sapi', 'asset/dust'), { repeated: { asset: ['BTC', 'ETH'] } }),
    own(post('sapi', 'sub-account/universalTransfer'), { unencoded: { asset: 'BTC', amount: '1' } }),
  ],
  'binance USD-M': [
    batch(post('fapiPrivate', 'batchOrders'), {
      batchOrders: ORDERS.map((order, at) => ({ ...order, newClientOrderId: `id-${at}` })),
    }),
    own(del('fapiPrivate', 'batchOrders'), {
      ids: { symbol: 'BTCUSDT', orderidlist: [1, 2] },
      names: { symbol: '币安人生USDT', origclientorderidlist: ['one', 'two'] },
    }),
  ],
  mexc: [post(['broker', 'private'], 'sub-account/virtualSubAccount')],
  htx: [batch(post(['spot', 'private'], 'v1/order/batch-orders'), ORDERS)],
  bingx: [
    post(['account', 'transfer', 'v1', 'private'], 'subAccount/transferAsset'),
    batch(post(['spot', 'v1', 'private'], 'trade/batchOrders'), { data: ORDERS }),
  ],
  hashkey: [batch(post('private', 'api/v1/spot/batchOrders'), { orders: ORDERS })],
  'toobit signed JSON': [batch(post('private', 'api/v1/spot/batchOrders'), ORDERS)],
  toobit: [batch(post('private', 'api/v1/spot/batchOrders'), ORDERS)],
  okx: [
    batch(
      post('private', 'trade/batch-orders'),
      ORDERS.map((order, at) => ({ ...order, clOrdId: String(at) })),
    ),
  ],
  gate: [
    batch(post(['private', 'spot'], 'batch_orders'), ORDERS),
    batch(post(['private', 'futures'], '{settle}/batch_cancel_orders'), [{ settle: 'usdt' }, '1', '2']),
    patch(['private', 'spot'], 'orders/{order_id}', { order_id: '1' }),
  ],
  kucoin: [
    own(del('private', 'orders/multi-cancel'), { body: { ids: ['1', '2'] } }),
    batch(post('private', 'hf/orders/multi'), { orderList: ORDERS }),
  ],
  phemex: [post('private', 'positions/assign')],
  weex: [own(del('private', 'api/v3/order/batch'), { body: { orderIds: ['1', '2'] } })],
  delta: [batch(post('private', 'orders/batch'), { orders: ORDERS })],
  coinex: [],
  'coinex with a hash': [batch(post(['v2', 'private'], 'spot/batch-order'), { orders: ORDERS })],
  polymarket: [
    batch(post(['clob', 'private'], 'orders'), ORDERS),
    batch(del(['clob', 'private'], 'orders'), ['1', '2']),
  ],
  'orderly raw': [batch(post(['v1', 'private'], 'batch-order'), { orders: ORDERS })],
  backpack: [
    batch(post('private', 'api/v1/orders'), [
      { symbol: 'BTC_USDC', side: 'Bid', size: '0.1' },
      { symbol: 'SOL_USDC', side: 'Ask', live: true },
    ]),
    own(get('private', 'api/v1/position'), { none: {} }),
  ],
  poloniex: [
    batch(post('private', 'orders/batch'), ORDERS),
    own(del('private', 'orders/cancelByIds'), { body: { orderIds: ['1'] } }),
  ],
  'xt futures': [batch(post(['private', 'linear'], 'future/trade/v1/order/create-batch'), { list: ORDERS })],
  cryptocom: [
    batch(post(['v1', 'private'], 'private/create-order-list'), { contingency_type: 'LIST', order_list: ORDERS }),
  ],
}
