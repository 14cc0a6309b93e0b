/** What an answer may be made of. Never a secret, never a signature. */
export interface Facts {
  /** The mock's clock. */
  readonly nowMs: number
  /** Name on the wire of what is missing, '' where nothing is. */
  readonly name: string
  /** Time, nonce and receive window as they were given, '' where none was. */
  readonly time: string
  readonly nonce: string
  readonly window: string
  readonly clientIp: string
  readonly method: string
  readonly path: string
  /** What the request asks for, without its authentication. */
  readonly params: Readonly<Record<string, unknown>>
  readonly json: unknown
}

/** An answer's body: JSON or text as it is, or made of the facts. */
export type Said =
  | null
  | string
  | readonly unknown[]
  | { readonly [name: string]: unknown }
  | ((facts: Facts) => unknown)

/** The refusal of an exchange. */
export type Refusal = readonly [status: number, body: Said]
