import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, ruledExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption, WindowOption } from '../spec/credentials.js'
import { anyHex, base64 } from '../spec/outputs.js'
import { inQueryOrForm } from '../spec/places.js'
import { windowOf } from '../spec/receive-window.js'
import type { ExchangeRules } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'
import { callBase } from '../special/binance-call.js'

const signedParams = { apiKey: '$key', recvWindow: '#window', timestamp: '#time', signature: '$sign' }

/** What Binance wants signed, and where: for `exchangeScheme`. */
export const binanceRules: ExchangeRules = {
  id: 'binance',
  name: 'Binance',
  // api_key_types.md: the case of hexadecimal is not looked at, that of base64 is.
  keys: { 'hmac-sha256': anyHex, ed25519: base64, 'rsa-v1_5-sha256': base64 },
  time: milliseconds,
  // rest-api.md, "Timing security": up to three decimal places, for microseconds.
  window: { default: '', max: 60_000, decimals: true },
  headers: [['X-MBX-APIKEY', 'key']],
  place: inQueryOrForm(
    [
      ['recvWindow', 'window'],
      ['timestamp', 'time'],
    ],
    'signature',
  ),
  // The two texts follow each other without "&", so it is not proven which of them a character stood in.
  base: ({ query, body }) => query + body,
  covers: ['parameters'],
  onlyForms: true,
}

/**
 * Binance: spot, USD-M and COIN-M futures, options, portfolio margin. `signMessage('call', { id, method, params })` signs a
 * request of the WebSocket API, `login()` is its `session.logon` (Ed25519 keys only), `signMessage('subscribe', { id })` subscribes to
 * the account's own events, and `signMessage('fix', { sender, target, sequence, sendingTime })` is the signature of a FIX logon.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md | Binance Spot API, request security}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { binance } from 'countersign/exchange/binance'
 *
 * const binanceFetch = createSignedFetch(binance({ apiKey: 'key', secret: 'secret' }))
 * export const order = () =>
 *   binanceFetch('/api/v3/order', {
 *     method: 'POST',
 *     params: { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' },
 *   })
 * ```
 */
export const binance: ExchangeFactory<WindowOption & EnvironmentOption<'testnet' | 'demo'>> =
  /* @__PURE__ */ ruledExchange(binanceRules, {
    docs: 'https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security',
    origins: [
      'https://api.binance.com',
      'https://api1.binance.com',
      'https://api2.binance.com',
      'https://api3.binance.com',
      'https://api4.binance.com',
      'https://api-gcp.binance.com',
      'https://fapi.binance.com',
      'https://dapi.binance.com',
      'https://eapi.binance.com',
      'https://papi.binance.com',
    ],
    socketUrl: 'wss://ws-api.binance.com/ws-api/v3',
    environments: {
      // Spot Test Network: /api only, no /sapi; the second host is that of futures.
      testnet: {
        origins: ['https://testnet.binance.vision', 'https://testnet.binancefuture.com'],
        socketUrl: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
      },
      // "Demo Mode": live prices, keys made at demo.binance.com; hosts as in ccxt 4.5.84, "demo".
      demo: {
        origins: ['https://demo-api.binance.com', 'https://demo-fapi.binance.com', 'https://demo-dapi.binance.com'],
        socketUrl: 'wss://demo-ws-api.binance.com/ws-api/v3',
      },
    },
    secretKey: checkedSha256Key,
    windowOf,
    // "batchOrders" (options: "orders") is a "list<JSON>".
    params: { into: 'query', lists: 'json', objects: ['batchOrders', 'orders'] },
    learningClock,
    clock: {
      path: '/api/v3/time',
      time: 'serverTime',
      error: /"code":\s*-1021\b/,
    },
    messages: {
      login: {
        algorithms: ['ed25519'],
        base: callBase,
        template: { id: '$id', method: 'session.logon', params: signedParams },
      },
      call: { base: callBase, template: { id: '$id', method: '$method', params: { $params: '', ...signedParams } } },
      // Listen keys ended on 2026-02-20; this one takes keys of every type and needs no session.
      subscribe: {
        base: callBase,
        template: { id: '$id', method: 'userDataStream.subscribe.signature', params: signedParams },
      },
      fix: {
        algorithms: ['ed25519'],
        base: ({ options }) =>
          ['A', options['sender'], options['target'], options['sequence'], options['sendingTime']].join('\u0001'),
        template: '$sign',
      },
    },
  })
