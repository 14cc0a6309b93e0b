import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { CountersignError } from '../../errors.js'
import type { Coverage } from '../../schemes/scheme.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, VariantOption, WindowOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { sortedPairs } from '../spec/pairs.js'
import { rawText } from '../spec/percent.js'
import { windowOf } from '../spec/receive-window.js'
import type { ExchangeSpec, ExchangeVariant } from '../spec/spec.js'
import { eachWith } from '../spec/template.js'
import { milliseconds } from '../spec/times.js'

const part = (text: string): string => (text === '' ? '' : `#${text}`)
const sortedRaw = (pairs: string): string => rawText(sortedPairs(pairs))
// JSON as it is; a form by name, as the query.
const bodyText = (body: string): string => (/^\s*[{[]/.test(body) ? body : sortedRaw(body))

// Of a form, which is signed as the query is, it is not proven what stood where.
const withoutBody = ({ body }: Draft): readonly Coverage[] => (/^\s*[{[]/.test(body) ? [] : ['body'])

// A query is signed decoded, and a body stands behind "#": no parameter reads as the start of JSON there.
function read({ method, query, body }: Draft): void {
  if (method === 'GET' && body !== '') throw new CountersignError('AUTH_MALFORMED', 'a GET must have no body')
  if (/(?:^|[&#])\s*[{[]/.test(rawText(query)))
    throw new CountersignError('AUTH_MALFORMED', 'the query must not hold what starts as a JSON body does')
}

const spot = (prefix: string): Pick<ExchangeSpec, 'headers' | 'base'> => ({
  headers: [
    [`${prefix}-algorithms`, '=HmacSHA256'],
    [`${prefix}-appkey`, 'key'],
    [`${prefix}-recvwindow`, 'window'],
    [`${prefix}-timestamp`, 'time'],
    [`${prefix}-signature`, 'sign'],
  ],
  base: ({ key, time, window, method, path, query, body }) =>
    `${prefix}-algorithms=HmacSHA256&${prefix}-appkey=${key}&${prefix}-recvwindow=${window}&${prefix}-timestamp=${time}` +
    `#${method}#${path}${part(sortedRaw(query))}${part(bodyText(body))}`,
})

const futures = (prefix: string, queryText: (query: string) => string = sortedRaw): ExchangeVariant => ({
  docs: 'https://doc.xt.com/',
  origins: ['https://fapi.xt.com', 'https://dapi.xt.com'],
  window: undefined,
  headers: [
    [`${prefix}-appkey`, 'key'],
    [`${prefix}-timestamp`, 'time'],
    [`${prefix}-signature`, 'sign'],
  ],
  base: ({ key, time, path, query, body }) =>
    `${prefix}-appkey=${key}&${prefix}-timestamp=${time}#${path}${part(queryText(query))}${part(bodyText(body))}`,
  covers: ['path', 'parameters', 'body'],
  clock: undefined,
  token: {
    method: 'GET',
    path: '/future/user/v1/user/listen-key',
    token: 'result',
    template: { method: 'SUBSCRIBE', params: eachWith('params', '@', '$token'), id: '$id' },
  },
})

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
    .../* @__PURE__ */ spot('xt-validate'),
    covers: ['method', 'path', 'parameters', 'body'],
    notCovered: withoutBody,
    params: { sorted: true, lists: 'comma', into: { GET: 'query', other: 'json' } },
    read,
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
    futures: /* @__PURE__ */ futures('xt-validate'),
    'futures-encoded': /* @__PURE__ */ futures('xt-validate', sortedPairs),
    validate: /* @__PURE__ */ spot('validate'),
    'validate-futures': /* @__PURE__ */ futures('validate'),
  },
)
