import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption, WindowOption } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'
import { bingxParameters, bingxText } from '../special/bingx-parameters.js'

/**
 * BingX: spot, swaps, accounts. Parameters stand in the query for every method; `json` is for the few endpoints that take a
 * body. Of JSON the values are signed, its characters are not. The socket of an account shows a listen key in its URL, which
 * `login()` fetches.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://bingx-api.github.io/docs/#/en-us/spot/authentication.html | BingX, Signature Description}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bingx } from 'countersign/exchange/bingx'
 *
 * const signer = bingx({ apiKey: 'key', secret: 'secret' })
 * const bingxFetch = createSignedFetch(signer)
 * export const order = () =>
 *   bingxFetch('/openApi/spot/v1/trade/order', {
 *     method: 'POST',
 *     params: { symbol: 'ETH-USDT', side: 'BUY', type: 'MARKET', quoteOrderQty: '20' },
 *   })
 * export const listen = (answer: unknown) => signer.login().use?.(answer).query
 * ```
 */
export const bingx: ExchangeFactory<WindowOption & EnvironmentOption<'demo'>> = /* @__PURE__ */ tokenExchange({
  id: 'bingx',
  name: 'BingX',
  docs: 'https://bingx-api.github.io/docs/#/en-us/spot/authentication.html',
  origins: ['https://open-api.bingx.com', 'https://open-api.bingx.io'],
  environments: {
    // Demo trading with VST, the virtual USDT.
    demo: {
      origins: ['https://open-api-vst.bingx.com'],
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  windowOf,
  window: { default: '', max: 60_000 },
  headers: [['X-BX-APIKEY', 'key']],
  place: bingxParameters,
  base: bingxText,
  covers: ['parameters'],
  params: {
    into: 'query',
    lists: 'json',
    // Of swaps "batchOrders", "takeProfit" and "stopLoss", of spot "data": https://github.com/BingX-API/docs and ccxt 4.5.84, bingx.js,
    // createOrderRequest() and createOrders(), which all write them as JSON into the query.
    objects: ['batchOrders', 'data', 'takeProfit', 'stopLoss'],
    sorted: true,
  },
  learningClock,
  clock: {
    path: '/openApi/spot/v1/server/time',
    time: 'data.serverTime',
    // 100421 alone is also "The current system is busy".
    error: /timestamp (?:mismatch|is invalid)/i,
    status200: true,
  },
  token: {
    method: 'POST',
    path: '/openApi/user/auth/userDataStream',
    token: 'listenKey',
    query: 'listenKey=$token',
    lifeMs: 3_600_000,
  },
})
