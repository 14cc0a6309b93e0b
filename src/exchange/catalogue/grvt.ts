import { shownSecret } from '../families/shown-secret.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import type { Header } from '../spec/spec.js'

const headers: readonly Header[] = [
  ['Cookie', (draft) => `gravity=${draft.sign}`, /^gravity=(?<sign>[!#-+\--:<-[\]-~]+)$/],
  ['X-Grvt-Account-Id', 'key'],
]

/**
 * GRVT: requests of a session. NOTHING IS SIGNED: the account's id and the session's cookie are shown with every request and on the
 * upgrade of the socket. `grvtLogin` of `countersign/exchange/logins/grvt` gets both for an API key, and `sessionSigner` keeps them
 * fresh; this one is for a session that is there already: `apiKey` is the account's id, `secret` the cookie's value. What a wallet
 * signs inside an order is `countersign/exchange/orders/grvt`.
 *
 * Checked against the official SDK (grvt-pysdk 0.2.1, commit bb77839) on 2026-11-29.
 *
 * @see {@link https://github.com/gravity-technologies/grvt-pysdk | GRVT, official SDK}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { grvt } from 'countersign/exchange/grvt'
 *
 * const signer = grvt({ apiKey: 'account-id', secret: 'cookie', environment: 'testnet' })
 * const grvtFetch = createSignedFetch(signer)
 * export const openOrders = () =>
 *   grvtFetch('/full/v1/open_orders', { method: 'POST', json: { sub_account_id: '1' } })
 * export const upgradeHeaders = () => signer.login().headers
 * ```
 */
export const grvt: ExchangeFactory<EnvironmentOption<'testnet'>> = /* @__PURE__ */ exchangeFactory({
  id: 'grvt',
  name: 'GRVT',
  docs: 'https://github.com/gravity-technologies/grvt-pysdk',
  origins: ['https://trades.grvt.io', 'https://market-data.grvt.io', 'https://edge.grvt.io'],
  socketUrl: 'wss://trades.grvt.io/ws/full',
  environments: {
    testnet: {
      origins: [
        'https://trades.testnet.grvt.io',
        'https://market-data.testnet.grvt.io',
        'https://edge.testnet.grvt.io',
      ],
      socketUrl: 'wss://trades.testnet.grvt.io/ws/full',
    },
  },
  ...shownSecret,
  headers,
  params: { into: 'json' },
  messages: { login: { base: shownSecret.base, headers } },
})
