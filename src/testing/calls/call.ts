import type { Refusal } from '../refusal.js'

/** Parameters by name; a list means that one of them is enough. */
export type Needs = ReadonlyArray<string | readonly string[]>

/** What an order takes from an account: an amount of the quote currency when it buys, of the base currency when it sells. */
export interface OrderSize {
  readonly buys: boolean
  /** In the base currency. */
  readonly quantity?: unknown
  /** In the quote currency, where an order states it instead. */
  readonly quote?: unknown
  /** Without one: the mock's price. */
  readonly price?: unknown
}

/** What an answer to a call may be made of. */
export interface CallFacts {
  readonly nowMs: number
  /** Query, form and JSON together; `*` is the part of the path that the table leaves open. */
  readonly params: Readonly<Record<string, unknown>>
  /** Free and reserved amounts, by currency. */
  readonly balances: ReadonlyArray<readonly [currency: string, free: string, reserved: string]>
  /** Orders of the account that have not been cancelled: what was asked for, by id. */
  readonly orders: ReadonlyArray<readonly [id: string, order: Readonly<Record<string, unknown>>]>
  /** Symbols in the exchange's writing, and their prices. */
  readonly prices: ReadonlyArray<readonly [symbol: string, price: string, base: string, quote: string]>
}

/** One call of an exchange. */
export interface Call {
  readonly needs?: Needs
  /** What is needed besides, by the value of a parameter: `{ type: { LIMIT: ['price'] } }`. */
  readonly when?: Readonly<Record<string, Readonly<Record<string, Needs>>>>
  /**
   * How the exchange writes words such as side, type and time in force, by parameter: another one's spelling is refused here as
   * it is there.
   */
  readonly words?: Readonly<Record<string, RegExp>>
  /** The parameter that names a symbol. */
  readonly symbol?: string
  /** That parameter may name several, with commas between them. */
  readonly list?: true
  /** Places an order; `undefined` for what takes nothing (an order to close a position …). */
  readonly places?: (params: Readonly<Record<string, unknown>>) => OrderSize | undefined
  /** Parameters that name an order: by its id (''), or by what the client called it in this parameter. */
  readonly names?: Readonly<Record<string, string>>
  /** The order that is named ends. */
  readonly cancels?: true
  /** Parameters of a transfer or a withdrawal. */
  readonly moves?: readonly [currency: string, amount: string]
  /** No signature is required. */
  readonly open?: true
  /** Default: the exchange's general answer. */
  readonly answer?: (facts: CallFacts) => unknown
}

/** What is wrong with a call that is signed rightly. */
export type CallProblem = 'path' | 'absent' | 'symbol' | 'funds' | 'order' | 'word'

/** The calls of one exchange. */
export interface Calls {
  /** `METHOD /path`; a part of the path that is `*` stands for one of any name. */
  readonly table: Readonly<Record<string, Call>>
  readonly problems: Readonly<Record<CallProblem, Refusal>>
  /** How the exchange writes a symbol. Another exchange's writing of it is unknown here, as it is there: `BTCUSDT`, `btc-usdt`. */
  readonly symbol: (base: string, quote: string) => string
  /** What else the exchange takes for it, and its contracts. */
  readonly also?: (base: string, quote: string) => readonly string[]
  /** How the exchange's general answer writes an order's id. Default: its number. */
  readonly id?: (id: string) => string
}

/** Places an order by flat parameters. */
export const sized =
  (quantity: string, price: string, quote?: string, side = 'side') =>
  (params: Readonly<Record<string, unknown>>): OrderSize => ({
    buys: String(params[side]).toLowerCase() === 'buy',
    quantity: params[quantity],
    price: params[price],
    ...(quote !== undefined && { quote: params[quote] }),
  })
