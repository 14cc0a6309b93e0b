import type { Facts } from '../refusal.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'
import { lines } from './lines.js'

// Checked against https://docs.kraken.com/api-reference/trading/add-order.md and src/kraken/spot of
// https://github.com/btschwertfeger/python-kraken-sdk, which names the page of each call; texts: "Spot errors" of docs.kraken.com.
const ok = (result: unknown) => ({ error: [], result })
const no = (text: string | ((facts: Facts) => string)) =>
  [200, (facts: Facts) => ({ error: [typeof text === 'string' ? text : text(facts)] })] as const
const NAMES: Readonly<Record<string, string>> = {
  BTC: 'XXBT',
  ETH: 'XETH',
  XRP: 'XXRP',
  LTC: 'XLTC',
  USD: 'ZUSD',
  EUR: 'ZEUR',
  GBP: 'ZGBP',
}
const named = (currency: string): string => NAMES[currency] ?? currency
const own = ({ balances }: CallFacts) =>
  ok(
    Object.fromEntries(
      balances.map(([currency, free, reserved]) => [named(currency), String(Number(free) + Number(reserved))]),
    ),
  )
const ORDER: Call = {
  words: { type: /^(?:buy|sell)$/, ordertype: /^[a-z-]+$/ },
  needs: ['ordertype', 'type', 'volume', 'pair'],
  when: {
    ordertype: {
      limit: ['price'],
      'stop-loss': ['price'],
      'take-profit': ['price'],
      'stop-loss-limit': ['price', 'price2'],
      'take-profit-limit': ['price', 'price2'],
    },
  },
  symbol: 'pair',
  places: sized('volume', 'price', undefined, 'type'),
}
const NAMED = { needs: ['txid'], names: { txid: '' } } as const satisfies Call
const PUBLIC: Call = { open: true, answer: () => ok({}) }
const txid = (id: string): string => `OABCDE-${id.padStart(5, '0')}-FGHIJK`

