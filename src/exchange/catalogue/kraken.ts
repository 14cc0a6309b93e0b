import { hash } from '#backend/hash'
import { concatBytes } from '../../crypto/encoding.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'
import { asBody } from '../spec/envelope.js'
import { base64 } from '../spec/outputs.js'
import { base64Secret, checkedSha512Key } from '../spec/secrets.js'
import { nonceFirst, pathBytes } from '../special/kraken-nonce.js'

/**
 * Kraken spot. Private calls are POST; the nonce increases with every request of a key. WebSocket v1 and v2 show a token,
 * which `login()` fetches with a signed request.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.kraken.com/api/docs/guides/spot-rest-auth | Kraken, Spot REST authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { kraken } from 'countersign/exchange/kraken'
 *
 * const krakenFetch = createSignedFetch(kraken({ apiKey: 'key', secret: 'c2VjcmV0IQ==' }))
 * export const order = () =>
 *   krakenFetch('/0/private/AddOrder', {
 *     method: 'POST',
 *     params: { ordertype: 'limit', pair: 'XBTUSD', price: '37500', type: 'buy', volume: '1.25' },
 *   })
 * ```
 */
export const kraken: ExchangeFactory<NoncesOption & LiveOnly> = /* @__PURE__ */ tokenExchange({
  id: 'kraken',
  name: 'Kraken',
  docs: 'https://docs.kraken.com/api/docs/guides/spot-rest-auth',
  origins: ['https://api.kraken.com'],
  keys: { 'hmac-sha512': base64 },
  secretKey: checkedSha512Key,
  secret: base64Secret,
  nonce: increasing('ms'),
  headers: [
    ['API-Key', 'key'],
    ['API-Sign', 'sign'],
  ],
  place: asBody(nonceFirst, 'application/x-www-form-urlencoded'),
  base: ({ path, nonce, body }) => concatBytes(pathBytes(path), hash('sha256', nonce + body)),
  covers: ['path', 'body'],
  params: { into: 'form' },
  token: {
    method: 'POST',
    path: '/0/private/GetWebSocketsToken',
    token: 'result.token',
    template: { method: '$method', params: { $params: '', token: '$token' }, req_id: '$id' },
    lifeMs: 900_000,
  },
})
