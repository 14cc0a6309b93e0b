import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { EnvironmentOption, PassphraseOption } from '../spec/credentials.js'
import { base64 } from '../spec/outputs.js'
import { sortedPairs } from '../spec/pairs.js'
import { passphraseOf } from '../spec/passphrase.js'
import { rawText } from '../spec/percent.js'
import { LOWER_CASE, refuses } from '../spec/refusals.js'
import { asText } from '../spec/template.js'
import { base64OfTextSecret } from '../spec/text-secret.js'
import { milliseconds } from '../spec/times.js'

/**
 * ApeX Omni: REST and the login of the private WebSocket. Names and values are signed before percent-encoding, those of a
 * form by name: what is signed does not tell a separator from the same character in a value. Orders carry a second signature
 * of a wallet's key, which is not of this package.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://api-docs.omni.apex.exchange/#privateapi | ApeX Omni API, private endpoints}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { apexOmni } from 'countersign/exchange/apex-omni'
 *
 * const signer = apexOmni({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
 * const apexFetch = createSignedFetch(signer)
 * export const fills = () => apexFetch('/api/v3/fills', { params: { symbol: 'BTC-USDT', limit: 10 } })
 * export const login = () => signer.login().messages
 * ```
 */
export const apexOmni: ExchangeFactory<PassphraseOption & EnvironmentOption<'testnet'>> =
  /* @__PURE__ */ exchangeFactory({
    id: 'apex-omni',
    name: 'ApeX Omni',
    docs: 'https://api-docs.omni.apex.exchange/#privateapi',
    origins: ['https://omni.apex.exchange'],
    socketUrl: 'wss://quote.omni.apex.exchange/realtime_private?v=2',
    environments: {
      // Hosts as in ccxt 4.5.84, pro/apex "test".
      testnet: {
        origins: ['https://testnet.omni.apex.exchange'],
        socketUrl: 'wss://qa-quote.omni.apex.exchange/realtime_private?v=2',
      },
    },
    keys: { 'hmac-sha256': base64 },
    secretKey: checkedSha256Key,
    secret: base64OfTextSecret,
    time: milliseconds,
    passphraseOf,
    passphrase: 'shown',
    headers: [
      ['APEX-SIGNATURE', 'sign'],
      ['APEX-API-KEY', 'key'],
      ['APEX-TIMESTAMP', 'time'],
      ['APEX-PASSPHRASE', 'passphrase'],
    ],
    base: ({ time, method, path, questionMark, query, body }) =>
      time + method + path + questionMark + rawText(query) + rawText(sortedPairs(body)),
    // A form stands behind the path without anything between, and both query and form are decoded.
    covers: ['method', 'parameters'],
    onlyForms: true,
    params: { into: { POST: 'form', other: 'query' }, sorted: true },
    // What is signed does not tell %2c from %2C; one text, one spelling.
    read: /* @__PURE__ */ refuses(
      { query: LOWER_CASE, body: LOWER_CASE },
      'percent-encoding must have upper-case digits (RFC 3986 2.1)',
    ),
    messages: {
      login: {
        path: '/ws/accounts',
        args: { topics: ['ws_zk_accounts_v3'] },
        base: ({ time, method, path }) => time + method + path,
        template: {
          op: 'login',
          args: [
            asText({
              type: 'login',
              topics: '$topics',
              httpMethod: 'GET',
              requestPath: '/ws/accounts',
              apiKey: '$key',
              passphrase: '$passphrase',
              timestamp: '$time',
              signature: '$sign',
            }),
          ],
        },
      },
    },
  })
