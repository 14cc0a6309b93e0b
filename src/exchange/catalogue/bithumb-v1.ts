import { type ExchangeFactory, restExchange } from '../signer/exchange-factory.js'
import type { LiveOnly } from '../spec/credentials.js'
import { asBody } from '../spec/envelope.js'
import { base64OfHex } from '../spec/outputs.js'
import { endpointFirst } from '../spec/placements.js'
import { checkedSha512Key } from '../spec/secrets.js'
import { milliseconds } from '../spec/times.js'

/**
 * Bithumb, API 1.2: private calls are a POST with a form, in which a space is "+". The newer API is `bithumb`.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://apidocs.bithumb.com/v1.2.0/docs/%EC%9D%B8%EC%A6%9D-%ED%97%A4%EB%8D%94-%EB%A7%8C%EB%93%A4%EA%B8%B0 | Bithumb API 1.2, making the headers}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bithumbV1 } from 'countersign/exchange/bithumb-v1'
 *
 * const bithumbFetch = createSignedFetch(bithumbV1({ apiKey: 'key', secret: 'secret' }))
 * export const balance = () => bithumbFetch('/info/balance', { method: 'POST', params: { currency: 'BTC' } })
 * ```
 */
export const bithumbV1: ExchangeFactory<LiveOnly> = /* @__PURE__ */ restExchange({
  id: 'bithumb-v1',
  name: 'Bithumb 1.2',
  docs: 'https://apidocs.bithumb.com/v1.2.0/docs/%EC%9D%B8%EC%A6%9D-%ED%97%A4%EB%8D%94-%EB%A7%8C%EB%93%A4%EA%B8%B0',
  origins: ['https://api.bithumb.com'],
  keys: { 'hmac-sha512': base64OfHex },
  secretKey: checkedSha512Key,
  time: milliseconds,
  headers: [
    ['Api-Key', 'key'],
    ['Api-Sign', 'sign'],
    ['Api-Nonce', 'time'],
  ],
  place: /* @__PURE__ */ asBody(endpointFirst, 'application/x-www-form-urlencoded'),
  base: ({ path, body, time }) => `${path}\0${body}\0${time}`,
  covers: ['path', 'body'],
  onlyForms: true,
  params: { into: 'form', plus: true },
})
