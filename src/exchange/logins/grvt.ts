import { Secret } from '../../crypto/secret.js'
import { assertOptions, fail, kindIn, mustBe, type OptionNames } from '../../errors.js'
import type { InsecureOption } from '../../message/target.js'
import type { SessionAnswer } from '../../schemes/scheme/session.js'
import { isVisible } from '../../support/ascii.js'
import { TEXT } from '../../support/option-kinds.js'
import { grvt } from '../catalogue/grvt.js'
import { type ExchangeLogin, noSession, socketOrigin } from '../families/session-login.js'
import { networkFrom } from '../wallet/order-options.js'

/** Options of {@link grvtLogin}. */
export interface GrvtLoginOptions extends InsecureOption {
  /** The API key that GRVT's page showed. It is a secret: anyone with it can log in. */
  readonly apiKey: string | Secret
  /** Default `live`. */
  readonly environment?: 'live' | 'testnet'
  /** A proxy of your own in front of the exchange. */
  readonly baseUrl?: string
}

const KNOWN: OptionNames<GrvtLoginOptions> = {
  apiKey: [
    [
      (value) => value instanceof Secret || (typeof value === 'string' && isVisible(value, 512)),
      'the API key as GRVT showed it, as text or a Secret',
    ],
    2,
  ],
  environment: networkFrom('live', 'testnet'),
  baseUrl: TEXT,
}
const HINTS = {
  privateKey: '"key" of grvtOrders(): a login takes the API key alone',
  key: 'apiKey',
  secret: 'apiKey',
  testnet: 'environment: "testnet"',
}
const PATH = '/auth/api_key/login'
const DAY_MS = 86_400_000
// RFC 6265 4.1.1: the octets of a cookie's value.
const COOKIE = /^gravity=([!#-+\--:<-[\]-~]{1,4096})(?:;|$)/

// What RFC 6265bis 5.5 lets a cookie live at most: 400 days.
const MOST_MS = 400 * DAY_MS

/** RFC 6265 5.2 and 5.3: the last attribute of a name that can be read counts; `NaN` for none. */
function lastOf(cookie: string, name: string, read: (value: string) => number): number {
  let found = Number.NaN
  for (const one of cookie.split(';').slice(1)) {
    const at = one.indexOf('=')
    if (at === -1 || one.slice(0, at).trim().toLowerCase() !== name) continue
    const value = read(one.slice(at + 1).trim())
    if (!Number.isNaN(value)) found = value
  }
  return found
}

/**
 * For how long, by the server's clock: Max-Age before Expires (RFC 6265 5.3). Without an end: a day, as the exchange's help states
 * for API keys.
 */
function lifeOf(cookie: string, { headers, receivedMs }: SessionAnswer): number {
  const seconds = lastOf(cookie, 'max-age', (value) => (/^-?\d+$/.test(value) ? Number(value) : Number.NaN))
  if (!Number.isNaN(seconds)) return Math.min(seconds * 1000, MOST_MS)
  const endsMs = lastOf(cookie, 'expires', Date.parse)
  const fromMs = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(endsMs) ? DAY_MS : Math.min(endsMs - (Number.isNaN(fromMs) ? receivedMs : fromMs), MOST_MS)
}

/** The cookies of an answer. Where they arrive as one text, a comma before "name=" parts them, and not one of a date. */
const cookiesOf = (headers: Headers): readonly string[] =>
  headers.getSetCookie?.() ?? (headers.get('set-cookie') ?? '').split(/,(?=[^;,=]+=)/).map((one) => one.trim())

/**
 * GRVT's login: an API key opens a session of a day, which a cookie and the account's id stand for. Pass it to `sessionSigner`, which
 * keeps it fresh. What a wallet signs inside an order is `grvtOrders`. A page in a browser cannot read the cookie.
 *
 * Checked against the official SDK (grvt-pysdk 0.2.1, commit bb77839) and the exchange's help on 2026-11-29.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right.
 * @see {@link https://help.grvt.io/en/articles/14117414-how-to-troubleshoot-authentication-errors-when-using-the-grvt-api | GRVT, authentication}
 * @example
 * ```ts
 * import { createSignedFetch, sessionSigner } from 'countersign/client'
 * import { grvtLogin } from 'countersign/exchange/logins/grvt'
 *
 * const session = sessionSigner(grvtLogin({ apiKey: 'key', environment: 'testnet' }))
 * const grvtFetch = createSignedFetch(session)
 * export const positions = () =>
 *   grvtFetch('/full/v1/positions', { method: 'POST', json: { sub_account_id: '1' } })
 * ```
 */
export function grvtLogin(options: GrvtLoginOptions): ExchangeLogin {
  assertOptions('grvtLogin', options, KNOWN, HINTS)
  const { apiKey, ...where } = options
  mustBe(apiKey !== undefined, 'apiKey', KNOWN.apiKey === 2 ? 'text' : kindIn(KNOWN.apiKey)[1], apiKey)
  const held = apiKey instanceof Secret ? apiKey : Secret.fromText(apiKey)
  // Of this one nothing is shown but where requests go.
  const { spec, service, login } = grvt({ apiKey: 'account', secret: 'cookie', ...where })
  const edge = where.baseUrl === undefined ? (spec.origins[2] as string) : service.baseUrl
  return {
    name: spec.name,
    service,
    request: () => ({
      method: 'POST',
      url: edge + PATH,
      // The exchange's page shows it with this cookie.
      headers: { 'content-type': 'application/json', cookie: 'rm=true;' },
      body: JSON.stringify({ api_key: held.revealText() }),
    }),
    open: (answer) => {
      const { headers } = answer
      const cookie = cookiesOf(headers).find((one) => COOKIE.test(one)) ?? noSession(spec.name, 'the cookie "gravity"')
      const account = headers.get('x-grvt-account-id') ?? ''
      if (!isVisible(account, 128)) noSession(spec.name, 'the field X-Grvt-Account-Id')
      const [, value = ''] = COOKIE.exec(cookie) ?? []
      return {
        fields: { Cookie: `gravity=${value}`, 'X-Grvt-Account-Id': account },
        lifeMs: lifeOf(cookie, answer),
      }
    },
    assertSocket: (url) => {
      ;(login() as { assertSocket?(url: string): void }).assertSocket?.(url)
      // Plain text for a cookie only beside a proxy that is plain as well.
      const from = socketOrigin(url)
      if (from === '' || (from.startsWith('ws:') && !service.baseUrl.startsWith('http:')))
        fail('ORIGIN_REFUSED', 'the socket must be at wss://host, without credentials')
    },
  }
}
