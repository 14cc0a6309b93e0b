import { signedBody } from '../families/txc.js'
import { type ExchangeFactory, restExchange } from '../signer/exchange-factory.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'

/**
 * P2B (P2PB2B): private calls are POST with JSON, which names its own path. The nonce increases with every request of a key.
 * Its sockets are public.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://github.com/P2B-team/p2b-api-docs/blob/master/api-doc.md | P2B API}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { p2b } from 'countersign/exchange/p2b'
 *
 * const p2bFetch = createSignedFetch(p2b({ apiKey: 'key', secret: 'secret' }))
 * export const order = () =>
 *   p2bFetch('/api/v2/order/new', {
 *     method: 'POST',
 *     json: { market: 'ETH_BTC', side: 'sell', amount: '0.1', price: '0.05' },
 *   })
 * ```
 */
export const p2b: ExchangeFactory<NoncesOption & LiveOnly> = /* @__PURE__ */ restExchange({
  id: 'p2b',
  name: 'P2B',
  docs: 'https://github.com/P2B-team/p2b-api-docs/blob/master/api-doc.md',
  origins: ['https://api.p2pb2b.com', 'https://api.p2pb2b.io'],
  .../* @__PURE__ */ signedBody(),
})
