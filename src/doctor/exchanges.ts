import { alpaca } from '../exchange/catalogue/alpaca.js'
import { apexOmni } from '../exchange/catalogue/apex-omni.js'
import { aster } from '../exchange/catalogue/aster.js'
import { backpack } from '../exchange/catalogue/backpack.js'
import { binance } from '../exchange/catalogue/binance.js'
import { bingx } from '../exchange/catalogue/bingx.js'
import { bitbank } from '../exchange/catalogue/bitbank.js'
import { bitfinex } from '../exchange/catalogue/bitfinex.js'
import { bitflyer } from '../exchange/catalogue/bitflyer.js'
import { bitget } from '../exchange/catalogue/bitget.js'
import { bithumb } from '../exchange/catalogue/bithumb.js'
import { bithumbV1 } from '../exchange/catalogue/bithumb-v1.js'
import { bitmart } from '../exchange/catalogue/bitmart.js'
import { bitmex } from '../exchange/catalogue/bitmex.js'
import { bitso } from '../exchange/catalogue/bitso.js'
import { bitstamp } from '../exchange/catalogue/bitstamp.js'
import { bitvavo } from '../exchange/catalogue/bitvavo.js'
import { blofin } from '../exchange/catalogue/blofin.js'
import { btcMarkets } from '../exchange/catalogue/btc-markets.js'
import { bybit } from '../exchange/catalogue/bybit.js'
import { coinbase } from '../exchange/catalogue/coinbase.js'
import { coinbaseExchange } from '../exchange/catalogue/coinbase-exchange.js'
import { coinbaseInternational } from '../exchange/catalogue/coinbase-international.js'
import { coinbasePrime } from '../exchange/catalogue/coinbase-prime.js'
import { coincheck } from '../exchange/catalogue/coincheck.js'
import { coinex } from '../exchange/catalogue/coinex.js'
import { cryptoCom } from '../exchange/catalogue/crypto-com.js'
import { delta } from '../exchange/catalogue/delta.js'
import { deribit } from '../exchange/catalogue/deribit.js'
import { dydx } from '../exchange/catalogue/dydx.js'
import { edgex } from '../exchange/catalogue/edgex.js'
import { extended } from '../exchange/catalogue/extended.js'
import { foxbit } from '../exchange/catalogue/foxbit.js'
import { gate } from '../exchange/catalogue/gate.js'
import { gemini } from '../exchange/catalogue/gemini.js'
import { grvt } from '../exchange/catalogue/grvt.js'
import { hashkey } from '../exchange/catalogue/hashkey.js'
import { hitbtc } from '../exchange/catalogue/hitbtc.js'
import { hollaex } from '../exchange/catalogue/hollaex.js'
import { htx } from '../exchange/catalogue/htx.js'
import { hyperliquid } from '../exchange/catalogue/hyperliquid.js'
import { independentReserve } from '../exchange/catalogue/independent-reserve.js'
import { kalshi } from '../exchange/catalogue/kalshi.js'
import { kraken } from '../exchange/catalogue/kraken.js'
import { krakenFutures } from '../exchange/catalogue/kraken-futures.js'
import { kucoin } from '../exchange/catalogue/kucoin.js'
import { latoken } from '../exchange/catalogue/latoken.js'
import { lbank } from '../exchange/catalogue/lbank.js'
import { luno } from '../exchange/catalogue/luno.js'
import { mexc } from '../exchange/catalogue/mexc.js'
import { mexcContract } from '../exchange/catalogue/mexc-contract.js'
import { nado } from '../exchange/catalogue/nado.js'
import { okx } from '../exchange/catalogue/okx.js'
import { orderly } from '../exchange/catalogue/orderly.js'
import { p2b } from '../exchange/catalogue/p2b.js'
import { pacifica } from '../exchange/catalogue/pacifica.js'
import { paradex } from '../exchange/catalogue/paradex.js'
import { phemex } from '../exchange/catalogue/phemex.js'
import { poloniex } from '../exchange/catalogue/poloniex.js'
import { polymarket } from '../exchange/catalogue/polymarket.js'
import { polymarketL1 } from '../exchange/catalogue/polymarket-l1.js'
import { revolutX } from '../exchange/catalogue/revolut-x.js'
import { robinhood } from '../exchange/catalogue/robinhood.js'
import { toobit } from '../exchange/catalogue/toobit.js'
import { upbit } from '../exchange/catalogue/upbit.js'
import { weex } from '../exchange/catalogue/weex.js'
import { whitebit } from '../exchange/catalogue/whitebit.js'
import { woo } from '../exchange/catalogue/woo.js'
import { wooV1 } from '../exchange/catalogue/woo-v1.js'
import { xt } from '../exchange/catalogue/xt.js'
import type { ExchangeFactory } from '../exchange/spec/signer-types.js'

/** Every exchange of the catalogue, by the id of its file. */
export const EXCHANGES: Readonly<Record<string, ExchangeFactory>> = {
  alpaca,
  'apex-omni': apexOmni,
  aster,
  backpack,
  binance,
  bingx,
  bitbank,
  bitfinex,
  bitflyer,
  bitget,
  'bithumb-v1': bithumbV1,
  bithumb,
  bitmart,
  bitmex,
  bitso,
  bitstamp,
  bitvavo,
  blofin,
  'btc-markets': btcMarkets,
  bybit,
  'coinbase-exchange': coinbaseExchange,
  'coinbase-international': coinbaseInternational,
  'coinbase-prime': coinbasePrime,
  coinbase,
  coincheck,
  coinex,
  'crypto-com': cryptoCom,
  delta,
  deribit,
  dydx,
  edgex,
  extended,
  foxbit,
  gate,
  gemini,
  grvt,
  hashkey,
  hitbtc,
  hollaex,
  htx,
  hyperliquid,
  'independent-reserve': independentReserve,
  kalshi,
  'kraken-futures': krakenFutures,
  kraken,
  kucoin,
  latoken,
  lbank,
  luno,
  'mexc-contract': mexcContract,
  mexc,
  nado,
  okx,
  orderly,
  p2b,
  paradex,
  pacifica,
  phemex,
  poloniex,
  'polymarket-l1': polymarketL1,
  polymarket,
  'revolut-x': revolutX,
  robinhood,
  toobit,
  upbit,
  weex,
  whitebit,
  'woo-v1': wooV1,
  woo,
  xt,
}
