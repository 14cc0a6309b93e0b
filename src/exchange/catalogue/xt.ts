import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, VariantOption, WindowOption } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'
import { sortedPairs } from '../spec/pairs.js'
import { windowOf } from '../spec/receive-window.js'
import type { ExchangeVariant } from '../spec/spec.js'
import { eachWith } from '../spec/template.js'
import { milliseconds } from '../spec/times.js'
import { futuresFields, readXt, spotFields, withoutBody } from '../special/xt-validate.js'

const futures: ExchangeVariant = {
  docs: 'https://doc.xt.com/',
  origins: ['https://fapi.xt.com', 'https://dapi.xt.com'],
  window: undefined,
  covers: ['path', 'parameters', 'body'],
  clock: undefined,
  token: {
    method: 'GET',
    path: '/future/user/v1/user/listen-key',
    token: 'result',
    template: { method: 'SUBSCRIBE', params: /* @__PURE__ */ eachWith('params', '@', '$token'), id: '$id' },
  },
}

/**
 * XT: spot, and with `variant: 'futures'` both futures hosts, which sign no method. The query is signed by name and without its
 * percent-encoding. `login({ params: ['order'], id })` fetches the token that a private subscription shows.
 *
 * XT's page names the fields `validate-…` today; its own libraries, and all others, still send `xt-validate-…`, as here:
 * `variant: 'validate'` and `'validate-futures'` follow the page. `'futures-encoded'` signs the query of futures as it is sent.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://doc.xt.com/docs/spot/Access%20Description/SignatureGeneration | XT, Signature generation}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { xt } from 'countersign/exchange/xt'
 *
 * const signer = xt({ apiKey: 'key', secret: 'secret' })
 * const xtFetch = createSignedFetch(signer)
 * export const balance = () => xtFetch('/v4/balance', { params: { currency: 'usdt' } })
 * export const subscribe = (answer: unknown) => signer.login({ params: ['order'], id: '1' }).use?.(answer).messages
 * ```
 */
export const xt: ExchangeFactory<
  WindowOption & VariantOption<'futures' | 'futures-encoded' | 'validate' | 'validate-futures'> & LiveOnly
> = /* @__PURE__ */ tokenExchange(
  {
    id: 'xt',
    name: 'XT',
    docs: 'https://doc.xt.com/docs/spot/Access%20Description/SignatureGeneration',
    origins: ['https://sapi.xt.com', 'https://api.xt.com'],
    keys: { 'hmac-sha256': hex },
    secretKey: checkedSha256Key,
    time: milliseconds,
    windowOf,
    window: { default: '5000', max: 60_000 },
    .../* @__PURE__ */ spotFields('xt-validate'),
    covers: ['method', 'path', 'parameters', 'body'],
    notCovered: withoutBody,
    params: { sorted: true, lists: 'comma', into: { GET: 'query', other: 'json' } },
    read: readXt,
    learningClock,
    clock: {
      path: '/v4/public/time',
      time: 'result.serverTime',
      error: /"AUTH_105"/,
      status200: true,
    },
    token: {
      method: 'POST',
      path: '/v4/ws-token',
      token: 'result.accessToken',
      template: { method: 'subscribe', params: '$params', listenKey: '$token', id: '$id' },
    },
  },
  {
    futures: { ...futures, .../* @__PURE__ */ futuresFields('xt-validate') },
    'futures-encoded': { ...futures, .../* @__PURE__ */ futuresFields('xt-validate', sortedPairs) },
    validate: /* @__PURE__ */ spotFields('validate'),
    'validate-futures': { ...futures, .../* @__PURE__ */ futuresFields('validate') },
  },
)
