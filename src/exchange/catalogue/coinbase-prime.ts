import { cbAccess, withoutQuery } from '../families/cb-access.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { LiveOnly, PassphraseOption } from '../spec/credentials.js'
import { passphraseOf } from '../spec/passphrase.js'
import { primeLogin } from '../special/prime-login.js'

/**
 * Coinbase Prime. The query is not part of what is signed. `login({ channel, apiKeyId, portfolioId, productIds })` is the
 * subscription to one channel, each signed by itself; `apiKeyId` is the id of the service account.
 *
 * Checked against its page on 2026-11-28.
 *
 * @see {@link https://docs.cdp.coinbase.com/prime/rest-api/authentication | Coinbase Prime, REST authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { coinbasePrime } from 'countersign/exchange/coinbase-prime'
 *
 * const signer = coinbasePrime({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * const primeFetch = createSignedFetch(signer)
 * export const portfolios = () => primeFetch('/v1/portfolios')
 * export const prices = () =>
 *   signer.login({ channel: 'l2_data', apiKeyId: 'service-account', productIds: ['ETH-USD'] }).messages
 * ```
 */
export const coinbasePrime: ExchangeFactory<PassphraseOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'coinbase-prime',
  name: 'Coinbase Prime',
  docs: 'https://docs.cdp.coinbase.com/prime/rest-api/authentication',
  origins: ['https://api.prime.coinbase.com'],
  ...cbAccess,
  ...withoutQuery,
  passphraseOf,
  headers: [
    ['X-CB-ACCESS-KEY', 'key'],
    ['X-CB-ACCESS-PASSPHRASE', 'passphrase'],
    ['X-CB-ACCESS-SIGNATURE', 'sign'],
    ['X-CB-ACCESS-TIMESTAMP', 'time'],
  ],
  messages: {
    login: {
      lifeMs: 30_000,
      base: primeLogin,
      template: {
        type: 'subscribe',
        channel: '$channel',
        access_key: '$key',
        api_key_id: '$apiKeyId',
        timestamp: '$time',
        passphrase: '$passphrase',
        signature: '$sign',
        portfolio_id: '$portfolioId',
        product_ids: '$productIds',
      },
    },
  },
})
