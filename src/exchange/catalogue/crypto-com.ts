import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import { asBody } from '../spec/envelope.js'
import { hex } from '../spec/outputs.js'
import { milliseconds } from '../spec/times.js'
import { call, callPlace, callText, readCall } from '../special/crypto-com-call.js'

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
  place: /* @__PURE__ */ asBody(callPlace, 'application/json'),
  base: callText,
  // Not the body: names and values stand one behind the other, and where one ends is not signed.
  covers: ['path', 'parameters'],
  params: { into: 'json', wrap: call },
  read: readCall,
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
