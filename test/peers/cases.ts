/** Parameters that libraries are known to write, sort or sign differently, by what is special about them. */
export const VALUES = {
  none: {},
  plain: { symbol: 'BTCUSDT', limit: '5' },
  order: { zeta: '1', Alpha: '2', beta: '3' },
  comma: { ids: 'BTC,ETH' },
  space: { note: 'a b' },
  plus: { note: 'a+b' },
  reserved: { note: 'x&y=z/?#:;@$' },
  marks: { note: "it's (1)*!~" },
  percent: { note: '50%' },
  chinese: { symbol: '币安人生USDT' },
  latin: { symbol: 'MØTHUSDT' },
  list: { ids: ['1', '2'] },
  kinds: { size: 5, live: true },
  empty: { note: '' },
  quotes: { note: 'say "hi" \\ \n' },
  nested: { filter: { side: 'buy', sizes: ['1', '2'] } },
} as const satisfies Readonly<Record<string, Readonly<Record<string, unknown>>>>

export type ValueName = keyof typeof VALUES

/** One endpoint of ccxt, called with every one of the values. */
export interface Call {
  /** As in ccxt's `describe().api`. */
  readonly api: string | readonly string[]
  readonly path: string
  readonly method: string
  /** What the endpoint cannot do without; it stands before the values. */
  readonly fixed?: Readonly<Record<string, unknown>>
  /** In place of all the values: what only this endpoint takes. */
  readonly own?: Readonly<Record<string, object>>
}

type Fixed = Call['fixed']
const of =
  (method: string) =>
  (api: Call['api'], path: string, fixed?: Fixed): Call => ({
    api,
    path,
    method,
    ...(fixed === undefined ? {} : { fixed }),
  })

export const [get, post, put, del] = [of('GET'), of('POST'), of('PUT'), of('DELETE')]

/** An endpoint with its own parameters, by what is special about them. */
export const own = (call: Call, values: NonNullable<Call['own']>): Call => ({ ...call, own: values })

/** The cases of some calls by what is special: `POST order comma`. */
export function* casesOf(
  calls: readonly Call[],
): Generator<{ readonly name: string; readonly call: Call; readonly params: object }> {
  for (const call of calls)
    for (const [value, params] of Object.entries<object>(call.own ?? VALUES))
      yield {
        name: `${call.method} ${call.path} ${value}`,
        call,
        params: structuredClone(Array.isArray(params) ? params : { ...call.fixed, ...params }),
      }
}
