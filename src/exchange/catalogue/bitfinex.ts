import { CountersignError } from '../../errors.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { asBody } from '../spec/envelope.js'
import { hex } from '../spec/outputs.js'
import type { Place } from '../spec/places.js'
import { checkedSha384Key } from '../spec/secrets.js'

// "rest-auth": a call without parameters has the body {}.
const neverEmpty: Place = {
  parts: ['json'],
  list: [],
  put: (draft) => {
    if (draft.body === '' && draft.method === 'POST') draft.body = '{}'
  },
  putSign: () => {},
}
const authBase = ({ nonce }: Draft): string => `AUTH${nonce}`

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
  place: /* @__PURE__ */ asBody(neverEmpty, 'application/json'),
  base: ({ path, nonce, body }) => `/api${path}${nonce}${body}`,
  covers: ['path', 'body'],
  body: 'json',
  messages: {
    login: {
      base: authBase,
      read: (draft) => {
        if (draft.payload !== authBase(draft))
          throw new CountersignError('AUTH_MALFORMED', '"authPayload" is not that of "authNonce"')
      },
      template: { event: 'auth', apiKey: '$key', authSig: '$sign', authNonce: '#nonce', authPayload: '$payload' },
    },
  },
})
