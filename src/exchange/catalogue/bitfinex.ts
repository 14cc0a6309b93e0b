import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'
import { asBody } from '../spec/envelope.js'
import { hex } from '../spec/outputs.js'
import { emptyObject } from '../spec/placements.js'
import { checkedSha384Key } from '../spec/secrets.js'
import { readPayload } from '../special/bitfinex-login.js'

/**
 * Bitfinex v2: REST and the login of the WebSocket. Authenticated calls are POST with JSON. Signed is the path with `/api`
 * before it. The nonce, microseconds as with the exchange's own libraries, increases with every request of a key, REST and socket
 * alike: a second program needs a second key.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.bitfinex.com/docs/rest-auth | Bitfinex API, authenticated endpoints}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitfinex } from 'countersign/exchange/bitfinex'
 *
 * const signer = bitfinex({ apiKey: 'key', secret: 'secret' })
 * const bitfinexFetch = createSignedFetch(signer)
 * export const wallets = () => bitfinexFetch('/v2/auth/r/wallets', { method: 'POST' })
 * export const login = () => signer.login().messages
 * ```
 */
export const bitfinex: ExchangeFactory<NoncesOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'bitfinex',
  name: 'Bitfinex',
  docs: 'https://docs.bitfinex.com/docs/rest-auth',
  origins: ['https://api.bitfinex.com'],
  keys: { 'hmac-sha384': hex },
  secretKey: checkedSha384Key,
  nonce: increasing('us'),
  headers: [
    ['bfx-nonce', 'nonce'],
    ['bfx-apikey', 'key'],
    ['bfx-signature', 'sign'],
  ],
  // "rest-auth": a call without parameters has the body {}.
  place: /* @__PURE__ */ asBody(emptyObject, 'application/json'),
  base: ({ path, nonce, body }) => `/api${path}${nonce}${body}`,
  covers: ['path', 'body'],
  body: 'json',
  messages: {
    login: {
      base: ({ nonce }) => `AUTH${nonce}`,
      template: { event: 'auth', apiKey: '$key', authSig: '$sign', authNonce: '#nonce', authPayload: '$payload' },
      read: readPayload,
    },
  },
})
