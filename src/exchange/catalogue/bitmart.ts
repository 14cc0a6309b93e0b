import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, PassphraseOption, VariantOption } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'
import { passphraseOf } from '../spec/passphrase.js'
import type { MessageSpec } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'

const login: MessageSpec = {
  lifeMs: 60_000,
  base: ({ time, passphrase }) => `${time}#${passphrase}#bitmart.WebSocket`,
  template: { op: 'login', args: ['$key', '$time', '$sign'] },
}

/**
 * BitMart spot and futures, which is closing: trading ended on 2026-08-26 at 01:00 UTC, withdrawals are possible until 2027-01-31,
 * 15:59 UTC (notice of 2026-07-26).
 *
 * The memo that was chosen with the API key is the `passphrase`: it is part of what is signed and
 * never sent. Of a request only the body is signed, neither method nor path nor query. `login()` is for the spot socket,
 * `signMessage('access')` for that of futures.
 *
 * An older page signs the query of GET and DELETE where the official SDKs sign nothing: `variant: 'signed-query'`.
 *
 * Checked against the exchange's own SDK (bitmart-node-sdk) on 2026-11-28.
 *
 * @see {@link https://developer-pro.bitmart.com/en/spot/#signature | BitMart, Signature}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitmart } from 'countersign/exchange/bitmart'
 *
 * const signer = bitmart({ apiKey: 'key', secret: 'secret', passphrase: 'memo' })
 * const bitmartFetch = createSignedFetch(signer)
 * export const order = () =>
 *   bitmartFetch('/spot/v2/submit_order', {
 *     method: 'POST',
 *     params: { symbol: 'BTC_USDT', side: 'sell', type: 'limit', size: '0.1', price: '50000' },
 *   })
 * export const login = () => signer.login().messages
 * ```
 */
export const bitmart: ExchangeFactory<PassphraseOption & VariantOption<'signed-query'> & LiveOnly> =
  /* @__PURE__ */ exchangeFactory(
    {
      id: 'bitmart',
      name: 'BitMart',
      docs: 'https://developer-pro.bitmart.com/en/spot/#signature',
      end: {
        state: 'closing',
        on: '2027-01-31',
        detail: 'ended trading on 2026-08-26; withdrawals are possible until 2027-01-31, 15:59 UTC',
      },
      origins: ['https://api-cloud.bitmart.com', 'https://api-cloud-v2.bitmart.com'],
      keys: { 'hmac-sha256': hex },
      secretKey: checkedSha256Key,
      time: milliseconds,
      passphraseOf,
      passphrase: 'in-base',
      headers: [
        ['X-BM-KEY', 'key'],
        ['X-BM-SIGN', 'sign'],
        ['X-BM-TIMESTAMP', 'time'],
      ],
      base: ({ time, passphrase, body }) => `${time}#${passphrase}#${body}`,
      covers: ['body'],
      learningClock,
      clock: {
        path: '/system/time',
        time: 'data.server_time',
        error: /"code":\s*3000[67]\b/,
      },
      messages: {
        login,
        access: { ...login, template: { action: 'access', args: ['$key', '$time', '$sign', 'web'] } },
      },
    },
    {
      'signed-query': {
        // GET has a query and POST a body; nothing has both.
        base: ({ time, passphrase, query, body }) => `${time}#${passphrase}#${query}${body}`,
        covers: ['query', 'body'],
        body: 'json',
      },
    },
  )
