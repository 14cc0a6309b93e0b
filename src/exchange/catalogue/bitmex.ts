import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { ClosedOption, EnvironmentOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { refuses } from '../spec/refusals.js'
import { expiresIn, seconds } from '../spec/times.js'

/**
 * BitMEX, which closed on 2026-09-23. Its signer is for archives and tests: it is made with `allowClosed: true` only.
 *
 * A request states when it ends, half a minute from now; so does the login of the socket. In a query lists are JSON,
 * and so is the object of a `filter`.
 *
 * Checked against pybotters and the vectors of its page on 2026-11-28.
 *
 * @see {@link https://www.bitmex.com/app/apiKeysUsage | BitMEX, API keys usage}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitmex } from 'countersign/exchange/bitmex'
 *
 * const signer = bitmex({ apiKey: 'key', secret: 'secret', allowClosed: true })
 * const bitmexFetch = createSignedFetch(signer)
 * export const orders = () => bitmexFetch('/api/v1/order', { params: { filter: { open: true } } })
 * export const login = () => signer.login().messages
 * ```
 */
export const bitmex: ExchangeFactory<EnvironmentOption<'testnet'> & ClosedOption> = /* @__PURE__ */ exchangeFactory({
  id: 'bitmex',
  name: 'BitMEX',
  docs: 'https://www.bitmex.com/app/apiKeysUsage',
  end: { state: 'closed', on: '2026-09-23', detail: 'closed on 2026-09-23 at 04:00 UTC' },
  origins: ['https://www.bitmex.com'],
  socketUrl: 'wss://ws.bitmex.com/realtime',
  environments: {
    testnet: {
      origins: ['https://testnet.bitmex.com'],
      socketUrl: 'wss://ws.testnet.bitmex.com/realtime',
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: expiresIn(30_000, seconds),
  headers: [
    ['api-expires', 'time'],
    ['api-key', 'key'],
    ['api-signature', 'sign'],
  ],
  base: (draft) => draft.method + targetOf(draft) + draft.time + draft.body,
  covers: ['method', 'path', 'query', 'body'],
  // DELETE takes its parameters in the body.
  params: { lists: 'json', objects: ['filter'], into: { GET: 'query', HEAD: 'query', other: 'json' } },
  // The time stands between URL and body: neither may look like a part of it, nor like a part of the other.
  read: /* @__PURE__ */ refuses(
    { path: /[{"]/, query: /[{"]/, body: /^[^{[A-Za-z]/ },
    'the URL must be percent-encoded, and the body JSON or a form',
  ),
  learningClock,
  clock: {
    path: '/api/v1',
    time: 'timestamp',
    error: /request has expired/,
  },
  messages: {
    login: {
      base: ({ time }) => `GET/realtime${time}`,
      template: { op: 'authKeyExpires', args: ['$key', '#time', '$sign'] },
    },
  },
})
