import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { CountersignError } from '../../errors.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { uuids } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'
import { type Draft, fieldOf, targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import type { Place } from '../spec/places.js'
import { milliseconds } from '../spec/times.js'

export { type BitstampResponseOptions, bitstampResponses } from '../families/bitstamp-responses.js'

// "Content-Type should not be present in the string to sign and the headers if there is no body".
const noTypeWithoutBody: Place = {
  parts: ['query'],
  list: [],
  put: (draft) => {
    if (draft.body !== '' || fieldOf(draft, 'content-type') === '') return
    const fields: string[] = []
    for (let i = 0; i < draft.fields.length; i += 2)
      if (draft.fields[i]?.toLowerCase() !== 'content-type') fields.push(...draft.fields.slice(i, i + 2))
    draft.fields = fields
  },
  putSign: () => {},
}
const typeOf = (draft: Draft): string => (draft.body === '' ? '' : fieldOf(draft, 'content-type'))

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
  place: noTypeWithoutBody,
  base: (draft) =>
    `BITSTAMP ${draft.key}${draft.method}${draft.host}${targetOf(draft)}` +
    `${typeOf(draft)}${draft.nonce}${draft.time}v2${draft.body}`,
  covers: ['method', 'authority', 'path', 'query', 'body'],
  params: { into: { GET: 'query', other: 'form' } },
  read: (draft) => {
    // Nothing stands between the path and the type: only a type that is known says where the path ends.
    const type = fieldOf(draft, 'content-type')
    if (draft.body !== '' && type !== 'application/x-www-form-urlencoded' && type !== 'application/json')
      throw new CountersignError('AUTH_MALFORMED', '"Content-Type" must be that of a form, or JSON')
  },
  token: {
    method: 'POST',
    path: '/api/v2/websockets_token/',
    token: 'token',
    template: { event: 'bts:subscribe', data: { channel: '$channel', auth: '$token' } },
    lifeMs: 60_000,
  },
})
