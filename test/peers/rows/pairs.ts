// Exchanges whose authentication stands among the parameters.

import { del, get, post } from '../cases.js'
import { ED25519, ed25519Key, importedKey, RSA_PEM } from '../keys.js'
import type { Row } from '../row.js'

const TIME_FIRST = 'ccxt puts the timestamp before the parameters, Binance’s documents after them'
const account = { apiKey: 'key-1', secret: 'secret-1' }
const spot = [get('private', 'allOrders'), post('private', 'order', { newClientOrderId: '1' }), del('private', 'order')]

export const rows: readonly Row[] = [
  { name: 'binance', exchange: 'binance', ccxt: 'binance', account, differs: TIME_FIRST, calls: spot },
  {
    name: 'binance USD-M',
    exchange: 'binance',
    ccxt: 'binanceusdm',
    account,
    differs: TIME_FIRST,
    calls: [
      get('fapiPrivate', 'openOrders'),
      post('fapiPrivate', 'order', { newClientOrderId: '1' }),
      del('fapiPrivateV2', 'order'),
    ],
  },
  {
    name: 'binance COIN-M',
    exchange: 'binance',
    ccxt: 'binancecoinm',
    account,
    differs: TIME_FIRST,
    calls: [get('dapiPrivate', 'openOrders'), post('dapiPrivate', 'order', { newClientOrderId: '1' })],
  },
  {
    name: 'binance Ed25519',
    exchange: 'binance',
    ccxt: 'binance',
    account: ed25519Key('key-2'),
    theirs: { secret: ED25519.pem },
    differs: TIME_FIRST,
    calls: spot,
  },
  {
    name: 'binance RSA',
    exchange: 'binance',
    ccxt: 'binance',
    account: await importedKey('rsa-v1_5-sha256', 'key-3'),
    theirs: { secret: RSA_PEM },
    differs: TIME_FIRST,
    calls: spot,
  },
  {
    name: 'mexc',
    exchange: 'mexc',
    ccxt: 'mexc',
    account,
    differs: 'ccxt puts the receive window behind the timestamp, this package before it',
    calls: [
      get(['spot', 'private'], 'openOrders'),
      post(['spot', 'private'], 'order'),
      del(['spot', 'private'], 'order'),
    ],
  },
  {
    name: 'htx',
    readsPairs: true,
    exchange: 'htx',
    ccxt: 'htx',
    account,
    differs: 'on the wire ccxt puts authentication before the parameters, this package behind them',
    calls: [
      get(['spot', 'private'], 'v1/account/accounts'),
      post(['spot', 'private'], 'v1/order/orders/place', { 'client-order-id': '1' }),
      post(['contract', 'private', 'linear'], 'linear-swap-api/v1/swap_order', { channel_code: '1' }),
    ],
  },
  {
    name: 'bingx',
    exchange: 'bingx',
    ccxt: 'bingx',
    account,
    calls: [
      get(['swap', 'v2', 'private'], 'trade/openOrders'),
      post(['swap', 'v2', 'private'], 'trade/order'),
      del(['swap', 'v2', 'private'], 'trade/order'),
    ],
  },
  {
    name: 'hashkey',
    exchange: 'hashkey',
    ccxt: 'hashkey',
    account,
    differs: 'ccxt puts the timestamp before the parameters, this package behind them',
    calls: [
      get('private', 'api/v1/spot/openOrders'),
      post('private', 'api/v1/spot/order'),
      del('private', 'api/v1/spot/order'),
    ],
  },
  {
    name: 'toobit',
    exchange: 'toobit',
    ccxt: 'toobit',
    account,
    calls: [
      get('private', 'api/v1/spot/openOrders'),
      post('private', 'api/v1/spot/order'),
      del('private', 'api/v1/spot/order'),
    ],
  },
  { name: 'toobit signed JSON', exchange: 'toobit', variant: 'signed-json', ccxt: 'toobit', account, calls: [] },
  {
    name: 'kraken',
    exchange: 'kraken',
    ccxt: 'kraken',
    account: { apiKey: '/key+1', secret: 'c2VjcmV0LWtyYWtlbg==' },
    calls: [post('private', 'AddOrder'), post('private', 'AddOrderBatch')],
  },
  {
    name: 'lbank',
    readsPairs: true,
    exchange: 'lbank',
    ccxt: 'lbank',
    differs: 'ccxt sorts the signature in among the others, this package puts it last',
    account,
    calls: [post(['spot', 'private'], 'create_order')],
  },
  {
    name: 'lbank RSA',
    readsPairs: true,
    exchange: 'lbank',
    ccxt: 'lbank',
    differs: 'ccxt sorts the signature in among the others, this package puts it last',
    account: await importedKey('rsa-v1_5-sha256', 'key-3'),
    theirs: { secret: RSA_PEM.replace(/-----[^-]+-----|\n/g, '') },
    calls: [post(['spot', 'private'], 'create_order')],
  },
]
