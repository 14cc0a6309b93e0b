import { hash } from '#backend/hash'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import { argumentOf } from '../spec/arguments.js'
import type { EnvironmentOption, NoncesOption, VariantOption } from '../spec/credentials.js'
import { base64 } from '../spec/outputs.js'
import { refuses } from '../spec/refusals.js'
import { base64Secret, checkedSha512Key } from '../spec/secrets.js'
import type { MessageSpec } from '../spec/spec.js'

const challenge: MessageSpec = {
  base: (draft) => hash('sha256', argumentOf(draft, 'challenge')),
  template: '$sign',
}

/**
 * Kraken Futures. Send `{"event":"challenge","api_key":…}` on a socket; what comes back goes into
 * `signMessage('challenge', { challenge })`, which is the `signed_challenge` of every private subscription, or at once into
 * `login({ challenge, feed, productIds })`, which is the subscription.
 *
 * Requests carry neither time nor nonce, so nothing about one grows old. `variant: 'nonce'` adds Kraken's optional nonce, which
 * increases with every request of a key.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.kraken.com/api/docs/guides/futures-rest | Kraken, Futures REST}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { krakenFutures } from 'countersign/exchange/kraken-futures'
 *
 * const signer = krakenFutures({ apiKey: 'key', secret: 'c2VjcmV0IQ==' })
 * const krakenFetch = createSignedFetch(signer)
 * export const order = () =>
 *   krakenFetch('/derivatives/api/v3/sendorder', {
 *     method: 'POST',
 *     params: { orderType: 'lmt', symbol: 'PI_XBTUSD', side: 'buy', size: '1', limitPrice: '1000' },
 *   })
 * export const subscribe = (challenge: string) => signer.login({ challenge, feed: 'open_orders' }).messages
 * ```
 */
export const krakenFutures: ExchangeFactory<NoncesOption & VariantOption<'nonce'> & EnvironmentOption<'demo'>> =
  /* @__PURE__ */ exchangeFactory(
    {
      id: 'kraken-futures',
      name: 'Kraken Futures',
      docs: 'https://docs.kraken.com/api/docs/guides/futures-rest',
      origins: ['https://futures.kraken.com'],
      socketUrl: 'wss://futures.kraken.com/ws/v1',
      environments: {
        demo: {
          origins: ['https://demo-futures.kraken.com'],
          socketUrl: 'wss://demo-futures.kraken.com/ws/v1',
        },
      },
      keys: { 'hmac-sha512': base64 },
      secretKey: checkedSha512Key,
      secret: base64Secret,
      headers: [
        ['APIKey', 'key'],
        ['Authent', 'sign'],
        ['Nonce', 'nonce'],
      ],
      // What is sent, percent-encoding and all (since February 2024); of the path, what follows "/derivatives".
      base: ({ path, query, body, nonce }) =>
        hash('sha256', query + body + nonce + path.replace(/^\/derivatives(?=\/)/, '')),
      // Query and form follow each other without anything between.
      covers: ['path', 'parameters'],
      onlyForms: true,
      params: { into: { GET: 'query', HEAD: 'query', DELETE: 'query', other: 'form' } },
      // The path starts at the first slash of what is signed, and one of the two paths that are signed alike is never used.
      read: /* @__PURE__ */ refuses(
        { query: /\//, body: /\//, path: /^\/(?:api\/v\d|derivatives\/(?!api\/v\d))/ },
        '"/" must be %2F in parameters, and the path /derivatives/api/v…, or another one of /api',
      ),
      messages: {
        login: {
          ...challenge,
          template: {
            event: 'subscribe',
            feed: '$feed',
            product_ids: '$productIds',
            api_key: '$key',
            original_challenge: '$challenge',
            signed_challenge: '$sign',
          },
        },
        challenge,
      },
    },
    {
      nonce: { nonce: increasing('ms') },
    },
  )
