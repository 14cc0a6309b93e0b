import { binanceFollower } from '../families/binance-follower.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, WindowOption } from '../spec/credentials.js'

/**
 * MEXC spot v3. The broker endpoints take JSON, which MEXC does not sign. The socket of an account shows a listen key in its
 * URL, which `login()` fetches.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.mexc.com/api-docs/spot-v3/general-info | MEXC Spot v3, SIGNED}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { mexc } from 'countersign/exchange/mexc'
 *
 * const signer = mexc({ apiKey: 'key', secret: 'secret', recvWindow: 5000 })
 * const mexcFetch = createSignedFetch(signer)
 * export const order = () =>
 *   mexcFetch('/api/v3/order', {
 *     method: 'POST',
 *     params: { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '11' },
 *   })
 * export const listen = (answer: unknown) => signer.login().use?.(answer).query
 * ```
 */
export const mexc: ExchangeFactory<WindowOption & LiveOnly> = /* @__PURE__ */ tokenExchange({
  id: 'mexc',
  name: 'MEXC',
  docs: 'https://www.mexc.com/api-docs/spot-v3/general-info',
  origins: ['https://api.mexc.com'],
  headers: [['X-MEXC-APIKEY', 'key']],
  ...binanceFollower,
  // ccxt 4.5.84, mexc.js, createOrders().
  params: { into: 'query', lists: 'json', objects: ['batchOrders'] },
  learningClock,
  clock: { ...binanceFollower.clock, path: '/api/v3/time', error: /"code":\s*700003\b/ },
  token: { ...binanceFollower.token, path: '/api/v3/userDataStream', query: 'listenKey=$token' },
})
