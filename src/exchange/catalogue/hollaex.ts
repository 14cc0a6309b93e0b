import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { expiresIn, seconds } from '../spec/times.js'

/**
 * HollaEx and exchanges built with its kit (state theirs as `origin`): REST and the login of the WebSocket, which stands in
 * the query of its URL. The time says until when a request is good: a minute, as with the exchange's own library.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://apidocs.hollaex.com/#authentication | HollaEx API, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { hollaex } from 'countersign/exchange/hollaex'
 *
 * const signer = hollaex({ apiKey: 'key', secret: 'secret' })
 * const hollaexFetch = createSignedFetch(signer)
 * export const balance = () => hollaexFetch('/v2/user/balance')
 * export const socket = () => new WebSocket(`wss://api.hollaex.com/stream?${signer.login().query}`)
 * ```
 */
export const hollaex: ExchangeFactory<EnvironmentOption<'sandbox'>> = /* @__PURE__ */ exchangeFactory({
  id: 'hollaex',
  name: 'HollaEx',
  docs: 'https://apidocs.hollaex.com/#authentication',
  origins: ['https://api.hollaex.com'],
  socketUrl: 'wss://api.hollaex.com/stream',
  environments: {
    sandbox: {
      origins: ['https://api.sandbox.hollaex.com'],
      socketUrl: 'wss://api.sandbox.hollaex.com/stream',
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: expiresIn(60_000, seconds),
  headers: [
    ['api-key', 'key'],
    ['api-signature', 'sign'],
    ['api-expires', 'time'],
  ],
  base: (draft) => draft.method + targetOf(draft) + draft.time + draft.body,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
  learningClock,
  clock: { error: /API request is expired/ },
  messages: {
    login: {
      path: '/stream',
      base: ({ path, time }) => `CONNECT${path}${time}`,
      query: [
        ['api-key', 'key'],
        ['api-signature', 'sign'],
        ['api-expires', 'time'],
      ],
    },
  },
})
