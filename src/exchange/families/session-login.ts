import { fail } from '../../errors.js'
import type { ExchangeSigner, SignedRequest } from '../spec/signer-types.js'

/** The answer to a login, as `sessionSigner` of `countersign/client` reads it. */
export interface LoginAnswer {
  readonly status: number
  readonly headers: Headers
  /** Its JSON; `undefined` for anything else. */
  readonly body: unknown
  /** When it arrived. */
  readonly receivedMs: number
}

/** What a login opened. */
export interface OpenedLogin {
  /** Fields that every request shows. */
  readonly fields: Readonly<Record<string, string>>
  readonly lifeMs: number
  /** What is sent on a socket, where that differs from the fields. */
  readonly messages?: readonly string[]
}

/** How an exchange opens a session: pass it to `sessionSigner` of `countersign/client`. It sends nothing itself. */
export interface ExchangeLogin {
  /** Of the exchange. */
  readonly name: string
  readonly service: Pick<ExchangeSigner['service'], 'origins' | 'buildRequest' | 'fetchInit' | 'assertOwn' | 'baseUrl'>
  /** The request that opens one. */
  request(): SignedRequest | Promise<SignedRequest>
  /** @throws {CountersignError} `EXCHANGE_REFUSED` for an answer that opens none; nothing of it is repeated. */
  open(answer: LoginAnswer): OpenedLogin
  /** @throws {CountersignError} `ORIGIN_REFUSED` for the URL of a socket that is not the exchange's, in this environment. */
  assertSocket?(url: string): void
}

/** An answer without a session. */
export const noSession = (name: string, what: string): never =>
  fail('EXCHANGE_REFUSED', `the answer to the login at ${name} must hold ${what}, got none`)

/** Scheme and host of a socket; '' for what is none, and for a URL with credentials, whose host is not what it looks like. */
export function socketOrigin(url: string): string {
  try {
    const { protocol, username, password, host } = new URL(url)
    return /^wss?:$/.test(protocol) && username + password === '' ? `${protocol}//${host}` : ''
  } catch {
    return ''
  }
}
