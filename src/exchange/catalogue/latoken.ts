import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { LiveOnly, VariantOption } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'
import { percentEncoded, rawText } from '../spec/percent.js'
import { checkedSha512Key } from '../spec/secrets.js'
import { milliseconds } from '../spec/times.js'
import { asRead, latokenText } from '../special/latoken-text.js'

/**
 * LATOKEN v2. Neither a time nor a nonce is signed: a reader of a request can send it again, for ever. The exchange's own
 * clients sign parameters unencoded; `variant: 'encoded'` signs them percent-encoded, as others do. Its socket speaks STOMP:
 * hand `login().headers` to the STOMP client as those of its CONNECT frame.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://api.latoken.com/doc/v2/#section/Authentication | LATOKEN API v2, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { latoken } from 'countersign/exchange/latoken'
 *
 * const signer = latoken({ apiKey: 'key', secret: 'secret' })
 * const latokenFetch = createSignedFetch(signer)
 * export const account = () => latokenFetch('/v2/auth/account', { params: { zeros: false } })
 * export const connectHeaders = () => signer.login().headers
 * ```
 */
export const latoken: ExchangeFactory<VariantOption<'encoded'> & LiveOnly> = /* @__PURE__ */ exchangeFactory(
  {
    id: 'latoken',
    name: 'LATOKEN',
    docs: 'https://api.latoken.com/doc/v2/#section/Authentication',
    origins: ['https://api.latoken.com'],
    keys: { 'hmac-sha512': hex },
    secretKey: checkedSha512Key,
    headers: [
      ['X-LA-APIKEY', 'key'],
      ['X-LA-SIGNATURE', 'sign'],
      ['X-LA-DIGEST', '=HMAC-SHA512'],
    ],
    base: /* @__PURE__ */ latokenText(rawText, asRead),
    // Names and values stand behind the path without anything between.
    covers: ['method', 'parameters'],
    params: { into: { GET: 'query', other: 'json' } },
    messages: {
      login: {
        time: milliseconds,
        base: ({ time }) => time,
        headers: [
          ['X-LA-APIKEY', 'key'],
          ['X-LA-SIGNATURE', 'sign'],
          ['X-LA-DIGEST', '=HMAC-SHA512'],
          ['X-LA-SIGDATA', 'time'],
        ],
      },
    },
  },
  {
    encoded: { base: /* @__PURE__ */ latokenText(asRead, percentEncoded) },
  },
)
