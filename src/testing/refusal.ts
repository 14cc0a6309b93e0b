/** What an answer may be made of. Never a secret, never a signature. */
export interface Facts {
  /** The mock's clock. */
  readonly nowMs: number
  /** Name on the wire of what is missing, '' where nothing is. */
  readonly name: string
  /** Time, nonce and receive window as they were given, '' where none was. */
  readonly time: string
  /** The nonce as it was given, '' where none was. */
  readonly nonce: string
  /** The receive window as it was given, '' where none was. */
  readonly window: string
  /** The address of the client. */
  readonly clientIp: string
  /** Method of the request. */
  readonly method: string
  /** Its path, without the query. */
  readonly path: string
  /** What the request asks for, without its authentication. */
  readonly params: Readonly<Record<string, unknown>>
  /** The body, where it is JSON. */
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
