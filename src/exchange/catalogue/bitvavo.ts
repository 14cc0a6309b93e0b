import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, WindowOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'

/**
 * Bitvavo. The receive window is given but not signed.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.bitvavo.com/docs/authentication | Bitvavo, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitvavo } from 'countersign/exchange/bitvavo'
 *
 * const signer = bitvavo({ apiKey: 'key', secret: 'secret' })
 * const bitvavoFetch = createSignedFetch(signer)
 * export const order = () =>
 *   bitvavoFetch('/v2/order', {
 *     method: 'POST',
 *     params: { market: 'BTC-EUR', side: 'buy', orderType: 'limit', price: '5000', amount: '1.23', operatorId: 1 },
 *   })
 * export const login = () => signer.login().messages
 * ```
 */
export const bitvavo: ExchangeFactory<WindowOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'bitvavo',
  name: 'Bitvavo',
  docs: 'https://docs.bitvavo.com/docs/authentication',
  origins: ['https://api.bitvavo.com'],
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  windowOf,
  window: { default: '10000', max: 60_000, optional: true },
  headers: [
    ['Bitvavo-Access-Key', 'key'],
    ['Bitvavo-Access-Signature', 'sign'],
    ['Bitvavo-Access-Timestamp', 'time'],
    ['Bitvavo-Access-Window', 'window'],
  ],
  base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
  learningClock,
  clock: {
    path: '/v2/time',
    time: 'time',
    error: /"errorCode":\s*304\b/,
  },
  messages: {
    login: {
      lifeMs: 10_000,
      path: '/v2/websocket',
      base: ({ time, method, path }) => time + method + path,
      template: { action: 'authenticate', key: '$key', signature: '$sign', timestamp: '#time', window: '#window' },
    },
  },
})
