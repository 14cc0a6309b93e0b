import { wooX } from '../families/woo.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'

/**
 * WOO X v3 and the login of its WebSocket. Version 1 is an exchange of its own: `countersign/exchange/woo-v1`.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://developer.woox.io/api-reference/guide | WOO X, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { woo } from 'countersign/exchange/woo'
 *
 * const signer = woo({ apiKey: 'key', secret: 'secret' })
 * const wooFetch = createSignedFetch(signer)
 * export const orders = () => wooFetch('/v3/trade/orders', { params: { symbol: 'SPOT_BTC_USDT' } })
 * export const login = () => signer.login({ id: '1' }).messages
 * ```
 */
export const woo: ExchangeFactory<EnvironmentOption<'staging'>> = /* @__PURE__ */ exchangeFactory({
  id: 'woo',
  name: 'WOO X',
  docs: 'https://developer.woox.io/api-reference/guide',
  ...wooX,
  base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
  params: { lists: 'comma' },
  learningClock,
  clock: { ...wooX.clock, path: '/v3/public/systemInfo' },
})
