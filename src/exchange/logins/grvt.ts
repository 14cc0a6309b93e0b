import { Secret } from '../../crypto/secret.js'
import { assertOptions, mustBe, type OptionNames } from '../../errors.js'
import type { InsecureOption } from '../../message/target.js'
import { oneOf, TEXT } from '../../support/option-kinds.js'
import { grvt } from '../catalogue/grvt.js'
import { type ExchangeLogin, type LoginAnswer, noSession } from '../families/session-login.js'

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
  apiKey: [(value) => value instanceof Secret || /^[!-~]{1,512}$/.test(String(value)), 'the API key as it was shown'],
  environment: oneOf('live', 'testnet'),
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
const ACCOUNT = /^[!-~]{1,128}$/

/** For how long, by the server's clock. Without an end: a day, as the exchange's help states for API keys. */
function lifeOf(cookie: string, { headers, receivedMs }: LoginAnswer): number {
  const endsMs = Date.parse(/;\s*expires=([^;]+)/i.exec(cookie)?.[1] ?? '')
  const fromMs = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(endsMs) ? DAY_MS : endsMs - (Number.isNaN(fromMs) ? receivedMs : fromMs)
}

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
  assertOptions('grvtLogin', options ?? null, KNOWN, HINTS)
  const { apiKey, ...where } = options
  mustBe(apiKey !== undefined, 'apiKey', KNOWN.apiKey === 1 ? 'text' : KNOWN.apiKey[1], apiKey)
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
      const cookies = headers.getSetCookie?.() ?? [headers.get('set-cookie') ?? '']
      const cookie = cookies.find((one) => COOKIE.test(one)) ?? noSession(spec.name, 'the cookie "gravity"')
      const account = headers.get('x-grvt-account-id') ?? ''
      if (!ACCOUNT.test(account)) noSession(spec.name, 'the field X-Grvt-Account-Id')
      const [, value = ''] = COOKIE.exec(cookie) ?? []
      return {
        fields: { Cookie: `gravity=${value}`, 'X-Grvt-Account-Id': account },
        lifeMs: lifeOf(cookie, answer),
      }
    },
    assertSocket: (url) => (login() as { assertSocket?(url: string): void }).assertSocket?.(url),
  }
}
