import { binanceFollower, isJson, signedParamsText } from '../families/binance-follower.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import type { LiveOnly, VariantOption, WindowOption } from '../spec/credentials.js'

/**
 * Toobit spot and futures. The batch endpoints take JSON, which Toobit's own example does not sign; `variant: 'signed-json'`
 * puts it before the query, as others do. The socket of an account shows a listen key in its path, which `login()` fetches.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://api-docs.toobit.com/api/spot-example.html | Toobit, SIGNED Endpoint Examples}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { toobit } from 'countersign/exchange/toobit'
 *
 * const signer = toobit({ apiKey: 'key', secret: 'secret', recvWindow: 5000 })
 * const toobitFetch = createSignedFetch(signer)
 * export const order = () =>
 *   toobitFetch('/api/v1/spot/order', {
 *     method: 'POST',
 *     params: { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '1', price: '400' },
 *   })
 * export const listen = (answer: unknown) => signer.login().use?.(answer).query
 * ```
 */
export const toobit: ExchangeFactory<WindowOption & VariantOption<'signed-json'> & LiveOnly> =
  /* @__PURE__ */ tokenExchange(
    {
      id: 'toobit',
      name: 'Toobit',
      docs: 'https://api-docs.toobit.com/api/basic-information.html',
      origins: ['https://api.toobit.com'],
      headers: [['X-BB-APIKEY', 'key']],
      ...binanceFollower,
    },
    {
      'signed-json': {
        base: (draft) => (isJson(draft) ? draft.body + draft.query : signedParamsText(draft)),
        notCovered: undefined,
      },
    },
  )
