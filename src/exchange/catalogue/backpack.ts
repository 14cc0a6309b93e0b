import { type ExchangeFactory, keyPairExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, VariantOption, WindowOption } from '../spec/credentials.js'
import { base64 } from '../spec/outputs.js'
import { percentEncoded } from '../spec/percent.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'
import { endpointUnlessShared, instructed, readBatch, streamText } from '../special/backpack-instructions.js'

const signature = ['$key', '$sign', '$time', '$window']

/**
 * Backpack. The key is Ed25519 and its `keyId` the public key in base64. What is signed names the endpoint by an instruction;
 * those that are not in the table here are given as `instructions: { 'GET /api/v1/path': 'nameQuery' }`. Private streams are
 * subscribed to with a signature of their own: `signMessage('subscribe', { params })`, and `unsubscribe`.
 *
 * Values are signed without percent-encoding, as in the official client; `variant: 'encoded'` signs them with it.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.backpack.exchange/#section/Authentication/Signing-requests | Backpack, Signing requests}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importExchangeKey } from 'countersign/exchange'
 * import { backpack } from 'countersign/exchange/backpack'
 *
 * declare const seed: string
 * const key = await importExchangeKey(seed, { apiKey: 'the public key in base64', type: 'ed25519' })
 * const signer = backpack({ key })
 * const backpackFetch = createSignedFetch(signer)
 * export const cancel = () =>
 *   backpackFetch('/api/v1/order', { method: 'DELETE', params: { orderId: '28', symbol: 'BTC_USDT' } })
 * export const subscribe = () => signer.signMessage('subscribe', { params: ['account.orderUpdate'] })
 * ```
 */
export const backpack: ExchangeFactory<
  WindowOption &
    VariantOption<'encoded'> &
    LiveOnly & { readonly instructions?: Readonly<Record<string, string>> | undefined }
> = /* @__PURE__ */ keyPairExchange(
  {
    id: 'backpack',
    name: 'Backpack',
    docs: 'https://docs.backpack.exchange/#section/Authentication/Signing-requests',
    origins: ['https://api.backpack.exchange'],
    options: ['instructions'],
    keys: { ed25519: base64 },
    time: milliseconds,
    windowOf,
    window: { default: '5000', max: 60_000 },
    headers: [
      ['X-Timestamp', 'time'],
      ['X-Window', 'window'],
      ['X-API-Key', 'key'],
      ['X-Signature', 'sign'],
    ],
    base: /* @__PURE__ */ instructed(),
    // Neither query nor body: what their names and values are is signed, not where and how they are written.
    covers: ['method', 'path', 'parameters'],
    notCovered: endpointUnlessShared,
    params: { sorted: true, into: { GET: 'query', other: 'json' } },
    read: readBatch,
    learningClock,
    clock: {
      path: '/api/v1/time',
      time: '',
      error: /Request has expired/,
    },
    messages: {
      subscribe: { base: streamText, template: { method: 'SUBSCRIBE', params: '$params', signature } },
      unsubscribe: { base: streamText, template: { method: 'UNSUBSCRIBE', params: '$params', signature } },
    },
  },
  {
    encoded: { base: /* @__PURE__ */ instructed(percentEncoded) },
  },
)
