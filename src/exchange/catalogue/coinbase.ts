import { cbAccess, cbAccessHeaders } from '../families/cb-access.js'
import { LIFE_MS, tokens } from '../families/coinbase-token.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { hexTexts } from '../signer/nonce-formats.js'
import { argumentOf } from '../spec/arguments.js'
import type { LiveOnly, NoncesOption, VariantOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { bearer } from '../spec/jwt.js'
import { base64url, hex } from '../spec/outputs.js'
import { expiresIn, seconds } from '../spec/times.js'

/**
 * Coinbase Advanced Trade with the tokens of a CDP key (ECDSA P-256 or Ed25519): REST, and the subscription that a WebSocket
 * starts with. Neither query nor body is signed: TLS alone protects an order's price.
 *
 * Three sources disagree about the claims. By default they are those of the page below; `variant: 'cdp-sdk'` makes those of
 * the CDP SDK (`aud` `cdp_service`, `uris`), `variant: 'cloud'` the older ones (`coinbase-cloud`, `retail_rest_api_proxy`);
 * ccxt makes the former for Ed25519 and the latter for ECDSA. `variant: 'hmac'` is for legacy API keys with a secret.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication | Coinbase App, API key authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importExchangeKey } from 'countersign/exchange'
 * import { coinbase } from 'countersign/exchange/coinbase'
 *
 * declare const file: { readonly name: string; readonly privateKey: string }
 * const key = await importExchangeKey(file.privateKey, { apiKey: file.name, type: 'ecdsa-p256' })
 * const signer = coinbase({ key })
 * const coinbaseFetch = createSignedFetch(signer)
 * export const accounts = () => coinbaseFetch('/api/v3/brokerage/accounts', { params: { limit: 250 } })
 * export const orders = () => signer.login({ channel: 'user', productIds: ['BTC-USD'] }).messages
 * ```
 */
export const coinbase: ExchangeFactory<NoncesOption & VariantOption<'cdp-sdk' | 'cloud' | 'hmac'> & LiveOnly> =
  /* @__PURE__ */ exchangeFactory(
    {
      id: 'coinbase',
      name: 'Coinbase Advanced Trade',
      docs: 'https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication',
      origins: ['https://api.coinbase.com'],
      keys: { 'ecdsa-p256-sha256': base64url, ed25519: base64url },
      time: expiresIn(LIFE_MS, seconds),
      nonce: hexTexts,
      headers: bearer,
      // A token names method, host and path; neither query nor body.
      covers: ['method', 'authority', 'path'],
      learningClock,
      clock: {
        path: '/api/v3/brokerage/time',
        time: 'epochMillis',
        error: /request timestamp expired/,
      },
      .../* @__PURE__ */ tokens({ iss: 'cdp', uri: 'uri' }),
    },
    {
      'cdp-sdk': /* @__PURE__ */ tokens({ iss: 'cdp', aud: ['cdp_service'], uri: 'uris' }),
      cloud: /* @__PURE__ */ tokens({ iss: 'coinbase-cloud', aud: ['retail_rest_api_proxy'], uri: 'uri' }),
      hmac: {
        ...cbAccess,
        keys: { 'hmac-sha256': hex },
        nonce: undefined,
        passphrase: undefined,
        headers: cbAccessHeaders,
        // The older API (v2) signs the query as well.
        base: (draft) =>
          draft.time + draft.method + (draft.path.startsWith('/v2/') ? targetOf(draft) : draft.path) + draft.body,
        covers: ['method', 'path', 'body'],
        read: undefined,
        messages: {
          login: {
            base: (draft) => draft.time + argumentOf(draft, 'channel') + (draft.options['productIds'] ?? ''),
            template: {
              type: 'subscribe',
              channel: '$channel',
              product_ids: '$productIds',
              api_key: '$key',
              timestamp: '$time',
              signature: '$sign',
            },
          },
        },
      },
    },
  )
