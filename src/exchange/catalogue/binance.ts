import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { CountersignError } from '../../errors.js'
import { refuseValue, scalarText } from '../../message/values.js'
import { type ExchangeFactory, ruledExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption, WindowOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { anyHex, base64 } from '../spec/outputs.js'
import { inQueryOrForm } from '../spec/places.js'
import { windowOf } from '../spec/receive-window.js'
import type { ExchangeRules } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'

// web-socket-api.md, "SIGNED request security": every parameter but the signature, by name, as it is: no percent-encoding.
// A list or an object has no text there: what would be signed of it is not what is sent.
const callBase = ({ key, time, window, options, sign }: Draft): string => {
  const own = { ...(options['params'] as object | undefined), apiKey: key, timestamp: time }
  const all: Record<string, unknown> = window === '' ? own : { ...own, recvWindow: window }
  return Object.keys(all)
    .filter((name) => all[name] !== undefined)
    .sort()
    .map((name) => `${name}=${textIn(`args.params.${name}`, all[name], sign)}`)
    .join('&')
}
/** The text of a parameter; `sign` is empty while a message is made, and there where one is read. */
function textIn(name: string, value: unknown, sign: string): string {
  if (sign === '') return scalarText(name, value) ?? refuseValue(name, value, 'text, a number or a boolean')
  if (/^(?:string|number|boolean)$/.test(typeof value)) return String(value)
  throw new CountersignError('AUTH_MALFORMED', 'a message must have parameters that are text, numbers or booleans')
}
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
 * Binance: spot, USD-M and COIN-M futures, options, portfolio margin. `message('call', { id, method, params })` signs a
 * request of the WebSocket API, `login()` is its `session.logon` (Ed25519 keys only), `message('subscribe', { id })` subscribes to
 * the account's own events, and `message('fix', { sender, target, sequence, sendingTime })` is the signature of a FIX logon.
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
      ...['api1', 'api2', 'api3', 'api4', 'api-gcp', 'fapi', 'dapi', 'eapi', 'papi'].map(
        (host) => `https://${host}.binance.com`,
      ),
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
