import { md5Hex } from '#backend/md5'
import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, tokenExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { hexTexts } from '../signer/nonce-formats.js'
import type { LiveOnly, NoncesOption } from '../spec/credentials.js'
import { asBody } from '../spec/envelope.js'
import { base64, hex } from '../spec/outputs.js'
import { inForm, putAs } from '../spec/places.js'
import { milliseconds } from '../spec/times.js'
import { encodedKey, lbankTexts, methodOf, readLbank } from '../special/lbank-form.js'

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
  place: /* @__PURE__ */ asBody(
    /* @__PURE__ */ putAs(
      { .../* @__PURE__ */ inForm([['api_key', 'key']], 'sign'), signatureAnywhere: true },
      encodedKey,
    ),
    'application/x-www-form-urlencoded',
  ),
  // MD5 is broken for collisions: two forms of one's own making may share a signature. Without the key neither can be signed.
  base: (draft) => md5Hex(lbankTexts(draft)).toUpperCase(),
  covers: ['parameters'],
  onlyForms: true,
  params: { sorted: true, lists: 'json', into: 'form' },
  read: readLbank,
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
