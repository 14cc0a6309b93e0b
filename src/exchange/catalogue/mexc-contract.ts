import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { notBoth } from '../spec/bases.js'
import type { LiveOnly } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'
import { canonicalPairs } from '../spec/pairs.js'
import { milliseconds } from '../spec/times.js'

/**
 * MEXC futures, contract v1, and the login of its WebSocket; `login({ subscribe: false })` switches the pushes off that follow
 * it. A receive window is not signed: state it as the field `Recv-Window`, in seconds.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.mexc.com/api-docs/futures/integration-guide | MEXC Futures, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { mexcContract } from 'countersign/exchange/mexc-contract'
 *
 * const signer = mexcContract({ apiKey: 'key', secret: 'secret' })
 * const mexcFetch = createSignedFetch(signer)
 * export const positions = () =>
 *   mexcFetch('/api/v1/private/position/open_positions', { params: { symbol: 'BTC_USDT' } })
 * export const login = () => signer.login().messages
 * ```
 */
export const mexcContract: ExchangeFactory<LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'mexc-contract',
  name: 'MEXC contract',
  docs: 'https://www.mexc.com/api-docs/futures/integration-guide',
  origins: ['https://contract.mexc.com', 'https://api.mexc.com'],
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  headers: [
    ['ApiKey', 'key'],
    ['Request-Time', 'time'],
    ['Signature', 'sign'],
  ],
  // GET and DELETE: the query by name, encoded again by the server, spaces as %20. POST: the JSON as it is.
  base: /* @__PURE__ */ notBoth(({ key, time, query, body }) => key + time + canonicalPairs(query) + body),
  // Not the query: its names and values are, their order and spelling are not.
  covers: ['query-parameters', 'body'],
  body: 'json',
  params: { sorted: true, lists: 'comma' },
  learningClock,
  clock: {
    path: '/api/v1/contract/ping',
    time: 'data',
    error: /"code":\s*513\b/,
    status200: true,
  },
  messages: {
    login: {
      lifeMs: 10_000,
      base: ({ key, time }) => key + time,
      template: {
        subscribe: '$subscribe',
        method: 'login',
        param: { apiKey: '$key', reqTime: '$time', signature: '$sign' },
      },
    },
  },
})
