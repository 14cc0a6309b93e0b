import { type ExchangeFactory, keyPairRestExchange } from '../signer/exchange-factory.js'
import type { LiveOnly } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { base64 } from '../spec/outputs.js'
import { seconds } from '../spec/times.js'

/**
 * Robinhood Crypto. Keys are Ed25519: the seed that the page lets you keep is the text for `importExchangeKey`. Paths end with a
 * slash, and what is signed is exactly what is sent.
 *
 * Checked against the official example on 2026-11-28.
 *
 * @see {@link https://docs.robinhood.com/crypto/trading/ | Robinhood, Crypto Trading API}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importExchangeKey } from 'countersign/exchange'
 * import { robinhood } from 'countersign/exchange/robinhood'
 *
 * declare const seed: string
 * const key = await importExchangeKey(seed, { apiKey: 'rh-api-00000000-0000-4000-8000-000000000000', type: 'ed25519' })
 * const robinhoodFetch = createSignedFetch(robinhood({ key }))
 * export const holdings = () => robinhoodFetch('/api/v1/crypto/trading/holdings/', { params: { asset_code: ['BTC', 'ETH'] } })
 * ```
 */
export const robinhood: ExchangeFactory<LiveOnly> = /* @__PURE__ */ keyPairRestExchange({
  id: 'robinhood',
  name: 'Robinhood Crypto',
  docs: 'https://docs.robinhood.com/crypto/trading/',
  origins: ['https://trading.robinhood.com'],
  keys: { ed25519: base64 },
  time: seconds,
  headers: [
    ['x-api-key', 'key'],
    ['x-signature', 'sign'],
    ['x-timestamp', 'time'],
  ],
  base: (draft) => draft.key + draft.time + targetOf(draft) + draft.method + draft.body,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
})
