import type { Call, CallFacts, CallProblem, Calls, Needs } from './call.js'
import { type Market, marketsOf } from './markets.js'

type Params = Readonly<Record<string, unknown>>

/** Eight places are enough for every currency, and hide what binary fractions add. */
const text = (amount: number): string => String(Number(amount.toFixed(8)))
/** An order of an account, and what is reserved for it. */
interface Placed {
  readonly number: number
  readonly order: Params
  readonly currency: string
  readonly amount: number
}

interface Held {
  readonly free: Map<string, number>
  readonly reserved: Map<string, number>
  readonly orders: Map<string, Placed>
}

/** What a call comes to. */
export type Outcome =
  | { readonly problem: CallProblem; readonly name: string }
  | { readonly problem?: undefined; readonly number: number | undefined; readonly facts: CallFacts }

/** The state of a mock behind its signatures: markets, balances and open orders. */
export interface Book {
  /** The call of a request, and what its path leaves open; `undefined` for one that the exchange does not have. */
  find(what: string): { readonly call: Call; readonly rest: Params } | undefined
  /** Carries a call out, or returns its fault. Without an account: a public call. */
  run(call: Call, keyId: string | undefined, params: Params, nowMs: number, nextId: () => number): Outcome
}

/**
 * A book.
 *
 * @param prices More symbols in the exchange's writing, and their prices.
 * @param holdings What accounts hold, by API key.
 */
export function bookOf(
  calls: Calls,
  prices: Readonly<Record<string, string>>,
  holdings: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Book {
  const { table, id: write = (id) => id } = calls
  const markets = marketsOf(calls, prices)
  const byName = new Map(markets.flatMap((market) => market.names.map((name) => [name, market])))
  const accounts = new Map<string, Held>()
  for (const [keyId, held] of holdings)
    accounts.set(keyId, {
      free: new Map(Object.entries(held).map(([currency, amount]) => [currency, Number(amount)])),
      reserved: new Map(),
      orders: new Map(),
    })
  const patterns = Object.entries(table).filter(([what]) => what.includes('*'))

  return {
    find: (what) => {
      if (Object.hasOwn(table, what)) return { call: table[what] as Call, rest: {} }
      for (const [pattern, call] of patterns) {
        const rest = restOf(pattern, what)
        if (rest !== undefined) return { call, rest: { '*': rest } }
      }
      return undefined
    },
    run: (call, keyId, params, nowMs, nextId) => {
      const held = accounts.get(keyId ?? '') ?? { free: new Map(), reserved: new Map(), orders: new Map() }
      const absent = lacking(call, params)
      if (absent !== undefined) return { problem: 'absent', name: absent }
      const misspelt = Object.entries(call.words ?? {}).find(
        ([name, word]) => isThere(params, name) && !word.test(String(params[name])),
      )
      if (misspelt !== undefined) return { problem: 'word', name: misspelt[0] }
      const named = call.symbol === undefined ? undefined : params[call.symbol]
      const names = call.list === true ? String(named).split(',') : [named]
      if (named !== undefined && !names.every((name) => byName.has(name as string)))
        return { problem: 'symbol', name: String(named) }
      const market = byName.get(names[0] as string)
      const facts = (): CallFacts => ({
        nowMs,
        params,
        balances: [...held.free].map(([currency, free]) => [
          currency,
          text(free),
          text(held.reserved.get(currency) ?? 0),
        ]),
        orders: [...held.orders].map(([id, { order }]) => [id, order]),
        // As the request writes it, where that is one of the writings.
        prices: markets.map((one) => [
          one.names.find((name) => names.includes(name)) ?? one.symbol,
          text(one.price),
          one.base,
          one.quote,
        ]),
      })
      if (call.names !== undefined) {
        const id = orderNamed(held, call.names, params)
        if (id === undefined) return { problem: 'order', name: '' }
        const { number, order } = held.orders.get(id) as Placed
        const found = { ...facts(), params: { ...order, ...params } }
        if (call.cancels === true) release(held, id)
        return { number, facts: found }
      }
      if (call.places !== undefined) {
        const { currency, amount } = taken(call.places(params), market)
        if (!take(held, currency, amount)) return { problem: 'funds', name: currency }
        if (amount > 0) held.reserved.set(currency, (held.reserved.get(currency) ?? 0) + amount)
        const number = nextId()
        held.orders.set(write(String(number)), { number, order: params, currency, amount })
        return { number, facts: facts() }
      }
      if (call.moves !== undefined) {
        const [named, amount] = call.moves
        const currency = currencyOf(params[named])
        if (!take(held, currency, Number(params[amount]))) return { problem: 'funds', name: currency }
      }
      return { number: undefined, facts: facts() }
    },
  }
}

/** Kraken's names of currencies are read, too. */
const currencyOf = (named: unknown): string =>
  String(named)
    .toUpperCase()
    .replace(/^X?XBT$/, 'BTC')
    .replace(/^[XZ](ETH|XRP|LTC|USD|EUR|GBP)$/, '$1')

function restOf(pattern: string, what: string): string | undefined {
  const [before = '', after = ''] = pattern.split('*')
  if (!what.startsWith(before) || !what.endsWith(after) || what.length <= before.length + after.length) return undefined
  const rest = what.slice(before.length, what.length - after.length)
  return rest.includes('/') ? undefined : decodeURIComponent(rest)
}

const isThere = (params: Params, name: string): boolean =>
  params[name] !== undefined && params[name] !== null && params[name] !== ''

function lacking({ needs = [], when = {} }: Call, params: Params): string | undefined {
  const missing = (list: Needs): string | undefined => {
    for (const one of list) {
      const names = typeof one === 'string' ? [one] : one
      if (!names.some((name) => isThere(params, name))) return names[0]
    }
    return undefined
  }
  const found = missing(needs)
  if (found !== undefined) return found
  for (const [name, values] of Object.entries(when)) {
    const more = missing(values[String(params[name])] ?? [])
    if (more !== undefined) return more
  }
  return undefined
}

function orderNamed(held: Held, names: NonNullable<Call['names']>, params: Params): string | undefined {
  for (const [name, called] of Object.entries(names)) {
    const value = params[name]
    const given = (Array.isArray(value) ? value : [value]).map(String)
    for (const [id, { order }] of held.orders) {
      if (called === '' ? given.includes(id) : order[called] !== undefined && given.includes(String(order[called])))
        return id
    }
  }
  return undefined
}

/** Takes an amount; what is no number is refused by no balance, because the exchange's rule for it is not known here. */
function take(held: Held, currency: string, amount: number): boolean {
  const free = held.free.get(currency) ?? 0
  if (amount > free) return false
  if (amount > 0) held.free.set(currency, free - amount)
  return true
}

function release(held: Held, id: string): void {
  const { currency = '', amount = 0 } = held.orders.get(id) ?? {}
  held.orders.delete(id)
  if (!(amount > 0)) return
  held.free.set(currency, (held.free.get(currency) ?? 0) + amount)
  held.reserved.set(currency, (held.reserved.get(currency) ?? 0) - amount)
}

function taken(
  size: ReturnType<NonNullable<Call['places']>>,
  market: Market | undefined,
): { readonly currency: string; readonly amount: number } {
  if (size === undefined || market === undefined) return { currency: '', amount: 0 }
  const { buys, quantity, quote } = size
  const price = Number(size.price ?? 0) || market.price
  if (buys) return { currency: market.quote, amount: Number(quote ?? 0) || Number(quantity) * price }
  return { currency: market.base, amount: Number(quantity ?? 0) || Number(quote) / price }
}
