import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { EnvironmentOption, WindowOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'
import { authorization, readAuthorization } from '../special/hitbtc-authorization.js'

/**
 * HitBTC v3: REST and the login of its socket.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://api.hitbtc.com/#hs256 | HitBTC API v3, HS256}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { hitbtc } from 'countersign/exchange/hitbtc'
 *
 * const signer = hitbtc({ apiKey: 'key', secret: 'secret' })
 * const hitbtcFetch = createSignedFetch(signer)
 * export const orders = () => hitbtcFetch('/api/3/spot/order', { params: { symbol: 'ETHBTC' } })
 * export const login = () => signer.login().messages
 * ```
 */
export const hitbtc: ExchangeFactory<WindowOption & EnvironmentOption<'demo'>> = /* @__PURE__ */ exchangeFactory({
  id: 'hitbtc',
  name: 'HitBTC',
  docs: 'https://api.hitbtc.com/#hs256',
  origins: ['https://api.hitbtc.com'],
  socketUrl: 'wss://api.hitbtc.com/api/3/ws/trading',
  environments: {
    demo: {
      origins: ['https://api.demo.hitbtc.com'],
      socketUrl: 'wss://api.demo.hitbtc.com/api/3/ws/trading',
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  // 10000 where nothing is given.
  windowOf,
  window: { default: '', max: 60_000 },
  headers: [['Authorization', authorization, /^HS256 (?<sign>\S+)$/]],
  base: (draft) => draft.method + targetOf(draft) + draft.body + draft.time + draft.window,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
  params: { lists: 'comma' },
  read: readAuthorization,
  messages: {
    login: {
      lifeMs: 10_000,
      base: ({ time, window }) => time + window,
      template: {
        method: 'login',
        params: { type: 'HS256', api_key: '$key', timestamp: '#time', window: '#window', signature: '$sign' },
        id: '$id',
      },
    },
  },
})
