import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption, VariantOption } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'
import { base64urlSecret } from '../spec/secrets.js'
import { expiresIn, seconds } from '../spec/times.js'

/**
 * Phemex. A request states when it ends, a minute from now; so does the login. The method is not part of what is signed.
 *
 * The document decodes the secret from URL-safe base64, the official samples and all clients take its characters:
 * `variant: 'base64url-secret'` is the former.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://phemex-docs.github.io/#rest-request-header | Phemex, REST request header}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { phemex } from 'countersign/exchange/phemex'
 *
 * const signer = phemex({ apiKey: 'key', secret: 'secret' })
 * const phemexFetch = createSignedFetch(signer)
 * export const orders = () =>
 *   phemexFetch('/orders/activeList', { params: { symbol: 'BTCUSD', ordStatus: ['New', 'PartiallyFilled'] } })
 * export const login = () => signer.login().messages
 * ```
 */
export const phemex: ExchangeFactory<VariantOption<'base64url-secret'> & EnvironmentOption<'testnet'>> =
  /* @__PURE__ */ exchangeFactory(
    {
      id: 'phemex',
      name: 'Phemex',
      docs: 'https://phemex-docs.github.io/#rest-request-header',
      origins: ['https://api.phemex.com', 'https://vapi.phemex.com'],
      socketUrl: 'wss://ws.phemex.com',
      environments: {
        testnet: {
          origins: ['https://testnet-api.phemex.com'],
          socketUrl: 'wss://testnet-api.phemex.com/ws',
        },
      },
      keys: { 'hmac-sha256': hex },
      secretKey: checkedSha256Key,
      time: /* @__PURE__ */ expiresIn(60_000, seconds),
      headers: [
        ['x-phemex-access-token', 'key'],
        ['x-phemex-request-expiry', 'time'],
        ['x-phemex-request-signature', 'sign'],
      ],
      // The query without "?", and no method.
      base: ({ path, query, time, body }) => path + query + time + body,
      // Where the path ends and the query begins is in nothing that is signed.
      covers: ['parameters', 'body'],
      body: 'json',
      // PUT amends an order by its query.
      params: { into: { POST: 'json', other: 'query' } },
      learningClock,
      clock: {
        path: '/public/time',
        time: 'data.serverTime',
        error: /\bexpired\b/i,
      },
      messages: {
        login: {
          args: { id: 1 },
          base: ({ key, time }) => key + time,
          template: { id: '$id', method: 'user.auth', params: ['API', '$key', '$sign', '#time'] },
        },
      },
    },
    {
      'base64url-secret': { secret: base64urlSecret },
    },
  )
