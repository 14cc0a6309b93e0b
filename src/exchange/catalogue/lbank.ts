import { md5Hex } from '#backend/md5'
import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { CountersignError } from '../../errors.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { hexTexts } from '../signer/nonce-formats.js'
import { type AlgorithmNames, readAlgorithm } from '../spec/algorithm-names.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { asBody } from '../spec/envelope.js'
import { assertNoQuery } from '../spec/one-place.js'
import { base64, hex } from '../spec/outputs.js'
import { joinTexts, textPairs } from '../spec/pairs.js'
import { percentEncoded } from '../spec/percent.js'
import { inForm, putAs } from '../spec/places.js'
import { milliseconds } from '../spec/times.js'

const METHODS: AlgorithmNames = { 'hmac-sha256': 'HmacSHA256', 'rsa-v1_5-sha256': 'RSA' }

const methodOf = ({ algorithm }: Draft): string => METHODS[algorithm as 'hmac-sha256'] as string

/**
 * The upper-case MD5 of all parameters, also of those that stand in the fields and not in the form. MD5 is broken for
 * collisions: two forms of one's own making may share a signature. Without the key neither can be signed.
 */
const base = (draft: Draft): string => {
  if (/^\s*[{[]/.test(draft.body))
    throw new CountersignError('MESSAGE_MALFORMED', 'the body must be a form at LBank, got JSON')
  const texts = joinTexts([
    ...textPairs(draft.body),
    ['echostr', draft.nonce],
    ['signature_method', methodOf(draft)],
    ['timestamp', draft.time],
  ])
  return md5Hex(texts).toUpperCase()
}

/**
 * LBank spot v2, with HMAC or RSA keys. All calls are POST with a form. The socket of an account is shown a key, which
 * `login({ subscribe: 'orderUpdate', pair: 'all' })` fetches.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.lbank.com/en-US/docs/index.html#authentication | LBank API, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { lbank } from 'countersign/exchange/lbank'
 *
 * const signer = lbank({ apiKey: 'key', secret: 'secret' })
 * const lbankFetch = createSignedFetch(signer)
 * export const order = () =>
 *   lbankFetch('/v2/supplement/create_order.do', {
 *     method: 'POST',
 *     params: { symbol: 'eth_btc', type: 'buy', price: '100', amount: '10' },
 *   })
 * export const subscribe = (answer: unknown) =>
 *   signer.login({ subscribe: 'orderUpdate', pair: 'all' }).use?.(answer).messages
 * ```
 */
export const lbank: ExchangeFactory<NoncesOption & LiveOnly> = /* @__PURE__ */ tokenExchange({
  id: 'lbank',
  name: 'LBank',
  docs: 'https://www.lbank.com/en-US/docs/index.html#authentication',
  origins: ['https://api.lbkex.com', 'https://www.lbkex.net', 'https://api.lbank.info'],
  keys: { 'hmac-sha256': hex, 'rsa-v1_5-sha256': base64 },
  secretKey: checkedSha256Key,
  time: milliseconds,
  nonce: { pattern: /^[A-Za-z0-9]{30,40}$/, nonces: hexTexts.nonces },
  headers: [
    ['timestamp', 'time'],
    ['signature_method', methodOf, /^(?<algorithm>HmacSHA256|RSA)$/],
    ['echostr', 'nonce'],
  ],
  place: asBody(
    putAs({ ...inForm([['api_key', 'key']], 'sign'), signatureAnywhere: true }, ({ key }) => ({
      key: percentEncoded(key),
    })),
    'application/x-www-form-urlencoded',
  ),
  base,
  covers: ['parameters'],
  onlyForms: true,
  params: { sorted: true, lists: 'json', into: 'form' },
  read: (draft) => {
    assertNoQuery(draft)
    readAlgorithm(draft, METHODS, 'signature_method')
    // The same text in other characters.
    if (/%(?:[a-f]|.[a-f])/.test(draft.body))
      throw new CountersignError('MESSAGE_MALFORMED', 'the form must have percent-encoding with upper-case digits')
  },
  learningClock,
  clock: {
    path: '/v2/timestamp.do',
    time: 'data',
    error: /"error_code":\s*"?10600\b/,
    status200: true,
  },
  token: {
    method: 'POST',
    path: '/v2/subscribe/get_key.do',
    token: 'data',
    template: { action: 'subscribe', subscribe: '$subscribe', subscribeKey: '$token', pair: '$pair' },
    lifeMs: 3_600_000,
  },
})
