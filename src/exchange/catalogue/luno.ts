import { shownSecret } from '../families/shown-secret.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { LiveOnly } from '../spec/credentials.js'
import { basic, readBasic } from '../special/luno-authorization.js'

/**
 * Luno. NOTHING IS SIGNED: key and secret are sent with every request (HTTP Basic) and to every socket, as they are. TLS is
 * all that protects them, and a reader of one request has the account. A server of your own should not speak this scheme;
 * the verifying side is for tests that stand in for the exchange.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.luno.com/en/developers/api#section/Authentication | Luno API, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { luno } from 'countersign/exchange/luno'
 *
 * const signer = luno({ apiKey: 'key', secret: 'secret' })
 * const lunoFetch = createSignedFetch(signer)
 * export const balance = () => lunoFetch('/api/1/balance')
 * export const login = () => signer.login().messages
 * ```
 */
export const luno: ExchangeFactory<LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'luno',
  name: 'Luno',
  docs: 'https://www.luno.com/en/developers/api#section/Authentication',
  origins: ['https://api.luno.com'],
  ...shownSecret,
  headers: [['Authorization', basic, /^Basic (?<sign>[A-Za-z0-9+/]+={0,2})$/]],
  params: { into: 'query' },
  read: readBasic,
  messages: {
    login: { base: shownSecret.base, template: { api_key_id: '$key', api_key_secret: '$sign' } },
  },
})
