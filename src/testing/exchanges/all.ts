import type { ExchangeAnswers } from '../answers.js'
import { BINANCE } from './binance.js'
import { BINGX, HASHKEY, MEXC, MEXC_CONTRACT, TOOBIT } from './binance-like.js'
import { BITFINEX } from './bitfinex.js'
import { BITSTAMP } from './bitstamp.js'
import { ALPACA, KALSHI, LUNO, POLYMARKET, ROBINHOOD } from './brokers.js'
import { BYBIT } from './bybit.js'
import { DYDX, PARADEX } from './chains.js'
import { COINBASE, COINBASE_EXCHANGE, COINBASE_INTERNATIONAL, COINBASE_PRIME } from './coinbase.js'
import { CRYPTO_COM } from './crypto-com.js'
import { DERIBIT } from './deribit.js'
import { BACKPACK, BITMEX, DELTA, PHEMEX } from './derivatives.js'
import { BITBANK, BITFLYER, BITHUMB, BITHUMB_V1, COINCHECK, UPBIT } from './east-asia.js'
import { GATE } from './gate.js'
import { GEMINI } from './gemini.js'
import { HTX } from './htx.js'
import { KRAKEN } from './kraken.js'
import { KRAKEN_FUTURES } from './kraken-futures.js'
import { KUCOIN } from './kucoin.js'
import { BITMART, BITVAVO, COINEX, LBANK, XT } from './numbered.js'
import { OKX } from './okx.js'
import { BITGET, BLOFIN, WEEX } from './okx-like.js'
import { P2B, WHITEBIT } from './txc.js'
import { ASTER, EDGEX, EXTENDED, GRVT, HYPERLIQUID, NADO, PACIFICA } from './wallets.js'
import { ORDERLY, POLONIEX, WOO, WOO_V1 } from './woo.js'
import { BITSO, BTC_MARKETS, FOXBIT, HITBTC, HOLLAEX, INDEPENDENT_RESERVE, LATOKEN, REVOLUT_X } from './worded.js'

/** By the id of the exchange's description. An exchange that is not here is answered in a general form. */
export const EXCHANGE_ANSWERS: Readonly<Record<string, ExchangeAnswers>> = {
  alpaca: ALPACA,
  aster: ASTER,
  backpack: BACKPACK,
  binance: BINANCE,
  bingx: BINGX,
  bitbank: BITBANK,
  bitfinex: BITFINEX,
  bitflyer: BITFLYER,
  bitget: BITGET,
  bithumb: BITHUMB,
  'bithumb-v1': BITHUMB_V1,
  bitmart: BITMART,
  bitmex: BITMEX,
  bitso: BITSO,
  bitstamp: BITSTAMP,
  bitvavo: BITVAVO,
  blofin: BLOFIN,
  'btc-markets': BTC_MARKETS,
  bybit: BYBIT,
  coinbase: COINBASE,
  'coinbase-exchange': COINBASE_EXCHANGE,
  'coinbase-international': COINBASE_INTERNATIONAL,
  'coinbase-prime': COINBASE_PRIME,
  coincheck: COINCHECK,
  coinex: COINEX,
  'crypto-com': CRYPTO_COM,
  delta: DELTA,
  deribit: DERIBIT,
  dydx: DYDX,
  edgex: EDGEX,
  extended: EXTENDED,
  foxbit: FOXBIT,
  gate: GATE,
  gemini: GEMINI,
  grvt: GRVT,
  hashkey: HASHKEY,
  hitbtc: HITBTC,
  hollaex: HOLLAEX,
  htx: HTX,
  hyperliquid: HYPERLIQUID,
  'independent-reserve': INDEPENDENT_RESERVE,
  kalshi: KALSHI,
  kraken: KRAKEN,
  'kraken-futures': KRAKEN_FUTURES,
  kucoin: KUCOIN,
  latoken: LATOKEN,
  lbank: LBANK,
  luno: LUNO,
  mexc: MEXC,
  'mexc-contract': MEXC_CONTRACT,
  nado: NADO,
  okx: OKX,
  orderly: ORDERLY,
  p2b: P2B,
  paradex: PARADEX,
  pacifica: PACIFICA,
  phemex: PHEMEX,
  poloniex: POLONIEX,
  polymarket: POLYMARKET,
  'revolut-x': REVOLUT_X,
  robinhood: ROBINHOOD,
  toobit: TOOBIT,
  upbit: UPBIT,
  weex: WEEX,
  whitebit: WHITEBIT,
  woo: WOO,
  'woo-v1': WOO_V1,
  xt: XT,
}
