import { type ExchangeFactory, keyPairRestExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly } from '../spec/credentials.js'
import { base64 } from '../spec/outputs.js'
import { milliseconds } from '../spec/times.js'

/**
 * Revolut X. Keys are Ed25519 only; path and query are signed one after the other, without "?".
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://developer.revolut.com/docs/x-api/revolut-x-crypto-exchange-rest-api | Revolut X REST API}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importExchangeKey } from 'countersign/exchange'
 * import { revolutX } from 'countersign/exchange/revolut-x'
 *
 * declare const pem: string
 * const key = await importExchangeKey(pem, { apiKey: 'the-api-key', type: 'ed25519' })
 * const revolutFetch = createSignedFetch(revolutX({ key }))
 * export const orders = () => revolutFetch('/api/1.0/orders/active', { params: { symbols: 'BTC-USD' } })
 * ```
 */
export const revolutX: ExchangeFactory<LiveOnly> = /* @__PURE__ */ keyPairRestExchange({
  id: 'revolut-x',
  name: 'Revolut X',
  docs: 'https://developer.revolut.com/docs/x-api/revolut-x-crypto-exchange-rest-api',
  origins: ['https://revx.revolut.com'],
  keys: { ed25519: base64 },
  time: milliseconds,
  headers: [
    ['X-Revx-API-Key', 'key'],
    ['X-Revx-Timestamp', 'time'],
    ['X-Revx-Signature', 'sign'],
  ],
  base: ({ time, method, path, query, body }) => time + method + path + query + body,
  // Where the path ends and the query begins is in nothing that is signed.
  covers: ['method', 'parameters', 'body'],
  body: 'json',
  learningClock,
  clock: { error: /timestamp is in the future/i },
})
