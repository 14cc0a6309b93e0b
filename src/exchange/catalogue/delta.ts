import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { seconds } from '../spec/times.js'

/**
 * Delta Exchange, global and India: REST and the login of the WebSocket. A signature is good for five seconds. The exchange wants
 * a `User-Agent`, which browsers and Node.js send by themselves.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.delta.exchange/#authentication | Delta Exchange API, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { delta } from 'countersign/exchange/delta'
 *
 * const signer = delta({ apiKey: 'key', secret: 'secret', origin: 'https://api.india.delta.exchange' })
 * const deltaFetch = createSignedFetch(signer)
 * export const orders = () => deltaFetch('/v2/orders', { params: { product_ids: '27', state: 'open' } })
 * export const login = () => signer.login().messages
 * ```
 */
export const delta: ExchangeFactory<EnvironmentOption<'testnet'>> = /* @__PURE__ */ exchangeFactory({
  id: 'delta',
  name: 'Delta Exchange',
  docs: 'https://docs.delta.exchange/#authentication',
  origins: ['https://api.delta.exchange', 'https://api.india.delta.exchange'],
  environments: {
    // Global and India, as the live ones.
    testnet: {
      origins: ['https://testnet-api.delta.exchange', 'https://cdn-ind.testnet.deltaex.org'],
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: seconds,
  headers: [
    ['api-key', 'key'],
    ['timestamp', 'time'],
    ['signature', 'sign'],
  ],
  base: (draft) => draft.method + draft.time + targetOf(draft) + draft.body,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
  learningClock,
  clock: { error: /SignatureExpired|expired_signature/ },
  messages: {
    login: {
      lifeMs: 5_000,
      path: '/live',
      base: ({ method, time, path }) => method + time + path,
      template: { type: 'key-auth', payload: { 'api-key': '$key', signature: '$sign', timestamp: '$time' } },
    },
  },
})
