import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, WindowOption } from '../spec/credentials.js'
import { base64 } from '../spec/outputs.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'
import { poloniexText } from '../special/poloniex-text.js'

/**
 * Poloniex: spot, futures v3, and the login of their WebSockets. The receive window is not signed.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://api-docs.poloniex.com/spot/api/#authentication | Poloniex, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { poloniex } from 'countersign/exchange/poloniex'
 *
 * const signer = poloniex({ apiKey: 'key', secret: 'secret' })
 * const poloniexFetch = createSignedFetch(signer)
 * export const orders = () => poloniexFetch('/orders', { params: { symbol: 'BTC_USDT', limit: 5 } })
 * export const login = () => signer.login().messages
 * ```
 */
export const poloniex: ExchangeFactory<WindowOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'poloniex',
  name: 'Poloniex',
  docs: 'https://api-docs.poloniex.com/spot/api/#authentication',
  origins: ['https://api.poloniex.com'],
  keys: { 'hmac-sha256': base64 },
  secretKey: checkedSha256Key,
  time: milliseconds,
  windowOf,
  window: { default: '', max: 60_000 },
  headers: [
    ['key', 'key'],
    ['signTimestamp', 'time'],
    ['signature', 'sign'],
    ['recvWindow', 'window'],
  ],
  base: poloniexText,
  // Not the query: its names and values are, their order and spelling are not.
  covers: ['method', 'path', 'query-parameters', 'body'],
  body: 'json',
  params: { lists: 'comma', into: { GET: 'query', other: 'json' } },
  learningClock,
  clock: {
    path: '/timestamp',
    time: 'serverTime',
    error: /recvWindow|signTimestamp/i,
  },
  messages: {
    login: {
      path: '/ws',
      base: ({ method, path, time }) => [method, path, `signTimestamp=${time}`].join('\n'),
      template: {
        event: 'subscribe',
        channel: ['auth'],
        params: {
          key: '$key',
          signTimestamp: '$time',
          signature: '$sign',
          signatureMethod: 'HmacSHA256',
          signatureVersion: '2',
        },
      },
    },
  },
})
