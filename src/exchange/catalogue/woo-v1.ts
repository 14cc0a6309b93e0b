import { wooX } from '../families/woo.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import { joinPairs, sortedPairs } from '../spec/pairs.js'

/**
 * WOO X v1, which signs the parameters by name and neither method nor path, and the login of its WebSocket. Version 3 is
 * `countersign/exchange/woo`.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.woox.io/#authentication | WOO X, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { wooV1 } from 'countersign/exchange/woo-v1'
 *
 * const signer = wooV1({ apiKey: 'key', secret: 'secret' })
 * const wooFetch = createSignedFetch(signer)
 * export const order = () =>
 *   wooFetch('/v1/order', {
 *     method: 'POST',
 *     params: { symbol: 'SPOT_BTC_USDT', order_type: 'LIMIT', order_price: 9000, order_quantity: 0.11, side: 'BUY' },
 *   })
 * export const login = () => signer.login({ id: '1' }).messages
 * ```
 */
export const wooV1: ExchangeFactory<EnvironmentOption<'staging'>> = /* @__PURE__ */ exchangeFactory({
  id: 'woo-v1',
  name: 'WOO X v1',
  docs: 'https://docs.woox.io/#authentication',
  ...wooX,
  base: ({ query, body, time }) => `${sortedPairs(joinPairs(query, body))}|${time}`,
  covers: ['parameters'],
  onlyForms: true,
  params: { sorted: true, lists: 'comma', into: { GET: 'query', other: 'form' } },
  learningClock,
  clock: { ...wooX.clock, path: '/v1/public/system_info' },
})
