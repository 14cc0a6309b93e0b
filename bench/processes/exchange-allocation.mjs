// Bytes allocated per order: apart from the others, since ccxt alone fills a heap.

import { handBinance } from '../floors/exchange.mjs'
import { measureAllocation } from '../lib/allocated.mjs'
import { exchangeOf } from '../lib/exchanges.mjs'
import { MASK } from '../lib/messages.mjs'
import { accounts, endpoints, orders } from '../lib/orders.mjs'
import { ccxtSigner } from '../peers/ccxt.mjs'

const { sign } = await exchangeOf('binance')
const { path } = endpoints.binance
const hand = handBinance(accounts.binance)
const ccxt = ccxtSigner('binance', accounts.binance)

const operations = {
  binance: (i) => sign(i & MASK),
  handBinance: (i) => hand(path, orders.binance[i & MASK]),
  ccxtBinance: (i) => ccxt(orders.binance[i & MASK]),
}

process.send({ rounds: await measureAllocation(operations, Number(process.argv[2])) })
process.disconnect()
