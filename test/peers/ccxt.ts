// ccxt signs without a network: its clock, nonces and ids are held, and what it hands to its MAC is noted.

/** What ccxt's `sign` gives. */
export interface CcxtRequest {
  readonly url: string
  readonly method: string
  readonly headers?: Readonly<Record<string, unknown>> | undefined
  readonly body?: string | undefined
}

type Mac = (text: Uint8Array | string, secret: unknown, ...rest: unknown[]) => string

/** The members of an exchange of ccxt that this suite reads or holds. */
export interface CcxtExchange extends Record<string, unknown> {
  readonly sign: (path: string, api: string | readonly string[], method: string, params: object) => CcxtRequest
  hmac: Mac
  encode(text: string): Uint8Array
}

type Classes = Readonly<Record<string, new (options: object) => CcxtExchange>> & {
  readonly prediction: Readonly<Record<string, new (options: object) => CcxtExchange>>
}

/** Every clock of this suite stands at this moment. */
export const NOW_MS = 1_700_000_000_123
export const UUID = '11111111-2222-4333-8444-555555555555'

const HELD = {
  milliseconds: () => NOW_MS,
  seconds: () => Math.floor(NOW_MS / 1000),
  microseconds: () => NOW_MS * 1000,
  uuid: () => UUID,
  uuid16: () => '2'.repeat(16),
  uuid22: () => '2'.repeat(22),
  randomBytes: () => 'ab'.repeat(16),
  randNumber: () => 1,
}

// A name in a variable: the compiler need not find the package, which stands in this folder only.
const name = 'ccxt'
const { default: classes } = (await import(/* @vite-ignore */ name)) as { readonly default: Classes }

/** The names of ccxt's exchanges; those of its prediction markets as `prediction.name`. */
export const ccxtHas = (id: string): boolean =>
  id.startsWith('prediction.') ? id.slice(11) in classes.prediction : id in classes

/** An exchange whose answers depend on its arguments alone. */
export function ccxtExchange(id: string, options: object): CcxtExchange {
  const Exchange = id.startsWith('prediction.') ? classes.prediction[id.slice(11)] : classes[id]
  if (Exchange === undefined) throw new Error(`ccxt has no ${id}`)
  return Object.assign(new Exchange({ enableRateLimit: false, ...options }), HELD)
}

/** The MAC that ccxt made last, ready to be made of another text: by ccxt, with its key, hash and encoding. */
export function noteMac(exchange: CcxtExchange): () => ((text: Uint8Array | string) => string) | undefined {
  const { hmac } = exchange
  let last: readonly unknown[] | undefined
  exchange.hmac = (text, secret, ...rest) => {
    last = [secret, ...rest]
    return hmac.call(exchange, text, secret, ...rest)
  }
  return () => {
    const noted = last
    if (noted === undefined) return undefined
    const [secret, ...rest] = noted
    return (text) => hmac.call(exchange, typeof text === 'string' ? exchange.encode(text) : text, secret, ...rest)
  }
}
