import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { randomTexts } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption, PassphraseOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { base64OfHex } from '../spec/outputs.js'
import { passphraseOf } from '../spec/passphrase.js'
import { milliseconds } from '../spec/times.js'

/**
 * BloFin: REST and the login of its private sockets. The signature is base64 of the hexadecimal digits, and a nonce may not
 * come again within a minute.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.blofin.com/index.html#generating-signature | BloFin API, signature}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { blofin } from 'countersign/exchange/blofin'
 *
 * const signer = blofin({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * const blofinFetch = createSignedFetch(signer)
 * export const balance = () => blofinFetch('/api/v1/account/balance', { params: { productType: 'USDT-FUTURES' } })
 * export const login = () => signer.login().messages
 * ```
 */
export const blofin: ExchangeFactory<PassphraseOption & NoncesOption & EnvironmentOption<'demo'>> =
  /* @__PURE__ */ exchangeFactory({
    id: 'blofin',
    name: 'BloFin',
    docs: 'https://docs.blofin.com/index.html#generating-signature',
    origins: ['https://openapi.blofin.com'],
    socketUrl: 'wss://openapi.blofin.com/ws/private',
    environments: {
      demo: {
        origins: ['https://demo-trading-openapi.blofin.com'],
        socketUrl: 'wss://demo-trading-openapi.blofin.com/ws/private',
      },
    },
    keys: { 'hmac-sha256': base64OfHex },
    secretKey: checkedSha256Key,
    time: milliseconds,
    nonce: randomTexts,
    passphraseOf,
    passphrase: 'shown',
    headers: [
      ['ACCESS-KEY', 'key'],
      ['ACCESS-SIGN', 'sign'],
      ['ACCESS-TIMESTAMP', 'time'],
      ['ACCESS-NONCE', 'nonce'],
      ['ACCESS-PASSPHRASE', 'passphrase'],
    ],
    base: (draft) => targetOf(draft) + draft.method + draft.time + draft.nonce + draft.body,
    covers: ['method', 'path', 'query', 'body'],
    body: 'json',
    params: { into: { GET: 'query', other: 'json' } },
    learningClock,
    clock: { error: /"152405"/ },
    messages: {
      login: {
        lifeMs: 60_000,
        path: '/users/self/verify',
        base: ({ path, method, time, nonce }) => path + method + time + nonce,
        template: {
          op: 'login',
          args: [{ apiKey: '$key', passphrase: '$passphrase', timestamp: '$time', nonce: '$nonce', sign: '$sign' }],
        },
      },
    },
  })
