import { CountersignError } from '../../errors.js'
import type { Calls } from './call.js'

/** Currencies of the mock, and what one costs in dollars. */
const DOLLARS: Readonly<Record<string, number>> = {
  ...{
    BTC: 50_000,
    ETH: 2_500,
    SOL: 150,
    XRP: 0.5,
    ADA: 0.4,
    DOGE: 0.1,
    LTC: 80,
    LINK: 15,
    DOT: 5,
    AVAX: 30,
    BNB: 500,
  },
  ...{ TRX: 0.1, BCH: 400, EUR: 1.1, GBP: 1.25, USD: 1, USDT: 1, USDC: 1, FDUSD: 1 },
}
const QUOTES = ['USDT', 'USDC', 'USD', 'EUR', 'GBP', 'FDUSD', 'BTC', 'ETH']

/** What an account holds of each currency, where it states nothing. */
export const HOLDINGS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(DOLLARS).map((currency) => [currency, '1000000']),
)

/** A market of the mock. */
export interface Market {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly price: number
  /** Every writing that the exchange takes. */
  readonly names: readonly string[]
}

/** The letters of a symbol: they tell the spelling of another exchange from an unknown symbol. */
const plain = (symbol: string): string =>
  symbol
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('XBT', 'BTC')

/** Markets in an exchange's writing, those that are given first. @throws {CountersignError} `CONFIG_INVALID`. */
export function marketsOf({ symbol, also }: Calls, prices: Readonly<Record<string, string>>): readonly Market[] {
  const market = (base: string, quote: string, price: number): Market => {
    const own = symbol(base, quote)
    return { symbol: own, base, quote, price, names: [own, ...(also?.(base, quote) ?? [])] }
  }
  const known = Object.keys(DOLLARS).flatMap((base) =>
    QUOTES.filter((quote) => quote !== base).map((quote) =>
      market(base, quote, (DOLLARS[base] as number) / (DOLLARS[quote] as number)),
    ),
  )
  const own = Object.entries(prices).map(([name, text]): Market => {
    const price = Number(text)
    const same = known.find(({ names }) => names.includes(name))
    if (same !== undefined) return { ...same, price }
    const meant = known.find((one) => plain(one.symbol) === plain(name))
    if (meant !== undefined)
      throw new CountersignError('CONFIG_INVALID', `"prices" must name symbols as ${meant.symbol}, got "${name}"`)
    const { base, quote } = split(name)
    const made = market(base, quote, price)
    return made.names.includes(name) ? made : { ...made, symbol: name, names: [name] }
  })
  const named = new Set(own.map((one) => one.symbol))
  return [...own, ...known.filter((one) => !named.has(one.symbol))]
}

/** Base and quote of a symbol: at its mark, or before a currency in which others are quoted. */
function split(symbol: string): { readonly base: string; readonly quote: string } {
  const [base = '', quote] = symbol.toUpperCase().split(/[^A-Z0-9]/)
  if (quote !== undefined) return { base, quote }
  const found = QUOTES.find((one) => base.endsWith(one) && base.length > one.length) ?? ''
  return { base: base.slice(0, base.length - found.length), quote: found }
}
