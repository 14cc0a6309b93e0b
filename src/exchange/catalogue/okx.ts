import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { okLogin } from '../families/ok-access.js'
import { type ExchangeFactory, ruledExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { EnvironmentOption, PassphraseOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { base64 } from '../spec/outputs.js'
import { passphraseOf } from '../spec/passphrase.js'
import type { ExchangeRules } from '../spec/spec.js'
import { isoTime } from '../spec/times.js'

/** What OKX wants signed, and where: for `exchangeScheme`. */
export const okxRules: ExchangeRules = {
  id: 'okx',
  name: 'OKX',
  keys: { 'hmac-sha256': base64 },
  time: isoTime,
  passphrase: 'shown',
  headers: [
    ['OK-ACCESS-KEY', 'key'],
    ['OK-ACCESS-SIGN', 'sign'],
    ['OK-ACCESS-TIMESTAMP', 'time'],
    ['OK-ACCESS-PASSPHRASE', 'passphrase'],
  ],
  base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
  covers: ['method', 'path', 'query', 'body'],
}

/**
 * OKX v5: REST and the login of its WebSocket. The timestamp is ISO on REST and seconds on the socket.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://www.okx.com/docs-v5/en/#overview-rest-authentication | OKX API, REST authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { okx } from 'countersign/exchange/okx'
 *
 * const signer = okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * const okxFetch = createSignedFetch(signer)
 * export const balance = () => okxFetch('/api/v5/account/balance', { params: { ccy: 'BTC,ETH' } })
 * export const login = () => signer.login().messages
 * ```
 */
export const okx: ExchangeFactory<PassphraseOption & EnvironmentOption<'demo'>> = /* @__PURE__ */ ruledExchange(
  okxRules,
  {
    docs: 'https://www.okx.com/docs-v5/en/#overview-rest-authentication',
    origins: ['https://www.okx.com', 'https://eea.okx.com', 'https://us.okx.com', 'https://openapi.okx.com'],
    socketUrl: 'wss://ws.okx.com:8443/ws/v5/private',
    environments: {
      // "Demo Trading Services": the live hosts with a field that says so, a socket of its own, and keys made in demo mode.
      demo: {
        origins: ['https://www.okx.com', 'https://eea.okx.com', 'https://us.okx.com', 'https://openapi.okx.com'],
        socketUrl: 'wss://wspap.okx.com:8443/ws/v5/private',
        headers: [['x-simulated-trading', '=1']],
      },
    },
    secretKey: checkedSha256Key,
    passphraseOf,
    body: 'json',
    params: { lists: 'comma' },
    learningClock,
    clock: {
      path: '/api/v5/public/time',
      time: 'data.0.ts',
      error: /"50102"|"50112"/,
    },
    messages: { login: okLogin },
  },
)
