import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { uuids } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { noTypeWithoutBody } from '../spec/placements.js'
import { milliseconds } from '../spec/times.js'
import { readType, typeOf } from '../special/bitstamp-type.js'

export { type BitstampResponseOptions, bitstampResponses } from '../families/bitstamp-responses.js'

/**
 * Bitstamp v2. A nonce is used once within 150 seconds. The WebSocket's private channels show a token, which `login()` fetches
 * with a signed request: state the channel with the user's id, which is in the same answer. The exchange signs what it answers:
 * see {@link bitstampResponses}.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.bitstamp.net/api/#section/What-is-API/Authentication | Bitstamp API, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitstamp, bitstampResponses } from 'countersign/exchange/bitstamp'
 *
 * const signer = bitstamp({ apiKey: 'key', secret: 'secret' })
 * const bitstampFetch = createSignedFetch(signer, { response: bitstampResponses(signer) })
 * export const buy = () =>
 *   bitstampFetch('/api/v2/buy/btcusd/', { method: 'POST', params: { amount: '0.1', price: '50000' } })
 * ```
 */
export const bitstamp: ExchangeFactory<NoncesOption & EnvironmentOption<'sandbox'>> = /* @__PURE__ */ tokenExchange({
  id: 'bitstamp',
  name: 'Bitstamp',
  docs: 'https://www.bitstamp.net/api/#section/What-is-API/Authentication',
  origins: ['https://www.bitstamp.net'],
  environments: {
    sandbox: {
      origins: ['https://sandbox.bitstamp.net'],
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  nonce: uuids,
  headers: [
    ['X-Auth', ({ key }) => `BITSTAMP ${key}`, /^BITSTAMP (?<key>\S+)$/],
    ['X-Auth-Signature', 'sign'],
    ['X-Auth-Nonce', 'nonce'],
    ['X-Auth-Timestamp', 'time'],
    ['X-Auth-Version', '=v2'],
  ],
  // "Content-Type should not be present in the string to sign and the headers if there is no body".
  place: noTypeWithoutBody,
  base: (draft) =>
    `BITSTAMP ${draft.key}${draft.method}${draft.host}${targetOf(draft)}` +
    `${typeOf(draft)}${draft.nonce}${draft.time}v2${draft.body}`,
  covers: ['method', 'authority', 'path', 'query', 'body'],
  params: { into: { GET: 'query', other: 'form' } },
  read: readType,
  token: {
    method: 'POST',
    path: '/api/v2/websockets_token/',
    token: 'token',
    template: { event: 'bts:subscribe', data: { channel: '$channel', auth: '$token' } },
    lifeMs: 60_000,
  },
})
