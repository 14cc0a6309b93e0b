import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, PassphraseOption, VariantOption } from '../spec/credentials.js'
import { decodedQuery } from '../spec/decoded-query.js'
import { base64 } from '../spec/outputs.js'
import { passphraseOf } from '../spec/passphrase.js'
import { rawText } from '../spec/percent.js'
import type { Header } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'
import { type KucoinPartner, partnerHeaders } from '../special/kucoin-partner.js'

export type { KucoinPartner } from '../special/kucoin-partner.js'

const headers: readonly Header[] = [
  ['KC-API-KEY', 'key'],
  ['KC-API-SIGN', 'sign'],
  ['KC-API-TIMESTAMP', 'time'],
  ['KC-API-PASSPHRASE', 'passphrase'],
]

/**
 * KuCoin spot, margin, futures and unified account. The passphrase is sent signed. A key that the API page calls version 3
 * needs `variant: 'v3'`. A broker states `partner: { id, key, name }`. The socket's URL shows a token that `login()` fetches with a
 * signed request; the answer says which URL. For futures state `origin: 'https://api-futures.kucoin.com'`.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.kucoin.com/docs-new/authentication | KuCoin, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { kucoin } from 'countersign/exchange/kucoin'
 *
 * const kucoinFetch = createSignedFetch(kucoin({ apiKey: 'key', secret: 'secret', passphrase: 'phrase', variant: 'v3' }))
 * export const order = () =>
 *   kucoinFetch('/api/v1/hf/orders', {
 *     method: 'POST',
 *     params: { symbol: 'BTC-USDT', side: 'buy', type: 'limit', price: '19200', size: '0.01' },
 *   })
 * ```
 */
export const kucoin: ExchangeFactory<
  PassphraseOption & VariantOption<'v3'> & LiveOnly & { readonly partner?: KucoinPartner | undefined }
> = /* @__PURE__ */ tokenExchange(
  {
    id: 'kucoin',
    name: 'KuCoin',
    docs: 'https://www.kucoin.com/docs-new/authentication',
    origins: ['https://api.kucoin.com', 'https://api-futures.kucoin.com', 'https://api-broker.kucoin.com'],
    options: ['partner'],
    keys: { 'hmac-sha256': base64 },
    secretKey: checkedSha256Key,
    time: milliseconds,
    passphraseOf,
    passphrase: 'signed',
    headers: [...headers, ['KC-API-KEY-VERSION', '=2'], ...partnerHeaders],
    // The query before percent-encoding, "%" and all: https://www.kucoin.com/docs-new/authentication has an example with "!@#", and
    // the SDKs of https://github.com/Kucoin/kucoin-universal-sdk (sdk/{golang,java,node,php,python}, DefaultTransport) all make it
    // twice, encoded for the wire and plain for the signature. An encoded "(" was refused with 400005. The path is signed as sent.
    base: ({ time, method, path, questionMark, query, body }) =>
      time + method + path + questionMark + rawText(query) + body,
    ...decodedQuery,
    body: 'json',
    params: { lists: 'comma' },
    learningClock,
    clock: {
      path: '/api/v1/timestamp',
      time: 'data',
      error: /"400002"/,
    },
    token: {
      method: 'POST',
      path: '/api/v1/bullet-private',
      token: 'data.token',
      query: 'token=$token',
      lifeMs: 86_400_000,
    },
  },
  { v3: { headers: [...headers, ['KC-API-KEY-VERSION', '=3'], ...partnerHeaders] } },
)
