import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { parameterToken } from '../families/parameter-token.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'
import { base64url } from '../spec/outputs.js'
import { milliseconds } from '../spec/times.js'

/**
 * Bithumb, API 2: REST, and the upgrade request of the private WebSocket. A token holds the key, a nonce, the time and the
 * hash of all parameters; neither method nor path. API 1.2 is `bithumbV1`.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://apidocs.bithumb.com/docs/%EC%9D%B8%EC%A6%9D-%ED%86%A0%ED%81%B0-%EC%83%9D%EC%84%B1%ED%95%98%EA%B8%B0 | Bithumb API, making a token}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bithumb } from 'countersign/exchange/bithumb'
 *
 * const signer = bithumb({ apiKey: 'access-key', secret: 'secret-key' })
 * const bithumbFetch = createSignedFetch(signer)
 * export const order = () =>
 *   bithumbFetch('/v2/orders', {
 *     method: 'POST',
 *     json: { market: 'KRW-BTC', side: 'bid', order_type: 'limit', price: '84000000', volume: '0.001' },
 *   })
 * export const upgrade = () => signer.login().headers
 * ```
 */
export const bithumb: ExchangeFactory<NoncesOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'bithumb',
  name: 'Bithumb',
  docs: 'https://apidocs.bithumb.com/docs/%EC%9D%B8%EC%A6%9D-%ED%86%A0%ED%81%B0-%EC%83%9D%EC%84%B1%ED%95%98%EA%B8%B0',
  origins: ['https://api.bithumb.com'],
  keys: { 'hmac-sha256': base64url },
  secretKey: checkedSha256Key,
  time: milliseconds,
  .../* @__PURE__ */ parameterToken({ alg: 'HS256', raw: false, timestamp: true, socket: '/websocket/v2/private' }),
})
