import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { parameterToken } from '../families/parameter-token.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { LiveOnly, NoncesOption, VariantOption } from '../spec/credentials.js'
import { base64url } from '../spec/outputs.js'
import { checkedSha512Key } from '../spec/secrets.js'

/**
 * Upbit: REST, and the upgrade request of the private WebSocket. A token holds the key, a nonce and the hash of all
 * parameters; neither method nor path, so a token is good for any endpoint with the same parameters, and it has no time. The
 * parameters are hashed before percent-encoding: what is signed does not tell a separator from the same character in a value.
 *
 * The token is HS512 as the page says; `variant: 'hs256'` makes it HS256, as ccxt and the page's older samples do.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://global-docs.upbit.com/reference/auth | Upbit, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { upbit } from 'countersign/exchange/upbit'
 *
 * const signer = upbit({ apiKey: 'access-key', secret: 'secret-key' })
 * const upbitFetch = createSignedFetch(signer)
 * export const orders = () => upbitFetch('/v1/orders/open', { params: { market: 'KRW-BTC', states: ['wait', 'watch'] } })
 * export const upgrade = () => signer.login().headers
 * ```
 */
export const upbit: ExchangeFactory<NoncesOption & VariantOption<'hs256'> & LiveOnly> = /* @__PURE__ */ exchangeFactory(
  {
    id: 'upbit',
    name: 'Upbit',
    docs: 'https://docs.upbit.com/kr/reference/auth',
    origins: [
      'https://api.upbit.com',
      'https://sg-api.upbit.com',
      'https://id-api.upbit.com',
      'https://th-api.upbit.com',
    ],
    keys: { 'hmac-sha512': base64url },
    secretKey: checkedSha512Key,
    .../* @__PURE__ */ parameterToken({ alg: 'HS512', raw: true, timestamp: false, socket: '/websocket/v1/private' }),
  },
  {
    hs256: {
      keys: { 'hmac-sha256': base64url },
      secretKey: checkedSha256Key,
      .../* @__PURE__ */ parameterToken({ alg: 'HS256', raw: true, timestamp: false, socket: '/websocket/v1/private' }),
    },
  },
)
