import { nearest } from '../errors.js'
import type { ExchangeFactory } from '../exchange/spec/signer-types.js'
import { usage } from './usage.js'

/** Every exchange by the name of its subpath; loaded when it is asked for. */
export const EXCHANGES: Readonly<Record<string, () => Promise<ExchangeFactory>>> = {
  alpaca: () => import('../exchange/catalogue/alpaca.js').then((one) => one.alpaca),
  'apex-omni': () => import('../exchange/catalogue/apex-omni.js').then((one) => one.apexOmni),
  backpack: () => import('../exchange/catalogue/backpack.js').then((one) => one.backpack),
  binance: () => import('../exchange/catalogue/binance.js').then((one) => one.binance),
  bingx: () => import('../exchange/catalogue/bingx.js').then((one) => one.bingx),
  bitbank: () => import('../exchange/catalogue/bitbank.js').then((one) => one.bitbank),
  bitfinex: () => import('../exchange/catalogue/bitfinex.js').then((one) => one.bitfinex),
  bitflyer: () => import('../exchange/catalogue/bitflyer.js').then((one) => one.bitflyer),
  bitget: () => import('../exchange/catalogue/bitget.js').then((one) => one.bitget),
  'bithumb-v1': () => import('../exchange/catalogue/bithumb-v1.js').then((one) => one.bithumbV1),
  bithumb: () => import('../exchange/catalogue/bithumb.js').then((one) => one.bithumb),
  bitmart: () => import('../exchange/catalogue/bitmart.js').then((one) => one.bitmart),
  bitmex: () => import('../exchange/catalogue/bitmex.js').then((one) => one.bitmex),
  bitso: () => import('../exchange/catalogue/bitso.js').then((one) => one.bitso),
  bitstamp: () => import('../exchange/catalogue/bitstamp.js').then((one) => one.bitstamp),
  bitvavo: () => import('../exchange/catalogue/bitvavo.js').then((one) => one.bitvavo),
  blofin: () => import('../exchange/catalogue/blofin.js').then((one) => one.blofin),
  'btc-markets': () => import('../exchange/catalogue/btc-markets.js').then((one) => one.btcMarkets),
  bybit: () => import('../exchange/catalogue/bybit.js').then((one) => one.bybit),
  'coinbase-exchange': () => import('../exchange/catalogue/coinbase-exchange.js').then((one) => one.coinbaseExchange),
  'coinbase-international': () =>
    import('../exchange/catalogue/coinbase-international.js').then((one) => one.coinbaseInternational),
  'coinbase-prime': () => import('../exchange/catalogue/coinbase-prime.js').then((one) => one.coinbasePrime),
  coinbase: () => import('../exchange/catalogue/coinbase.js').then((one) => one.coinbase),
  coincheck: () => import('../exchange/catalogue/coincheck.js').then((one) => one.coincheck),
  coinex: () => import('../exchange/catalogue/coinex.js').then((one) => one.coinex),
  'crypto-com': () => import('../exchange/catalogue/crypto-com.js').then((one) => one.cryptoCom),
  delta: () => import('../exchange/catalogue/delta.js').then((one) => one.delta),
  deribit: () => import('../exchange/catalogue/deribit.js').then((one) => one.deribit),
  foxbit: () => import('../exchange/catalogue/foxbit.js').then((one) => one.foxbit),
  gate: () => import('../exchange/catalogue/gate.js').then((one) => one.gate),
  gemini: () => import('../exchange/catalogue/gemini.js').then((one) => one.gemini),
  hashkey: () => import('../exchange/catalogue/hashkey.js').then((one) => one.hashkey),
  hitbtc: () => import('../exchange/catalogue/hitbtc.js').then((one) => one.hitbtc),
  hollaex: () => import('../exchange/catalogue/hollaex.js').then((one) => one.hollaex),
  htx: () => import('../exchange/catalogue/htx.js').then((one) => one.htx),
  'independent-reserve': () =>
    import('../exchange/catalogue/independent-reserve.js').then((one) => one.independentReserve),
  kalshi: () => import('../exchange/catalogue/kalshi.js').then((one) => one.kalshi),
  'kraken-futures': () => import('../exchange/catalogue/kraken-futures.js').then((one) => one.krakenFutures),
  kraken: () => import('../exchange/catalogue/kraken.js').then((one) => one.kraken),
  kucoin: () => import('../exchange/catalogue/kucoin.js').then((one) => one.kucoin),
  latoken: () => import('../exchange/catalogue/latoken.js').then((one) => one.latoken),
  lbank: () => import('../exchange/catalogue/lbank.js').then((one) => one.lbank),
  luno: () => import('../exchange/catalogue/luno.js').then((one) => one.luno),
  'mexc-contract': () => import('../exchange/catalogue/mexc-contract.js').then((one) => one.mexcContract),
  mexc: () => import('../exchange/catalogue/mexc.js').then((one) => one.mexc),
  okx: () => import('../exchange/catalogue/okx.js').then((one) => one.okx),
  orderly: () => import('../exchange/catalogue/orderly.js').then((one) => one.orderly),
  p2b: () => import('../exchange/catalogue/p2b.js').then((one) => one.p2b),
  phemex: () => import('../exchange/catalogue/phemex.js').then((one) => one.phemex),
  poloniex: () => import('../exchange/catalogue/poloniex.js').then((one) => one.poloniex),
  polymarket: () => import('../exchange/catalogue/polymarket.js').then((one) => one.polymarket),
  'revolut-x': () => import('../exchange/catalogue/revolut-x.js').then((one) => one.revolutX),
  toobit: () => import('../exchange/catalogue/toobit.js').then((one) => one.toobit),
  upbit: () => import('../exchange/catalogue/upbit.js').then((one) => one.upbit),
  weex: () => import('../exchange/catalogue/weex.js').then((one) => one.weex),
  whitebit: () => import('../exchange/catalogue/whitebit.js').then((one) => one.whitebit),
  'woo-v1': () => import('../exchange/catalogue/woo-v1.js').then((one) => one.wooV1),
  woo: () => import('../exchange/catalogue/woo.js').then((one) => one.woo),
  xt: () => import('../exchange/catalogue/xt.js').then((one) => one.xt),
}

/** @throws {UsageError} with the nearest name. */
export function exchangeOf(name: string): Promise<ExchangeFactory> {
  const load = Object.hasOwn(EXCHANGES, name) ? EXCHANGES[name] : undefined
  if (load !== undefined) return load()
  const near = nearest(name, Object.keys(EXCHANGES))
  return usage(`--exchange must be one of docs/exchanges.md${near === undefined ? '' : `; did you mean ${near}?`}`)
}

// What people call a place without real money, where an exchange has its own word for its only one.
const TEST = /^(?:test|test-?net|demo|sandbox|paper|uat|staging|simulated)$/i

/**
 * The environment of an exchange by its own name, or by a common one where the exchange has one place without real money. What is
 * unknown is refused: it must not become the live one.
 *
 * @throws {UsageError}
 */
export function environmentOf(exchange: string, { environments }: ExchangeFactory, asked: string): string {
  if (environments.includes(asked)) return asked
  const tests = environments.filter((name) => name !== 'live')
  if (TEST.test(asked) && tests.length === 1) return tests[0] as string
  return usage(
    `--env must be ${environments.join(', ')} at ${exchange}${tests.length === 0 ? ', which has no environment besides the live one' : ''}`,
  )
}
