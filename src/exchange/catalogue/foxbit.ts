import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, WindowOption } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'
import { readFoxbit, signedQuery } from '../special/foxbit-query.js'

/**
 * Foxbit REST v3, with shared secrets and with Ed25519 keys. The window is not signed, and without one (`recvWindow: 'none'`)
 * the exchange takes a request of any age that is signed with a shared secret. `signMessage('socket')` gives the values of the
 * private socket's login.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.foxbit.com.br/rest/v3/#section/Authentication | Foxbit REST v3, authentication}
 * @see {@link https://docs.foxbit.com.br/websocket/v3/#section/Authentication | Foxbit WebSocket v3, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { foxbit } from 'countersign/exchange/foxbit'
 *
 * const foxbitFetch = createSignedFetch(foxbit({ apiKey: 'key', secret: 'secret', recvWindow: 5_000 }))
 * export const orders = () =>
 *   foxbitFetch('/rest/v3/orders', { params: { market_symbol: 'btcbrl', state: 'ACTIVE' } })
 * ```
 */
export const foxbit: ExchangeFactory<WindowOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'foxbit',
  name: 'Foxbit',
  docs: 'https://docs.foxbit.com.br/rest/v3/#section/Authentication',
  origins: ['https://api.foxbit.com.br'],
  keys: { 'hmac-sha256': hex, ed25519: hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  windowOf,
  window: { default: '10000', max: 60_000, optional: true },
  headers: [
    ['X-FB-ACCESS-KEY', 'key'],
    ['X-FB-ACCESS-TIMESTAMP', 'time'],
    ['X-FB-ACCESS-SIGNATURE', 'sign'],
    ['X-FB-RECEIVE-WINDOW', 'window'],
  ],
  base: ({ time, method, path, query, body }) => time + method + path + signedQuery(query) + body,
  // Where the path ends and the query begins is in nothing that is signed.
  covers: ['method', 'parameters', 'body'],
  body: 'json',
  read: readFoxbit,
  learningClock,
  clock: {
    path: '/rest/v3/system/time',
    time: 'timestamp',
    error: /"code":\s*"?(?:2006|4014)\b/,
  },
  messages: {
    // The page names what is signed and leaves open what the message around it looks like.
    socket: {
      algorithms: ['hmac-sha256'],
      base: ({ time }) => `${time}login`,
      template: { key: '$key', timestamp: '$time', signature: '$sign' },
    },
  },
})
