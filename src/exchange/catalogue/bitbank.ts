import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { increasing } from '../signer/nonce-formats.js'
import { onePlace } from '../spec/bases.js'
import type { LiveOnly, NoncesOption, VariantOption, WindowOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'

/**
 * bitbank, by time and window; `variant: 'nonce'` signs a number that increases in their place. Its private stream is one of
 * PubNub: `login()` is the request for channel and token, and the token goes into PubNub's `auth`.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://github.com/bitbankinc/bitbank-api-docs/blob/master/rest-api.md#authorization | bitbank, private REST API}
 * @see {@link https://github.com/bitbankinc/bitbank-api-docs/blob/master/private-stream.md | bitbank, private stream}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitbank } from 'countersign/exchange/bitbank'
 *
 * const bitbankFetch = createSignedFetch(bitbank({ apiKey: 'key', secret: 'secret', recvWindow: 2000 }))
 * export const order = () => bitbankFetch('/v1/user/spot/order', { params: { pair: 'btc_jpy', order_id: 1 } })
 * ```
 */
export const bitbank: ExchangeFactory<WindowOption & NoncesOption & VariantOption<'nonce'> & LiveOnly> =
  /* @__PURE__ */ tokenExchange(
    {
      id: 'bitbank',
      name: 'bitbank',
      docs: 'https://github.com/bitbankinc/bitbank-api-docs/blob/master/rest-api.md#authorization',
      origins: ['https://api.bitbank.cc'],
      keys: { 'hmac-sha256': hex },
      secretKey: checkedSha256Key,
      time: milliseconds,
      // 5000 is what the exchange takes where none is given.
      windowOf,
      window: { default: '5000', max: 60_000, optional: true },
      headers: [
        ['ACCESS-KEY', 'key'],
        ['ACCESS-SIGNATURE', 'sign'],
        ['ACCESS-REQUEST-TIME', 'time'],
        ['ACCESS-TIME-WINDOW', 'window'],
      ],
      // A GET signs where it goes; a POST signs what it says, and not where.
      base: /* @__PURE__ */ onePlace(
        (draft) => draft.nonce + draft.time + draft.window + (draft.method === 'GET' ? targetOf(draft) : draft.body),
      ),
      // Neither method nor path: those of a POST are in nothing that is signed.
      covers: ['query', 'body'],
      body: 'json',
      params: { into: { GET: 'query', other: 'json' } },
      learningClock,
      clock: { error: /"code":\s*2003[34]\b/, status200: true },
      token: {
        method: 'GET',
        path: '/v1/user/subscribe',
        token: 'data.pubnub_token',
        query: 'auth=$token',
      },
    },
    {
      nonce: {
        time: undefined,
        nonce: increasing('ms'),
        window: undefined,
        headers: [
          ['ACCESS-KEY', 'key'],
          ['ACCESS-SIGNATURE', 'sign'],
          ['ACCESS-NONCE', 'nonce'],
        ],
        clock: undefined,
      },
    },
  )
