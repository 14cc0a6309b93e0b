import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly } from '../spec/credentials.js'
import { base64 } from '../spec/outputs.js'
import { canonicalPairs } from '../spec/pairs.js'
import { inQuery, putAs } from '../spec/places.js'
import { utcTime } from '../spec/times.js'
import { encodedTexts, loginText, METHODS, methodOf, readMethod } from '../special/htx-login.js'

const auth = /* @__PURE__ */ inQuery(
  [
    ['AccessKeyId', 'key'],
    ['SignatureMethod', 'algorithm'],
    ['SignatureVersion', '=2'],
    ['Timestamp', 'time'],
  ],
  'Signature',
)

// One socket's login: the same text as a request's, of parameters that stand in the message and not in the URL.
const login = {
  lifeMs: 300_000,
  keyArgs: {
    'hmac-sha256': { signatureMethod: METHODS['hmac-sha256'] },
    ed25519: { signatureMethod: METHODS.ed25519 },
  },
} as const

/**
 * HTX (Huobi) and exchanges of its kind, with HMAC or Ed25519 keys; the host of the request is part of what is signed, so state
 * `origin` for another one. The body of a POST is not signed. `login()` is that of the spot socket `/ws/v2`,
 * `signMessage('contract-login')` that of `api.hbdm.com/linear-swap-notification`; `host` and `path` of either may be given.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://huobiapi.github.io/docs/spot/v1/en/#authentication | HTX API, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { htx } from 'countersign/exchange/htx'
 *
 * const signer = htx({ apiKey: 'key', secret: 'secret' })
 * const htxFetch = createSignedFetch(signer)
 * export const orders = () => htxFetch('/v1/order/openOrders', { params: { symbol: 'btcusdt' } })
 * export const login = () => signer.login().messages
 * export const contractLogin = () => signer.signMessage('contract-login', { host: 'api.hbdm.com', path: '/notification' })
 * ```
 */
export const htx: ExchangeFactory<LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'htx',
  name: 'HTX',
  docs: 'https://huobiapi.github.io/docs/spot/v1/en/#authentication',
  origins: ['https://api.huobi.pro', 'https://api-aws.huobi.pro', 'https://api.hbdm.com', 'https://api.hbdm.vn'],
  keys: { 'hmac-sha256': base64, ed25519: base64 },
  secretKey: checkedSha256Key,
  time: utcTime,
  place: /* @__PURE__ */ putAs({ ...auth, signatureAnywhere: true }, encodedTexts),
  base: ({ method, host, path, query }) => [method, host.toLowerCase(), path, canonicalPairs(query)].join('\n'),
  // Not the query: its names and values are, their order and spelling are not.
  covers: ['method', 'authority', 'path', 'query-parameters'],
  params: { sorted: true, lists: 'comma' },
  read: readMethod,
  learningClock,
  clock: {
    path: '/v1/common/timestamp',
    time: 'data',
    // Among all that makes a signature invalid, with a text and no code.
    error: /[Ii]nvalid submission time/,
    status200: true,
  },
  messages: {
    login: {
      ...login,
      args: { path: '/ws/v2' },
      base: /* @__PURE__ */ loginText('/ws/v2', [
        ['accessKey', 'key'],
        ['signatureMethod', methodOf],
        ['signatureVersion', '=2.1'],
        ['timestamp', 'time'],
      ]),
      template: {
        action: 'req',
        ch: 'auth',
        params: {
          authType: 'api',
          accessKey: '$key',
          signatureMethod: '$signatureMethod',
          signatureVersion: '2.1',
          timestamp: '$time',
          signature: '$sign',
        },
      },
    },
    'contract-login': {
      ...login,
      args: { host: 'api.hbdm.com', path: '/linear-swap-notification' },
      base: /* @__PURE__ */ loginText('/linear-swap-notification', [
        ['AccessKeyId', 'key'],
        ['SignatureMethod', methodOf],
        ['SignatureVersion', '=2'],
        ['Timestamp', 'time'],
      ]),
      template: {
        op: 'auth',
        type: 'api',
        cid: '$cid',
        AccessKeyId: '$key',
        SignatureMethod: '$signatureMethod',
        SignatureVersion: '2',
        Timestamp: '$time',
        Signature: '$sign',
      },
    },
  },
})
