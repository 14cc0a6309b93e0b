import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, restExchange } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'
import { upperHex } from '../spec/outputs.js'
import { inJson } from '../spec/places.js'
import { refuses } from '../spec/refusals.js'
import { memberText } from '../special/independent-reserve-text.js'

/**
 * Independent Reserve. Private calls are POST with everything in a flat JSON object, authentication included; signed are the
 * names and values of its members, so `1` and `"1"` are the same to a verifier. Its sockets are public.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.independentreserve.com/features/api#authentication | Independent Reserve API, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { independentReserve } from 'countersign/exchange/independent-reserve'
 *
 * const independentReserveFetch = createSignedFetch(independentReserve({ apiKey: 'key', secret: 'secret' }))
 * export const openOrders = () =>
 *   independentReserveFetch('/Private/GetOpenOrders', {
 *     method: 'POST',
 *     params: { primaryCurrencyCode: 'Xbt', secondaryCurrencyCode: 'Aud', pageIndex: 1, pageSize: 25 },
 *   })
 * ```
 */
export const independentReserve: ExchangeFactory<NoncesOption & LiveOnly> = /* @__PURE__ */ restExchange({
  id: 'independent-reserve',
  name: 'Independent Reserve',
  docs: 'https://www.independentreserve.com/features/api#authentication',
  origins: ['https://api.independentreserve.com'],
  keys: { 'hmac-sha256': upperHex },
  secretKey: checkedSha256Key,
  nonce: increasing('ms'),
  place: inJson(
    [
      ['apiKey', 'key'],
      ['nonce', 'nonce'],
    ],
    'signature',
    true,
  ),
  base: memberText,
  // Not the body: what its names and values are joined to is; a comma in a value looks like the next member.
  covers: ['scheme', 'authority', 'path', 'query', 'parameters'],
  params: { into: 'json' },
  read: /* @__PURE__ */ refuses({ path: /,/ }, 'the path must not hold a comma'),
})
