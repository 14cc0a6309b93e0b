import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { increasing } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption, VariantOption } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'
import { checkedSha384Key } from '../spec/secrets.js'
import type { Header } from '../spec/spec.js'
import { seconds } from '../spec/times.js'
import { emptyEnvelope, envelope, readEnvelope } from '../special/gemini-envelope.js'

const headers: readonly Header[] = [
  ['X-GEMINI-APIKEY', 'key'],
  ['X-GEMINI-PAYLOAD', 'payload'],
  ['X-GEMINI-SIGNATURE', 'sign'],
]

/**
 * Gemini: REST, and the upgrade request of the order events' WebSocket. Private calls are POST; what would be the body is sent
 * and signed in a header, and the body is empty.
 *
 * The nonce increases with every request of a key. For a key that "uses a time based nonce" state `variant: 'time-nonce'`: it
 * is then the seconds, and good for half a minute.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://developer.gemini.com/authentication/api-key | Gemini API, private API invocation}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { gemini } from 'countersign/exchange/gemini'
 *
 * const signer = gemini({ apiKey: 'account-key', secret: 'secret' })
 * const geminiFetch = createSignedFetch(signer)
 * export const status = () => geminiFetch('/v1/order/status', { method: 'POST', json: { order_id: 18834 } })
 * export const upgrade = () => signer.login().headers
 * ```
 */
export const gemini: ExchangeFactory<NoncesOption & VariantOption<'time-nonce'> & EnvironmentOption<'sandbox'>> =
  /* @__PURE__ */ exchangeFactory(
    {
      id: 'gemini',
      name: 'Gemini',
      docs: 'https://developer.gemini.com/authentication/api-key',
      origins: ['https://api.gemini.com'],
      socketUrl: 'wss://api.gemini.com/v1/order/events',
      environments: {
        sandbox: {
          origins: ['https://api.sandbox.gemini.com'],
          socketUrl: 'wss://api.sandbox.gemini.com/v1/order/events',
        },
      },
      keys: { 'hmac-sha384': hex },
      secretKey: checkedSha384Key,
      nonce: increasing('ms'),
      headers,
      place: /* @__PURE__ */ envelope('nonce'),
      base: ({ payload }) => payload,
      // Not the body: there is none, and some clients repeat the parameters in one.
      covers: ['path', 'parameters'],
      params: { into: 'json' },
      read: /* @__PURE__ */ readEnvelope('nonce'),
      messages: {
        login: {
          path: '/v1/order/events',
          base: /* @__PURE__ */ emptyEnvelope('nonce'),
          headers,
          read: /* @__PURE__ */ readEnvelope('nonce'),
        },
      },
    },
    {
      'time-nonce': {
        time: seconds,
        nonce: undefined,
        place: /* @__PURE__ */ envelope('time'),
        read: /* @__PURE__ */ readEnvelope('time'),
        learningClock,
        clock: { error: /is not within \d+ seconds of server time/ },
        messages: {
          login: {
            path: '/v1/order/events',
            base: /* @__PURE__ */ emptyEnvelope('time'),
            headers,
            read: /* @__PURE__ */ readEnvelope('time'),
          },
        },
      },
    },
  )
