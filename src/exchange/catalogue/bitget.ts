import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { accessHeaders, okLogin } from '../families/ok-access.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption, PassphraseOption } from '../spec/credentials.js'
import { decodedQuery } from '../spec/decoded-query.js'
import { base64 } from '../spec/outputs.js'
import { sortedPairs } from '../spec/pairs.js'
import { passphraseOf } from '../spec/passphrase.js'
import { rawText } from '../spec/percent.js'
import { milliseconds } from '../spec/times.js'

/**
 * Bitget v2 and the unified account v3, with HMAC or RSA keys, and the login of their WebSockets. The query is signed by name
 * and without its percent-encoding. The time is milliseconds on REST and seconds on the socket.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.bitget.com/api-doc/common/signature | Bitget API, Signature}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitget } from 'countersign/exchange/bitget'
 *
 * const signer = bitget({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * const bitgetFetch = createSignedFetch(signer)
 * export const assets = () => bitgetFetch('/api/v2/spot/account/assets', { params: { coin: 'USDT' } })
 * export const login = () => signer.login().messages
 * ```
 */
export const bitget: ExchangeFactory<PassphraseOption & EnvironmentOption<'demo'>> = /* @__PURE__ */ exchangeFactory({
  id: 'bitget',
  name: 'Bitget',
  docs: 'https://www.bitget.com/api-doc/common/signature',
  origins: ['https://api.bitget.com'],
  socketUrl: 'wss://ws.bitget.com/v2/ws/private',
  environments: {
    // "Demo Trading": the live host with a field that says so, a socket of its own, and keys made in demo mode.
    demo: {
      origins: ['https://api.bitget.com'],
      socketUrl: 'wss://wspap.bitget.com/v2/ws/private',
      headers: [['paptrading', '=1']],
    },
  },
  keys: { 'hmac-sha256': base64, 'rsa-v1_5-sha256': base64 },
  secretKey: checkedSha256Key,
  time: milliseconds,
  passphraseOf,
  passphrase: 'shown',
  headers: accessHeaders,
  base: ({ time, method, path, query, body }) =>
    time + method + path + (query === '' ? '' : `?${rawText(sortedPairs(query))}`) + body,
  ...decodedQuery,
  body: 'json',
  params: { sorted: true, lists: 'comma' },
  learningClock,
  clock: {
    path: '/api/v2/public/time',
    time: 'data.serverTime',
    error: /"code":\s*"?(?:40004|40005|40008)\b/,
  },
  messages: { login: { ...okLogin, path: '/user/verify' } },
})
