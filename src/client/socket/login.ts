import { fail } from '../../errors.js'
import { abortable, type Signal } from '../../support/deadline.js'
import type { TransportOption } from '../fetch/options.js'
import { type InsecureOption, secureUrl } from '../fetch/origins.js'

/** What makes a connection count as the key's: what `login` of any signer of `countersign/exchange` answers. */
export interface SocketLogin {
  /** Sent in this order. */
  readonly messages: readonly string[]
  /** Fields of the upgrade request. */
  readonly headers?: Readonly<Record<string, string>>
  /** What the URL needs: parameters without "?", or a path that starts with "/". */
  readonly query?: string
  /** Where the login is a token: the signed request that fetches it, and what to do with its JSON answer. */
  readonly request?: {
    /** Method of the request. */
    readonly method: string
    /** Where it goes. */
    readonly url: string
    /** Its fields, with those that sign. */
    readonly headers: Readonly<Record<string, string>>
    /** Its body, where it has one. */
    readonly body?: string
  }
  /** The login that goes on with an answer, such as one with a challenge to sign. */
  use?(answer: unknown): SocketLogin
  /** Refuses the URL of a socket that the login is not for; logins of an exchange's signer have it. */
  assertSocket?(url: string): void
}

/** A login as far as it can be taken before there is a socket. */
export interface PreparedLogin {
  readonly login: SocketLogin
  /** The answer that holds the token, where the login is one. */
  readonly answer: unknown
  /** True where it is part of the connection itself. False: it is messages only, and best made when they are sent. */
  readonly bound: boolean
}

/** Fetches the token of a login that is one. @throws {CountersignError} `EXCHANGE_REFUSED`; and what the transport throws. */
export async function prepareLogin(
  login: SocketLogin,
  { fetch: transport = (url, init) => globalThis.fetch(url, init) }: TransportOption,
  signal: Signal,
): Promise<PreparedLogin> {
  const { request } = login
  if (request === undefined)
    return { login, answer: undefined, bound: login.headers !== undefined || login.query !== undefined }
  const { url, ...init } = request
  // A signed request goes where it was signed for, and nowhere else.
  const response = (await abortable(transport(url, { ...init, redirect: 'manual', signal }), signal)) as Response
  const answer: unknown = await abortable(response.json(), signal).catch(() => undefined)
  let token: SocketLogin | undefined
  try {
    if (response.status === 200) token = login.use?.(answer)
  } catch {
    // Said below: what the exchange answered may repeat what it was sent.
  }
  if (token === undefined)
    fail('EXCHANGE_REFUSED', `the request for a token returned none, got status ${response.status}`)
  return { login: token, answer, bound: true }
}

/**
 * Where to connect.
 *
 * @throws {CountersignError} `CONFIG_INVALID` unless it is wss, or this machine, and without credentials; it is not repeated.
 */
export function socketUrl(url: string, query: string | undefined, options: InsecureOption): string {
  if (!/^wss?:\/\/[^#]*$/.test(url) || !secure(url, options))
    fail(
      'CONFIG_INVALID',
      '"url" must be wss://host (ws:// on this machine), without credentials and without a fragment',
    )
  if (query === undefined) return url
  return query.startsWith('/') ? url.replace(/\/$/, '') + query : url + (url.includes('?') ? '&' : '?') + query
}

function secure(url: string, options: InsecureOption): boolean {
  try {
    return secureUrl('url', url.replace(/^ws/, 'http'), options) !== undefined
  } catch {
    return false
  }
}
