import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, restExchange } from '../signer/exchange-factory.js'
import { optionOf } from '../spec/arguments.js'
import type { LiveOnly, PassphraseOption } from '../spec/credentials.js'
import { paddedBase64url } from '../spec/outputs.js'
import { passphraseOf } from '../spec/passphrase.js'
import { base64urlSecret } from '../spec/secrets.js'
import { seconds } from '../spec/times.js'

/**
 * Polymarket's order book (CLOB), level 2: requests with an API key. The query is not signed. What needs a wallet (making an
 * API key, signing an order) is EIP-712 and not of this package, and the user channel of the WebSocket is shown the secret
 * itself, which no signer hands out.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.polymarket.com/developers/CLOB/authentication | Polymarket CLOB, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { polymarket } from 'countersign/exchange/polymarket'
 *
 * const signer = polymarket({
 *   apiKey: '00000000-0000-4000-8000-000000000000',
 *   secret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ=',
 *   passphrase: 'phrase',
 *   address: '0x0000000000000000000000000000000000000001',
 * })
 * export const orders = () => createSignedFetch(signer)('/data/orders')
 * ```
 */
export const polymarket: ExchangeFactory<PassphraseOption & LiveOnly & { readonly address: string }> =
  /* @__PURE__ */ restExchange({
    id: 'polymarket',
    name: 'Polymarket',
    docs: 'https://docs.polymarket.com/developers/CLOB/authentication',
    origins: ['https://clob.polymarket.com'],
    options: ['address'],
    keys: { 'hmac-sha256': paddedBase64url },
    secretKey: checkedSha256Key,
    secret: base64urlSecret,
    time: seconds,
    passphraseOf,
    passphrase: 'shown',
    headers: [
      // Not signed; the expression has no names, so that whatever address was sent is not held to this account's.
      ['POLY_ADDRESS', (draft) => optionOf(draft, 'address'), /^0x[0-9a-fA-F]{40}$/],
      ['POLY_SIGNATURE', 'sign'],
      ['POLY_TIMESTAMP', 'time'],
      ['POLY_API_KEY', 'key'],
      ['POLY_PASSPHRASE', 'passphrase'],
    ],
    base: ({ time, method, path, body }) => time + method + path + body,
    covers: ['method', 'path', 'body'],
    body: 'json',
    // A cancellation is a DELETE with a body.
    params: { into: { GET: 'query', other: 'json' } },
  })
