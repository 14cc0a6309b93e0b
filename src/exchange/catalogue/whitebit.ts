import { signedBody } from '../families/txc.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'

/**
 * WhiteBIT: private calls are POST with JSON, which names its own path. The nonce increases with every request of a key;
 * with `nonceWindow: true` the exchange takes any nonce that is new and within five seconds of its clock. The WebSocket shows a
 * token, which `login()` fetches with a signed request.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.whitebit.com/private/http-auth/ | WhiteBIT, private HTTP API authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { whitebit } from 'countersign/exchange/whitebit'
 *
 * const whitebitFetch = createSignedFetch(whitebit({ apiKey: 'key', secret: 'secret', nonceWindow: true }))
 * export const balance = () =>
 *   whitebitFetch('/api/v4/trade-account/balance', { method: 'POST', json: { ticker: 'BTC' } })
 * ```
 */
export const whitebit: ExchangeFactory<NoncesOption & LiveOnly & { readonly nonceWindow?: boolean | undefined }> =
  /* @__PURE__ */ tokenExchange({
    id: 'whitebit',
    name: 'WhiteBIT',
    docs: 'https://docs.whitebit.com/private/http-auth/',
    origins: ['https://whitebit.com'],
    options: ['nonceWindow'],
    .../* @__PURE__ */ signedBody([['nonceWindow', ({ options }) => (options['nonceWindow'] === true ? 'true' : '')]]),
    token: {
      method: 'POST',
      path: '/api/v4/profile/websocket_token',
      token: 'websocket_token',
      template: { id: 0, method: 'authorize', params: ['$token', 'public'] },
    },
  })
