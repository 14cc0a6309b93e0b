import { cbAccess, withoutQuery } from '../families/cb-access.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { EnvironmentOption, PassphraseOption } from '../spec/credentials.js'
import { passphraseOf } from '../spec/passphrase.js'
import { base64Secret } from '../spec/secrets.js'

/**
 * Coinbase International Exchange. The query is not part of what is signed, and a request is good for five seconds only.
 * `login({ channels, productIds })` is the subscription that a socket starts with.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.cdp.coinbase.com/international-exchange/rest-api/authentication | Coinbase International Exchange, REST authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { coinbaseInternational } from 'countersign/exchange/coinbase-international'
 *
 * const signer = coinbaseInternational({ apiKey: 'key', secret: 'c2VjcmV0IQ==', passphrase: 'phrase' })
 * const coinbaseFetch = createSignedFetch(signer)
 * export const orders = () => coinbaseFetch('/api/v1/orders', { params: { instrument: 'BTC-PERP' } })
 * export const login = () => signer.login({ channels: ['MATCH'], productIds: ['BTC-PERP'] }).messages
 * ```
 */
export const coinbaseInternational: ExchangeFactory<PassphraseOption & EnvironmentOption<'sandbox'>> =
  /* @__PURE__ */ exchangeFactory({
    id: 'coinbase-international',
    name: 'Coinbase International Exchange',
    docs: 'https://docs.cdp.coinbase.com/international-exchange/rest-api/authentication',
    origins: ['https://api.international.coinbase.com'],
    socketUrl: 'wss://ws-md.international.coinbase.com',
    environments: {
      // The two hosts do differ by one digit.
      sandbox: {
        origins: ['https://api-n5e1.coinbase.com'],
        socketUrl: 'wss://ws-md.n5e2.coinbase.com',
      },
    },
    ...cbAccess,
    ...withoutQuery,
    // The document does not say so; the official SDKs decode it.
    secret: base64Secret,
    passphraseOf,
    messages: {
      login: {
        lifeMs: 30_000,
        base: ({ time, key, passphrase }) => `${time}${key}CBINTLMD${passphrase}`,
        template: {
          type: 'SUBSCRIBE',
          product_ids: '$productIds',
          channels: '$channels',
          time: '$time',
          key: '$key',
          passphrase: '$passphrase',
          signature: '$sign',
        },
      },
    },
  })
