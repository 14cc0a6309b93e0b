import { binanceFollower } from '../families/binance-follower.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import type { EnvironmentOption, WindowOption } from '../spec/credentials.js'

/**
 * HashKey Global and Pro. The batch endpoints take JSON, which HashKey does not sign. The socket of an account shows a listen
 * key in its path, which `login()` fetches.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://hashkeyglobal-apidoc.readme.io/ | HashKey, Signature Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { hashkey } from 'countersign/exchange/hashkey'
 *
 * const signer = hashkey({ apiKey: 'key', secret: 'secret', recvWindow: 5000 })
 * const hashkeyFetch = createSignedFetch(signer)
 * export const order = () =>
 *   hashkeyFetch('/api/v1/spot/order', {
 *     method: 'POST',
 *     params: { symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '1000' },
 *   })
 * export const listen = (answer: unknown) => signer.login().use?.(answer).query
 * ```
 */
export const hashkey: ExchangeFactory<WindowOption & EnvironmentOption<'sandbox'>> = /* @__PURE__ */ tokenExchange({
  id: 'hashkey',
  name: 'HashKey',
  docs: 'https://hashkeyglobal-apidoc.readme.io/',
  origins: ['https://api-glb.hashkey.com', 'https://api-pro.hashkey.com'],
  environments: {
    sandbox: {
      origins: ['https://api-glb.sim.hashkeydev.com'],
    },
  },
  headers: [['X-HK-APIKEY', 'key']],
  ...binanceFollower,
})
