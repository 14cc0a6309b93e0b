import { hashText } from '#backend/hash'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { argumentOf } from '../spec/arguments.js'
import type { EnvironmentOption, VariantOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { rawText } from '../spec/percent.js'
import { checkedSha512Key } from '../spec/secrets.js'
import type { MessageSpec } from '../spec/spec.js'
import { decimalSeconds, seconds } from '../spec/times.js'
import { gateCall } from '../special/gate-call.js'

const LIFE_MS = 60_000
// Both documents of the WebSocket want whole seconds, also where REST takes fractions.
const told = { time: seconds, lifeMs: LIFE_MS } as const

// Spot WebSocket v4, "Authentication": every private subscription, and its end, is signed by itself.
const subscribe: MessageSpec = {
  ...told,
  args: { event: 'subscribe' },
  base: (draft) => `channel=${argumentOf(draft, 'channel')}&event=${argumentOf(draft, 'event')}&time=${draft.time}`,
  template: {
    time: '#time',
    id: '$id',
    channel: '$channel',
    event: '$event',
    payload: '@payload',
    auth: { method: 'api_key', KEY: '$key', SIGN: '$sign' },
  },
}

const call: MessageSpec = {
  ...told,
  base: gateCall,
  template: {
    time: '#time',
    id: '$id',
    channel: '$channel',
    event: 'api',
    payload: { req_id: '$reqId', api_key: '$key', signature: '$sign', timestamp: '$time', req_param: '$reqParam' },
  },
}

/**
 * Gate API v4. `login({ channel: 'spot.login', reqId })` opens the WebSocket API and `signMessage('call', { channel, reqId,
 * reqParam })` is one call of it; the other sockets need no login but `signMessage('subscribe', { channel, payload })` for each
 * private channel, with `event: 'unsubscribe'` for its end.
 *
 * The official SDK states fractions of a second, the document asks for whole ones: `variant: 'decimal-seconds'` is the former
 * and reads both.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.gate.com/docs/developers/apiv4/en/#authentication | Gate API v4, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { gate } from 'countersign/exchange/gate'
 *
 * const signer = gate({ apiKey: 'key', secret: 'secret' })
 * const gateFetch = createSignedFetch(signer)
 * export const orders = () => gateFetch('/api/v4/spot/orders', { params: { currency_pair: 'GT_USDT', status: 'open' } })
 * export const subscribe = () => signer.signMessage('subscribe', { channel: 'spot.orders', payload: ['GT_USDT'] })
 * ```
 */
export const gate: ExchangeFactory<VariantOption<'decimal-seconds'> & EnvironmentOption<'testnet'>> =
  /* @__PURE__ */ exchangeFactory(
    {
      id: 'gate',
      name: 'Gate',
      docs: 'https://www.gate.com/docs/developers/apiv4/en/#authentication',
      origins: ['https://api.gateio.ws', 'https://fx-api.gateio.ws'],
      environments: {
        testnet: {
          origins: ['https://api-testnet.gateapi.io', 'https://fx-api-testnet.gateio.ws'],
        },
      },
      keys: { 'hmac-sha512': hex },
      secretKey: checkedSha512Key,
      time: seconds,
      headers: [
        ['KEY', 'key'],
        ['Timestamp', 'time'],
        ['SIGN', 'sign'],
      ],
      // The query without its percent-encoding, in the order of the URL.
      base: ({ method, path, query, body, time }: Draft) =>
        [method, path, rawText(query), hashText('sha512', body, 'hex'), time].join('\n'),
      // Not the query: what it says once decoded is, its characters are not.
      covers: ['method', 'path', 'query-parameters', 'body'],
      params: {
        lists: 'comma',
        // Of the calls with POST, these take their parameters in the query.
        postInQuery: /^\/api\/v4\/(?:futures|delivery)\/[^/]+\/(?:dual|positions\/)/,
      },
      learningClock,
      clock: {
        path: '/api/v4/spot/time',
        time: 'server_time',
        error: /"REQUEST_EXPIRED"/,
      },
      messages: {
        login: call,
        call,
        subscribe,
      },
    },
    {
      'decimal-seconds': { time: decimalSeconds },
    },
  )
