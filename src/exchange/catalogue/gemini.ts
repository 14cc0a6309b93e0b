import { CountersignError } from '../../errors.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { increasing } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption, VariantOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { base64Text, base64TextDecode } from '../spec/envelope.js'
import { isObject, readJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import { hex } from '../spec/outputs.js'
import { inJson, type Place } from '../spec/places.js'
import { checkedSha384Key } from '../spec/secrets.js'
import type { Header, MessageSpec } from '../spec/spec.js'
import { seconds } from '../spec/times.js'

const headers: readonly Header[] = [
  ['X-GEMINI-APIKEY', 'key'],
  ['X-GEMINI-PAYLOAD', 'payload'],
  ['X-GEMINI-SIGNATURE', 'sign'],
]

/** Moves the body into the envelope: on the wire there is none. */
const envelope = (nonce: 'nonce' | 'time'): Place => {
  const first = inJson(
    [
      ['request', 'path'],
      ['nonce', nonce],
    ],
    undefined,
    true,
    ['nonce'],
  )
  return {
    parts: ['json'],
    list: [],
    put: (draft) => {
      first.put(draft)
      draft.payload = base64Text(draft.body)
      draft.body = ''
      const fields: string[] = []
      for (let i = 0; i < draft.fields.length; i += 2)
        if (!/^(?:content-type|cache-control)$/i.test(draft.fields[i] as string))
          fields.push(...draft.fields.slice(i, i + 2))
      draft.fields = [...fields, 'Content-Type', 'text/plain', 'Cache-Control', 'no-cache']
    },
    putSign: () => {},
  }
}

/** The parameters in an envelope as such clients print them; `undefined` for more levels than can be printed. */
function paramsOf(json: string): string | undefined {
  const { request: _, nonce: __, ...rest } = JSON.parse(json)
  try {
    return JSON.stringify(rest)
  } catch {
    return undefined
  }
}

const readOf =
  (nonce: 'nonce' | 'time') =>
  (draft: Draft): void => {
    assertNoQuery(draft)
    const { payload, path, body } = draft
    const json = base64TextDecode(payload)
    const value = json === undefined ? undefined : readJson(json, true)
    if (json === undefined || !isObject(value) || typeof value['nonce'] !== 'string')
      throw new CountersignError('AUTH_MALFORMED', 'the payload must be base64 of a JSON object with a "nonce"')
    if (value['request'] !== path) throw new CountersignError('SIGNATURE_INVALID', 'the payload is of another request')
    draft[nonce] = value['nonce']
    // Some clients send the parameters a second time, as the body, which is not signed.
    if (body !== '' && body !== paramsOf(json))
      throw new CountersignError('DIGEST_MISMATCH', 'the body must be empty, or the parameters of the payload')
  }

const loginBy = (nonce: 'nonce' | 'time'): MessageSpec => ({
  path: '/v1/order/events',
  headers,
  base: (draft) => base64Text(`{"request":${JSON.stringify(draft.path)},"nonce":${draft[nonce]}}`),
  read: readOf(nonce),
})

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
      read: /* @__PURE__ */ readOf('nonce'),
      messages: { login: /* @__PURE__ */ loginBy('nonce') },
    },
    {
      'time-nonce': {
        time: seconds,
        nonce: undefined,
        place: /* @__PURE__ */ envelope('time'),
        read: /* @__PURE__ */ readOf('time'),
        learningClock,
        clock: { error: /is not within \d+ seconds of server time/ },
        messages: { login: /* @__PURE__ */ loginBy('time') },
      },
    },
  )
