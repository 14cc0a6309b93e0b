import { extendedKey, extendedSecret, readExtended } from '../families/extended-account.js'
import { shownSecret } from '../families/shown-secret.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import type { Header } from '../spec/spec.js'

const headers: readonly Header[] = [['X-Api-Key', 'sign']]

/**
 * Extended (on Starknet): what its requests show. NOTHING IS SIGNED: the API key is sent with every request and on the upgrade of the
 * account's stream, as it is. `secret` is the API key; `apiKey` is a name of your own for the account, and is not sent. What a Stark
 * key signs inside an order or a payment is `countersign/exchange/orders/extended` and `…/orders/extended-payments`.
 *
 * Checked against the official client (x10-python-trading-starknet 2.6.0) on 2026-11-30.
 *
 * @see {@link https://api.docs.extended.exchange/#authentication | Extended, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { extended } from 'countersign/exchange/extended'
 *
 * const signer = extended({ apiKey: 'my-account', secret: 'the-API-key', environment: 'testnet' })
 * const extendedFetch = createSignedFetch(signer)
 * export const balance = () => extendedFetch('/api/v1/user/balance')
 * export const upgradeHeaders = () => signer.login().headers
 * ```
 */
export const extended: ExchangeFactory<EnvironmentOption<'testnet'>> = /* @__PURE__ */ exchangeFactory({
  id: 'extended',
  name: 'Extended',
  docs: 'https://api.docs.extended.exchange/#authentication',
  origins: ['https://api.starknet.extended.exchange'],
  socketUrl: 'wss://api.starknet.extended.exchange/stream.extended.exchange/v1/account',
  environments: {
    testnet: {
      origins: ['https://api.starknet.sepolia.extended.exchange'],
      socketUrl: 'wss://api.starknet.sepolia.extended.exchange/stream.extended.exchange/v1/account',
    },
  },
  ...shownSecret,
  secretKey: extendedKey,
  secret: extendedSecret,
  headers,
  read: readExtended,
  messages: { login: { base: shownSecret.base, headers, read: readExtended } },
})
