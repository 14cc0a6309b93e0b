import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { CountersignError } from '../../errors.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { EnvironmentOption, WindowOption } from '../spec/credentials.js'
import { type Draft, targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'

const authorization = ({ key, sign, time, window }: Draft): string =>
  `HS256 ${btoa([key, sign, time, ...(window === '' ? [] : [window])].join(':'))}`

/** Takes apart what {@link authorization} put together, which was read as a whole. */
function read(draft: Draft): void {
  const text = utf8Decode(base64Decode(draft.sign) ?? new Uint8Array()) ?? ''
  const found = /^([^:]+):([^:]+):([^:]+)(?::([1-9][\d.]*))?$/.exec(text)
  if (found === null)
    throw new CountersignError('AUTH_MALFORMED', '"Authorization" must be base64 of key, signature, time and window')
  const [, key, sign, time, window = ''] = found as unknown as [string, string, string, string, string?]
  Object.assign(draft, { key, sign, time, window })
}

/**
 * HitBTC v3: REST and the login of its socket.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://api.hitbtc.com/#hs256 | HitBTC API v3, HS256}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { hitbtc } from 'countersign/exchange/hitbtc'
 *
 * const signer = hitbtc({ apiKey: 'key', secret: 'secret' })
 * const hitbtcFetch = createSignedFetch(signer)
 * export const orders = () => hitbtcFetch('/api/3/spot/order', { params: { symbol: 'ETHBTC' } })
 * export const login = () => signer.login().messages
 * ```
 */
export const hitbtc: ExchangeFactory<WindowOption & EnvironmentOption<'demo'>> = /* @__PURE__ */ exchangeFactory({
  id: 'hitbtc',
  name: 'HitBTC',
  docs: 'https://api.hitbtc.com/#hs256',
  origins: ['https://api.hitbtc.com'],
  socketUrl: 'wss://api.hitbtc.com/api/3/ws/trading',
  environments: {
    demo: {
      origins: ['https://api.demo.hitbtc.com'],
      socketUrl: 'wss://api.demo.hitbtc.com/api/3/ws/trading',
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  // 10000 where nothing is stated.
  windowOf,
  window: { default: '', max: 60_000 },
  headers: [['Authorization', authorization, /^HS256 (?<sign>\S+)$/]],
  base: (draft) => draft.method + targetOf(draft) + draft.body + draft.time + draft.window,
  covers: ['method', 'path', 'query', 'body'],
  body: 'json',
  params: { lists: 'comma' },
  read,
  messages: {
    login: {
      lifeMs: 10_000,
      base: ({ time, window }) => time + window,
      template: {
        method: 'login',
        params: { type: 'HS256', api_key: '$key', timestamp: '#time', window: '#window', signature: '$sign' },
        id: '$id',
      },
    },
  },
})
