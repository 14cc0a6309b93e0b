import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { randomTexts } from '../signer/nonce-formats.js'
import type { LiveOnly } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { millisecondsOrSeconds } from '../spec/times.js'

/**
 * bitFlyer Lightning: REST, and the `auth` call of its JSON-RPC socket. The page shows the time in milliseconds and in
 * seconds; milliseconds are sent, both are read.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://lightning.bitflyer.com/docs?lang=en#authentication | bitFlyer Lightning API, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitflyer } from 'countersign/exchange/bitflyer'
 *
 * const signer = bitflyer({ apiKey: 'key', secret: 'secret' })
 * const bitflyerFetch = createSignedFetch(signer)
 * export const orders = () => bitflyerFetch('/v1/me/getchildorders', { params: { product_code: 'FX_BTC_JPY' } })
 * export const login = () => signer.login({ id: 1 }).messages
 * ```
 */
export const bitflyer: ExchangeFactory<LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'bitflyer',
  name: 'bitFlyer',
  docs: 'https://lightning.bitflyer.com/docs?lang=en#authentication',
  origins: ['https://api.bitflyer.com'],
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: millisecondsOrSeconds,
  headers: [
    ['ACCESS-KEY', 'key'],
    ['ACCESS-TIMESTAMP', 'time'],
    ['ACCESS-SIGN', 'sign'],
  ],
  base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
  messages: {
    login: {
      nonce: randomTexts,
      base: ({ time, nonce }) => time + nonce,
      template: {
        jsonrpc: '2.0',
        method: 'auth',
        params: { api_key: '$key', timestamp: '#time', nonce: '$nonce', signature: '$sign' },
        id: '$id',
      },
    },
  },
})
