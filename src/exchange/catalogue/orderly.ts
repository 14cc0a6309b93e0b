import { type ExchangeFactory, keyPairExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { optionOf } from '../spec/arguments.js'
import type { EnvironmentOption, VariantOption } from '../spec/credentials.js'
import { decodedQuery } from '../spec/decoded-query.js'
import { targetOf } from '../spec/draft.js'
import { base64url } from '../spec/outputs.js'
import { rawText } from '../spec/percent.js'
import { formTypeWithoutBody } from '../spec/placements.js'
import { milliseconds } from '../spec/times.js'

/**
 * Orderly, and the exchanges on it such as WOOFi Pro: REST and the login of the private WebSocket. Keys are Ed25519, written
 * `ed25519:` and base58; the API key is the public half. The account is given as `accountId`.
 *
 * The documents' own code signs path and query as they are sent. `variant: 'raw'` signs them before percent-encoding, as ccxt
 * does; the two differ only where something is encoded.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://orderly.network/docs/build-on-omnichain/evm-api/api-authentication | Orderly, API authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importExchangeKey } from 'countersign/exchange'
 * import { orderly } from 'countersign/exchange/orderly'
 *
 * declare const keys: { readonly public: string; readonly secret: string }
 * const key = await importExchangeKey(keys.secret, { apiKey: keys.public, type: 'ed25519' })
 * const signer = orderly({ key, accountId: '0x0123' })
 * const orderlyFetch = createSignedFetch(signer)
 * export const orders = () => orderlyFetch('/v1/orders', { params: { symbol: 'PERP_BTC_USDC' } })
 * export const login = () => signer.login({ id: '1' }).messages
 * ```
 */
export const orderly: ExchangeFactory<
  VariantOption<'raw'> & EnvironmentOption<'testnet'> & { readonly accountId: string }
> = /* @__PURE__ */ keyPairExchange(
  {
    id: 'orderly',
    name: 'Orderly',
    docs: 'https://orderly.network/docs/build-on-omnichain/evm-api/api-authentication',
    origins: ['https://api.orderly.org', 'https://api-evm.orderly.org'],
    environments: {
      testnet: {
        origins: ['https://testnet-api.orderly.org', 'https://testnet-api-evm.orderly.org'],
      },
    },
    options: ['accountId'],
    keys: { ed25519: base64url },
    time: milliseconds,
    headers: [
      // Not signed; the expression has no names, so that whatever account was given is not held to this one.
      ['orderly-account-id', (draft) => optionOf(draft, 'accountId'), /^\S+$/],
      ['orderly-key', 'key'],
      ['orderly-timestamp', 'time'],
      ['orderly-signature', 'sign'],
    ],
    // "Content type": GET and DELETE state a form although they send none.
    place: formTypeWithoutBody,
    base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
    covers: ['method', 'path', 'query', 'body'],
    body: 'json',
    learningClock,
    clock: { error: /timestamp expired/i },
    messages: {
      login: {
        lifeMs: 300_000,
        base: ({ time }) => time,
        template: { id: '$id', event: 'auth', params: { orderly_key: '$key', sign: '$sign', timestamp: '#time' } },
      },
    },
  },
  {
    raw: {
      base: (draft) => draft.time + draft.method + draft.path + draft.questionMark + rawText(draft.query) + draft.body,
      ...decodedQuery,
    },
  },
)
