import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'

/**
 * Coincheck: REST and the login of its private socket. Signed is the whole URL, and not the method; the nonce increases with
 * every request of a key, REST and socket alike.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://coincheck.com/documents/exchange/api#auth | Coincheck API, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { coincheck } from 'countersign/exchange/coincheck'
 *
 * const signer = coincheck({ apiKey: 'key', secret: 'secret' })
 * const coincheckFetch = createSignedFetch(signer)
 * export const order = () =>
 *   coincheckFetch('/api/exchange/orders', {
 *     method: 'POST',
 *     params: { pair: 'btc_jpy', order_type: 'buy', rate: '2850000', amount: '0.005' },
 *   })
 * export const login = () => signer.login().messages
 * ```
 */
export const coincheck: ExchangeFactory<NoncesOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'coincheck',
  name: 'Coincheck',
  docs: 'https://coincheck.com/documents/exchange/api#auth',
  origins: ['https://coincheck.com'],
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  nonce: increasing('ms'),
  headers: [
    ['ACCESS-KEY', 'key'],
    ['ACCESS-NONCE', 'nonce'],
    ['ACCESS-SIGNATURE', 'sign'],
  ],
  base: (draft) => `${draft.nonce}${draft.scheme}://${draft.host}${targetOf(draft)}${draft.body}`,
  // A form stands behind the path without anything between.
  covers: ['scheme', 'authority', 'parameters'],
  params: { into: { POST: 'form', other: 'query' } },
  messages: {
    login: {
      // The page: this text whatever the socket's URL is.
      base: ({ nonce }) => `${nonce}wss://stream.coincheck.com/private`,
      template: { type: 'login', access_key: '$key', access_nonce: '$nonce', access_signature: '$sign' },
    },
  },
})
