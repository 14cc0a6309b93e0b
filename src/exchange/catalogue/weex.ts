import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { accessHeaders } from '../families/ok-access.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, PassphraseOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { base64 } from '../spec/outputs.js'
import { passphraseOf } from '../spec/passphrase.js'
import { milliseconds } from '../spec/times.js'

/**
 * WEEX v3. A private socket is signed in by header fields of its upgrade request, which no browser lets a page set.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.weex.com/api-doc/spot/QuickStart/Signature | WEEX, Signature}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { weex } from 'countersign/exchange/weex'
 *
 * const signer = weex({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * const weexFetch = createSignedFetch(signer)
 * export const account = () => weexFetch('/api/v3/account/')
 * export const upgradeHeaders = () => signer.login().headers
 * ```
 */
export const weex: ExchangeFactory<PassphraseOption & LiveOnly> = /* @__PURE__ */ exchangeFactory({
  id: 'weex',
  name: 'WEEX',
  docs: 'https://www.weex.com/api-doc/spot/QuickStart/Signature',
  origins: ['https://api-spot.weex.com', 'https://api-contract.weex.com'],
  keys: { 'hmac-sha256': base64 },
  secretKey: checkedSha256Key,
  time: milliseconds,
  passphraseOf,
  passphrase: 'shown',
  headers: accessHeaders,
  base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
  learningClock,
  clock: {
    path: '/api/v3/time',
    time: 'serverTime',
    error: /"code":\s*"?-1046\b/,
  },
  messages: {
    login: { lifeMs: 30_000, path: '/v3/ws/private', base: ({ time, path }) => time + path, headers: accessHeaders },
  },
})
