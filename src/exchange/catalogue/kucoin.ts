import { utf8 } from '../../crypto/encoding.js'
import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type HmacKey, isKeyId } from '../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, PassphraseOption, VariantOption } from '../spec/credentials.js'
import { decodedQuery } from '../spec/decoded-query.js'
import type { Draft, Value } from '../spec/draft.js'
import { base64 } from '../spec/outputs.js'
import { passphraseOf } from '../spec/passphrase.js'
import { rawText } from '../spec/percent.js'
import type { Header } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'

/** A broker's own credentials: KuCoin, "Broker authentication". */
export interface KucoinPartner {
  readonly id: string
  readonly key: string
  readonly name?: string | undefined
}

const PARTNER: OptionNames<KucoinPartner> = { id: 2, key: 2, name: 1 }

interface Partner {
  readonly id: string
  readonly key: HmacKey
  readonly name: string
}

// What a header line holds; empty: no header.
const SHOWN = /^(?! )[\x20-\x7e]*(?<! )$/

// By the object that was handed over: a key has work to do when it is made, and requests are many.
const partners: WeakMap<object, Partner> = /* @__PURE__ */ new WeakMap()

function partnerOf({ options }: Draft): Partner | undefined {
  const { partner } = options
  if (partner === undefined) return undefined
  let found = partners.get(Object(partner))
  if (found === undefined) {
    assertOptions('KuCoin, "partner"', partner, PARTNER)
    const { id, key, name = '' } = Object(partner) as { id?: unknown; key?: unknown; name?: unknown }
    if (typeof id !== 'string' || typeof key !== 'string' || typeof name !== 'string')
      fail('CONFIG_INVALID', '"partner" must have "id" and "key", and "name" where there is one')
    if (!isKeyId(id)) fail('ARGUMENT_INVALID', '"partner.id" must be the id that KuCoin gave, got other text')
    if (key === '') fail('KEY_WEAK', '"partner.key" must not be empty')
    if (!SHOWN.test(name)) fail('ARGUMENT_INVALID', '"partner.name" must be visible ASCII, got other text')
    found = { id, key: checkedSha256Key({ keyId: id, secret: utf8(key) }), name }
    partners.set(Object(partner), found)
  }
  return found
}

const ofPartner =
  (text: (partner: Partner, draft: Draft) => string): Value =>
  (draft) => {
    const partner = partnerOf(draft)
    return partner === undefined ? '' : text(partner, draft)
  }
// Whose they are, and their key, is not known where a request is verified: what they hold is left unread.
const UNREAD = /^/

const headers = (version: '2' | '3'): readonly Header[] => [
  ['KC-API-KEY', 'key'],
  ['KC-API-SIGN', 'sign'],
  ['KC-API-TIMESTAMP', 'time'],
  ['KC-API-PASSPHRASE', 'passphrase'],
  ['KC-API-KEY-VERSION', `=${version}`],
  ['KC-API-PARTNER', ofPartner(({ id }) => id), UNREAD],
  [
    'KC-API-PARTNER-SIGN',
    ofPartner(({ id, key }, draft) => base64.encode(key.sign(draft.time + id + draft.key))),
    UNREAD,
  ],
  ['KC-API-PARTNER-VERIFY', ofPartner(() => 'true'), UNREAD],
  ['KC-BROKER-NAME', ofPartner(({ name }) => name), UNREAD],
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
    headers: /* @__PURE__ */ headers('2'),
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
  { v3: { headers: headers('3') } },
)
