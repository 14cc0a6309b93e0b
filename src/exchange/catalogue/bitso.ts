import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, restExchange } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'

/**
 * Bitso. One `Authorization` field holds key, nonce and signature; the nonce increases with every request of a key. Its
 * sockets are public.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.bitso.com/bitso-api/docs/create-signed-requests | Bitso API, create signed requests}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitso } from 'countersign/exchange/bitso'
 *
 * const bitsoFetch = createSignedFetch(bitso({ apiKey: 'key', secret: 'secret' }))
 * export const openOrders = () => bitsoFetch('/api/v3/open_orders', { params: { book: 'btc_mxn' } })
 * ```
 */
export const bitso: ExchangeFactory<NoncesOption & EnvironmentOption<'stage' | 'sandbox'>> =
  /* @__PURE__ */ restExchange({
    id: 'bitso',
    name: 'Bitso',
    docs: 'https://docs.bitso.com/bitso-api/docs/create-signed-requests',
    origins: ['https://bitso.com', 'https://api.bitso.com'],
    environments: {
      // As in ccxt 4.5.84, "test".
      stage: {
        origins: ['https://stage.bitso.com'],
      },
      sandbox: {
        origins: ['https://sandbox.bitso.com'],
      },
    },
    keys: { 'hmac-sha256': hex },
    secretKey: checkedSha256Key,
    nonce: increasing('ms'),
    headers: [
      [
        'Authorization',
        ({ key, nonce, sign }) => `Bitso ${key}:${nonce}:${sign}`,
        /^Bitso (?<key>.+):(?<nonce>\d+):(?<sign>[0-9a-f]+)$/,
      ],
    ],
    base: (draft) => draft.nonce + draft.method + targetOf(draft) + draft.body,
    covers: ['method', 'path', 'query', 'body'],
    body: 'json',
  })