/** Kraken spot. */
export const KRAKEN_CALLS: Calls = {
  symbol: (base, quote) => `${base}${quote}`.replaceAll('BTC', 'XBT'),
  // "Asset pair id or altname" (XXBTZUSD, XBTUSD), and the name on its sockets (XBT/USD).
  also: (base, quote) => {
    const pair = [base, quote].map((one) => one.replace('BTC', 'XBT')).join('/')
    return /^(?:BTC|ETH|LTC|XRP)\/(?:USD|EUR|GBP|BTC|ETH)$/.test(`${base}/${quote}`)
      ? [pair, named(base) + named(quote)]
      : [pair]
  },
  id: txid,
  problems: {
    path: no('EGeneral:Unknown method'),
    absent: no(({ name }) => `EGeneral:Invalid arguments:${name}`),
    word: no(({ name }) => `EGeneral:Invalid arguments:${name}`),
    symbol: no('EQuery:Unknown asset pair'),
    funds: no(({ path }) => (path.includes('Withdraw') ? 'EFunding:Insufficient funds' : 'EOrder:Insufficient funds')),
    order: no('EOrder:Unknown order'),
  },
  table: {
    'GET /0/public/SystemStatus': PUBLIC,
    'GET /0/public/Assets': PUBLIC,
    'GET /0/public/AssetPairs': {
      open: true,
      symbol: 'pair',
      list: true,
      answer: ({ prices }) =>
        ok(
          Object.fromEntries(
            prices.map(([pair, , base, quote]) => [
              pair,
              { altname: pair, base: named(base), quote: named(quote), status: 'online' },
            ]),
          ),
        ),
    },
    'GET /0/public/Ticker': {
      open: true,
      symbol: 'pair',
      list: true,
      answer: ({ prices, params }) =>
        ok(
          Object.fromEntries(
            prices
              .filter(([pair]) => params['pair'] === undefined || String(params['pair']).split(',').includes(pair))
              .map(([pair, price]) => [pair, { a: [price, '1', '1'], b: [price, '1', '1'], c: [price, '1'] }]),
          ),
        ),
    },
    'GET /0/public/Depth': { ...PUBLIC, needs: ['pair'], symbol: 'pair' },
    'GET /0/public/OHLC': { ...PUBLIC, needs: ['pair'], symbol: 'pair' },
    'GET /0/public/Trades': { ...PUBLIC, needs: ['pair'], symbol: 'pair' },
    'GET /0/public/Spread': { ...PUBLIC, needs: ['pair'], symbol: 'pair' },
    ...lines(
      { answer: () => ok({}) },
      `POST /0/private/QueryLedgers id
       POST /0/private/OrderAmends order_id
       POST /0/private/WithdrawAddresses
       POST /0/private/WithdrawCancel asset refid
       POST /0/private/AddExport report description
       POST /0/private/ExportStatus report
       POST /0/private/CreditLines
       POST /0/private/GetApiKeyInfo`,
    ),
    'POST /0/private/AddOrder': ORDER,
    'POST /0/private/AddOrderBatch': { needs: ['orders', 'pair'], symbol: 'pair' },
    'POST /0/private/AmendOrder': { needs: [['txid', 'cl_ord_id']], names: { txid: '', cl_ord_id: 'cl_ord_id' } },
    'POST /0/private/EditOrder': { ...NAMED, needs: ['txid', 'pair'], symbol: 'pair' },
    'POST /0/private/CancelOrder': {
      needs: [['txid', 'cl_ord_id']],
      names: { txid: '', cl_ord_id: 'cl_ord_id' },
      cancels: true,
      answer: () => ok({ count: 1 }),
    },
    'POST /0/private/CancelAll': { answer: ({ orders }) => ok({ count: orders.length }) },
    'POST /0/private/CancelAllOrdersAfter': { needs: ['timeout'] },
    'POST /0/private/CancelOrderBatch': { needs: ['orders'], answer: () => ok({ count: 1 }) },
    'POST /0/private/QueryOrders': {
      ...NAMED,
      answer: ({ params }) => ok({ [String(params['txid'])]: { descr: params, status: 'open' } }),
    },
    'POST /0/private/OpenOrders': {
      answer: ({ orders }) =>
        ok({ open: Object.fromEntries(orders.map(([id, descr]) => [id, { descr, status: 'open' }])) }),
    },
    'POST /0/private/ClosedOrders': { answer: () => ok({ closed: {}, count: 0 }) },
    'POST /0/private/TradesHistory': { answer: () => ok({ trades: {}, count: 0 }) },
    'POST /0/private/QueryTrades': { needs: ['txid'], answer: () => ok({}) },
    'POST /0/private/OpenPositions': { answer: () => ok({}) },
    'POST /0/private/Ledgers': { answer: () => ok({ ledger: {}, count: 0 }) },
    'POST /0/private/TradeVolume': { answer: () => ok({ currency: 'ZUSD', volume: '0' }) },
    'POST /0/private/Balance': { answer: own },
    'POST /0/private/BalanceEx': {
      answer: ({ balances }) =>
        ok(
          Object.fromEntries(
            balances.map(([currency, free, reserved]) => [
              named(currency),
              { balance: String(Number(free) + Number(reserved)), hold_trade: reserved },
            ]),
          ),
        ),
    },
    'POST /0/private/TradeBalance': { answer: () => ok({ eb: '1000000', tb: '1000000' }) },
    'POST /0/private/DepositMethods': { needs: ['asset'], answer: () => ok([]) },
    'POST /0/private/DepositAddresses': { needs: ['asset', 'method'], answer: () => ok([]) },
    'POST /0/private/DepositStatus': { answer: () => ok([]) },
    'POST /0/private/WithdrawMethods': { answer: () => ok([]) },
    'POST /0/private/WithdrawInfo': { needs: ['asset', 'key', 'amount'] },
    'POST /0/private/WithdrawStatus': { answer: () => ok([]) },
    'POST /0/private/Withdraw': {
      needs: ['asset', 'key', 'amount'],
      moves: ['asset', 'amount'],
      answer: () => ok({ refid: 'AGBSO6T-UFMTTQ-I7KGS6' }),
    },
    'POST /0/private/WalletTransfer': {
      needs: ['asset', 'from', 'to', 'amount'],
      moves: ['asset', 'amount'],
      answer: () => ok({ refid: 'BOG5AE5-KSCNR4-VPNPEV' }),
    },
  },
}
