/*
 * What passes between a client that keeps a session and the service that opens it. Both sides import it from here: an exchange's login
 * knows no client, and the client no exchange.
 */

/** The answer to a login, read. */
export interface SessionAnswer {
  /** The status of the answer. */
  readonly status: number
  /** The fields of the answer. */
  readonly headers: Headers
  /** Its JSON; `undefined` for anything else. */
  readonly body: unknown
  /** When it arrived, by the signer's clock. */
  readonly receivedMs: number
}

/** What a login opened. */
export interface OpenedSession {
  /** Fields that every request shows until the end: a cookie, a token. */
  readonly fields: Readonly<Record<string, string>>
  /** For how long, counted from the answer. */
  readonly lifeMs: number
  /** What is sent on a socket, where that differs from the fields. */
  readonly messages?: readonly string[]
}
