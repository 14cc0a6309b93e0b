import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import { randomTexts } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'
import { targetOf } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { milliseconds } from '../spec/times.js'

// Four members, each of them there, in any order: the document itself writes two.
const AUTHORIZATION =
  /^deri-hmac-sha256 (?=(?:.*,)?id=(?<key>[^,\s]+))(?=(?:.*,)?ts=(?<time>[^,\s]+))(?=(?:.*,)?sig=(?<sign>[^,\s]+))(?=(?:.*,)?nonce=(?<nonce>[^,\s]+))(?:[a-z]+=[^,\s]+(?:,(?!$)|$)){4}$/

/**
 * Deribit v2: JSON-RPC over HTTP, GET with a query or POST with a body, and the login of its socket, which may state `data`
 * and `scope`.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.deribit.com/articles/authentication | Deribit, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { deribit } from 'countersign/exchange/deribit'
 *
 * const signer = deribit({ apiKey: 'key', secret: 'secret' })
 * const deribitFetch = createSignedFetch(signer)
 * export const account = () => deribitFetch('/api/v2/private/get_account_summary', { params: { currency: 'BTC' } })
 * export const login = () => signer.login().messages
 * ```
 */
export const deribit: ExchangeFactory<NoncesOption & EnvironmentOption<'testnet'>> = /* @__PURE__ */ exchangeFactory({
  id: 'deribit',
  name: 'Deribit',
  docs: 'https://docs.deribit.com/articles/authentication',
  origins: ['https://www.deribit.com'],
  socketUrl: 'wss://www.deribit.com/ws/api/v2',
  environments: {
    testnet: {
      origins: ['https://test.deribit.com'],
      socketUrl: 'wss://test.deribit.com/ws/api/v2',
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  nonce: randomTexts,
  headers: [
    [
      'Authorization',
      ({ key, time, sign, nonce }) => `deri-hmac-sha256 id=${key},ts=${time},sig=${sign},nonce=${nonce}`,
      AUTHORIZATION,
    ],
  ],
  base: (draft) => [draft.time, draft.nonce, draft.method, targetOf(draft), draft.body, ''].join('\n'),
  covers: ['method', 'path', 'query', 'body'],
  params: {
    lists: 'json',
    // "hedge", "legs" and "trade_allocations": https://docs.deribit.com/api-reference/block-rfq/private-create_block_rfq; "trades":
    // https://docs.deribit.com/articles/block-trading-api; the others are held to no source.
    objects: ['hedge', 'legs', 'otoco_config', 'simulated_positions', 'trade_allocations', 'trades'],
    into: 'query',
  },
  learningClock,
  clock: {
    path: '/api/v2/public/get_time',
    time: 'result',
    // The document gives no code for it.
    error: /\btimestamp\b/,
  },
  messages: {
    login: {
      nonce: randomTexts,
      lifeMs: 60_000,
      args: { id: 1 },
      base: ({ time, nonce, options: { data = '' } }) => [time, nonce, data].join('\n'),
      template: {
        jsonrpc: '2.0',
        id: '$id',
        method: 'public/auth',
        params: {
          grant_type: 'client_signature',
          client_id: '$key',
          timestamp: '#time',
          signature: '$sign',
          nonce: '$nonce',
          data: '$data',
          scope: '$scope',
        },
      },
    },
  },
})
