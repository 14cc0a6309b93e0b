import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, ruledExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption, WindowOption } from '../spec/credentials.js'
import { base64, hex } from '../spec/outputs.js'
import { windowOf } from '../spec/receive-window.js'
import { refuses } from '../spec/refusals.js'
import type { ExchangeRules } from '../spec/spec.js'
import { expiresIn, milliseconds } from '../spec/times.js'

/** What Bybit wants signed, and where: for `exchangeScheme`. */
export const bybitRules: ExchangeRules = {
  id: 'bybit',
  name: 'Bybit',
  keys: { 'hmac-sha256': hex, 'rsa-v1_5-sha256': base64 },
  time: milliseconds,
  window: { default: '5000', max: 60_000, optional: true },
  headers: [
    ['X-BAPI-API-KEY', 'key'],
    ['X-BAPI-SIGN', 'sign'],
    ['X-BAPI-TIMESTAMP', 'time'],
    ['X-BAPI-RECV-WINDOW', 'window'],
  ],
  // GET has a query and POST a body; nothing has both.
  base: ({ time, key, window, query, body }) => time + key + window + query + body,
  covers: ['query', 'body'],
}

/**
 * Bybit v5, with HMAC or RSA keys. The receive window is part of what is signed; `recvWindow: 'none'` leaves it to Bybit.
 * The login states when it ends, ten seconds from now.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://bybit-exchange.github.io/docs/v5/guide#authentication | Bybit v5, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bybit } from 'countersign/exchange/bybit'
 *
 * const signer = bybit({ apiKey: 'key', secret: 'secret' })
 * const bybitFetch = createSignedFetch(signer)
 * export const order = () =>
 *   bybitFetch('/v5/order/create', {
 *     method: 'POST',
 *     params: { category: 'spot', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '0.001' },
 *   })
 * export const login = () => signer.login().messages
 * ```
 */
export const bybit: ExchangeFactory<WindowOption & EnvironmentOption<'testnet' | 'demo'>> =
  /* @__PURE__ */ ruledExchange(bybitRules, {
    docs: 'https://bybit-exchange.github.io/docs/v5/guide#authentication',
    origins: [
      'https://api.bybit.com',
      'https://api.bytick.com',
      'https://api.bybit.nl',
      'https://api.bybit.eu',
      'https://api.bybit.kz',
      'https://api.bybit.tr',
    ],
    socketUrl: 'wss://stream.bybit.com/v5/private',
    environments: {
      testnet: {
        origins: ['https://api-testnet.bybit.com'],
        socketUrl: 'wss://stream-testnet.bybit.com/v5/private',
      },
      // "Demo Trading Service": live prices, keys made in demo mode.
      demo: {
        origins: ['https://api-demo.bybit.com'],
        socketUrl: 'wss://stream-demo.bybit.com/v5/private',
      },
    },
    secretKey: checkedSha256Key,
    windowOf,
    body: 'json',
    params: { lists: 'comma' },
    // The window stands before the query: a digit could be of either.
    read: /* @__PURE__ */ refuses({ query: /^\d/ }, 'the query must not start with a digit'),
    learningClock,
    clock: {
      path: '/v5/market/time',
      time: 'time',
      error: /"retCode":\s*10002\b/,
      status200: true,
    },
    messages: {
      login: {
        time: expiresIn(10_000, milliseconds),
        base: ({ time }) => `GET/realtime${time}`,
        template: { req_id: '$reqId', op: 'auth', args: ['$key', '#time', '$sign'] },
      },
    },
  })
