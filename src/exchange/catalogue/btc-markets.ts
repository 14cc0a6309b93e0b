import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly } from '../spec/credentials.js'
import { base64 } from '../spec/outputs.js'
import { base64Secret, checkedSha512Key } from '../spec/secrets.js'
import { milliseconds } from '../spec/times.js'

/**
 * BTC Markets v3. The query is not signed. On the socket every subscription carries the signature: `login()` is one, of the
 * channels it is given.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.btcmarkets.net/#section/Authentication | BTC Markets API v3, authentication}
 * @see {@link https://docs.btcmarkets.net/#tag/WS_Overview | BTC Markets WebSocket v2}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { btcMarkets } from 'countersign/exchange/btc-markets'
 *
 * const signer = btcMarkets({ apiKey: 'key', secret: 'c2VjcmV0IQ==' })
 * const btcMarketsFetch = createSignedFetch(signer)
 * export const orders = () => btcMarketsFetch('/v3/orders', { params: { status: 'open' } })
 * export const subscribe = () => signer.login({ marketIds: ['BTC-AUD'], channels: ['orderChange', 'heartbeat'] }).messages
 * ```
 */
export const btcMarkets: ExchangeFactory<LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'btc-markets',
  name: 'BTC Markets',
  docs: 'https://docs.btcmarkets.net/#section/Authentication',
  origins: ['https://api.btcmarkets.net'],
  keys: { 'hmac-sha512': base64 },
  secretKey: checkedSha512Key,
  secret: base64Secret,
  time: milliseconds,
  headers: [
    ['BM-AUTH-APIKEY', 'key'],
    ['BM-AUTH-TIMESTAMP', 'time'],
    ['BM-AUTH-SIGNATURE', 'sign'],
  ],
  base: ({ method, path, time, body }) => method + path + time + body,
  covers: ['method', 'path', 'body'],
  body: 'json',
  learningClock,
  clock: {
    path: '/v3/time',
    time: 'timestamp',
    unit: 'iso',
    error: /InvalidAuthTimestamp/,
  },
  messages: {
    login: {
      base: ({ time }) => `/users/self/subscribe\n${time}`,
      template: {
        marketIds: '$marketIds',
        channels: '$channels',
        key: '$key',
        signature: '$sign',
        timestamp: '#time',
        messageType: 'subscribe',
      },
    },
  },
})
