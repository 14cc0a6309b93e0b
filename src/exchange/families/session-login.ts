import { fail } from '../../errors.js'
import type { OpenedSession, SessionAnswer } from '../../schemes/scheme/session.js'
import type { ExchangeSigner, SignedRequest } from '../spec/signer-types.js'

/** How an exchange opens a session: pass it to `sessionSigner` of `countersign/client`. It sends nothing itself. */
export interface ExchangeLogin {
  /** Of the exchange. */
  readonly name: string
  readonly service: Pick<ExchangeSigner['service'], 'origins' | 'buildRequest' | 'fetchInit' | 'assertOwn' | 'baseUrl'>
  /** The request that opens one. */
  request(): SignedRequest | Promise<SignedRequest>
  /** @throws {CountersignError} `EXCHANGE_REFUSED` for an answer that opens none; nothing of it is repeated. */
  open(answer: SessionAnswer): OpenedSession
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
