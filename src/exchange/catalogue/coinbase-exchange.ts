import { cbAccess } from '../families/cb-access.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption, PassphraseOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { passphraseOf } from '../spec/passphrase.js'
import { base64Secret } from '../spec/secrets.js'
import { decimalSeconds, seconds } from '../spec/times.js'

// "Decimal values are allowed", and the samples of the document send them.
const time = { ...decimalSeconds, write: seconds.write }

/**
 * Coinbase Exchange (formerly Pro). `login({ channels, productIds })` is the subscription that a socket starts with: it is
 * signed as `GET /users/self/verify` would be.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.cdp.coinbase.com/exchange/rest-api/authentication | Coinbase Exchange, REST authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { coinbaseExchange } from 'countersign/exchange/coinbase-exchange'
 *
 * const signer = coinbaseExchange({ apiKey: 'key', secret: 'c2VjcmV0IQ==', passphrase: 'phrase' })
 * const coinbaseFetch = createSignedFetch(signer)
 * export const orders = () => coinbaseFetch('/orders', { params: { product_id: 'BTC-USD', status: ['open', 'done'] } })
 * export const login = () => signer.login({ channels: ['user'], productIds: ['BTC-USD'] }).messages
 * ```
 */
export const coinbaseExchange: ExchangeFactory<PassphraseOption & EnvironmentOption<'sandbox'>> =
  /* @__PURE__ */ exchangeFactory({
    id: 'coinbase-exchange',
    name: 'Coinbase Exchange',
    docs: 'https://docs.cdp.coinbase.com/exchange/rest-api/authentication',
    origins: ['https://api.exchange.coinbase.com'],
    socketUrl: 'wss://ws-feed.exchange.coinbase.com',
    environments: {
      sandbox: {
        origins: ['https://api-public.sandbox.exchange.coinbase.com'],
        socketUrl: 'wss://ws-feed-public.sandbox.exchange.coinbase.com',
      },
    },
    ...cbAccess,
    secret: base64Secret,
    time,
    passphraseOf,
    base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
    covers: ['method', 'path', 'query', 'body'],
    learningClock,
    clock: {
      path: '/time',
      time: 'epoch',
      unit: 's',
      error: /request timestamp expired/,
    },
    messages: {
      login: {
        lifeMs: 30_000,
        path: '/users/self/verify',
        base: ({ time, method, path }) => time + method + path,
        template: {
          type: 'subscribe',
          channels: '$channels',
          product_ids: '$productIds',
          signature: '$sign',
          key: '$key',
          passphrase: '$passphrase',
          timestamp: '$time',
        },
      },
    },
  })
