import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { fail } from '../../errors.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { callOf } from '../spec/call-body.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { asBody } from '../spec/envelope.js'
import { isObject, readJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import { hex } from '../spec/outputs.js'
import { inJson, type Place } from '../spec/places.js'
import { milliseconds } from '../spec/times.js'

// Only the answer repeats the id, and over HTTP it is clear what an answer belongs to.
const call = /* @__PURE__ */ callOf('/exchange/v1/', { id: 1, method: '$call', params: '$params' })

const MAX_LEVEL = 3

/** "Digital Signature": names in ascending order, each followed by its value, without anything between. */
function paramText(value: unknown, level: number): string {
  if (typeof value !== 'object' || value === null) return String(value)
  // The page's two programs disagree from here on: one goes on, the other prints the object.
  if (level >= MAX_LEVEL) fail('MESSAGE_MALFORMED', `the parameters must have at most ${MAX_LEVEL} levels`)
  if (!isObject(value)) return (value as readonly unknown[]).map((one) => paramText(one, level + 1)).join('')
  return Object.keys(value)
    .sort()
    .map((name) => name + paramText(value[name], isObject(value[name]) ? level + 1 : level))
    .join('')
}

function baseOf({ path, body, key, time }: Draft): string {
  const { name, params, members } = call.read(path, readJson(body, true), ['api_key', 'nonce', 'sig'])
  if (typeof members['id'] !== 'string')
    fail('MESSAGE_MALFORMED', 'the body must have an "id" that is text or a number')
  return name + members['id'] + key + paramText(params, 0) + time
}

const members = inJson(
  [
    ['api_key', 'key'],
    ['nonce', 'time'],
  ],
  'sig',
  false,
  ['nonce'],
)
const place: Place = {
  ...members,
  put: (draft, params) => {
    if (draft.body === '' && draft.method !== 'GET') draft.body = JSON.stringify(call.write(draft.path, {}))
    members.put(draft, params)
  },
}

/**
 * Crypto.com Exchange v1: REST and the login of the WebSocket. Private calls are POST with JSON; `params` and `json` become the
 * `params` inside `{ id, method, params }`. What is signed has nothing between names and values, so it does not tell
 * `{"a":"1b2"}` from `{"a":"1","b":"2"}`. Numbers go as text (`'0.1'`), which the exchange recommends.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://exchange-docs.crypto.com/exchange/v1/rest-ws/index.html#digital-signature | Crypto.com Exchange API, digital signature}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { cryptoCom } from 'countersign/exchange/crypto-com'
 *
 * const signer = cryptoCom({ apiKey: 'key', secret: 'secret' })
 * const cryptoComFetch = createSignedFetch(signer)
 * export const order = () =>
 *   cryptoComFetch('/exchange/v1/private/create-order', {
 *     method: 'POST',
 *     params: { instrument_name: 'BTCUSD-PERP', side: 'SELL', type: 'LIMIT', price: '50000.5', quantity: '1' },
 *   })
 * export const login = () => signer.login().messages
 * ```
 */
export const cryptoCom: ExchangeFactory<EnvironmentOption<'sandbox'>> = /* @__PURE__ */ exchangeFactory({
  id: 'crypto-com',
  name: 'Crypto.com',
  docs: 'https://exchange-docs.crypto.com/exchange/v1/rest-ws/index.html#digital-signature',
  origins: ['https://api.crypto.com'],
  socketUrl: 'wss://stream.crypto.com/exchange/v1/user',
  environments: {
    // "UAT Sandbox".
    sandbox: {
      origins: ['https://uat-api.3ona.co'],
      socketUrl: 'wss://uat-stream.3ona.co/exchange/v1/user',
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  place: /* @__PURE__ */ asBody(place, 'application/json'),
  base: baseOf,
  // Not the body: names and values stand one behind the other, and where one ends is not signed.
  covers: ['path', 'parameters'],
  params: { into: 'json', wrap: call },
  read: (draft) => {
    assertNoQuery(draft)
    const { id, method } = Object(readJson(draft.body, true)) as Readonly<Record<string, unknown>>
    // Method, id and key stand one behind the other, too.
    if (!/^\d+$/.test(String(id)) || !/^[a-z][a-z/-]*$/.test(String(method)))
      fail('AUTH_MALFORMED', '"id" must be a whole number and "method" words without digits')
  },
  learningClock,
  clock: { error: /"code":\s*(?:40102|10007)\b/ },
  messages: {
    login: {
      lifeMs: 60_000,
      args: { id: 1 },
      base: ({ key, time, options }) => `public/auth${options['id']}${key}${time}`,
      template: { id: '$id', method: 'public/auth', api_key: '$key', sig: '$sign', nonce: '#time' },
    },
  },
})
