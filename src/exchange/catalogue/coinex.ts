import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, VariantOption, WindowOption } from '../spec/credentials.js'
import { decodedQuery } from '../spec/decoded-query.js'
import type { Draft } from '../spec/draft.js'
import { hex } from '../spec/outputs.js'
import { rawText } from '../spec/percent.js'
import { inQueryOrForm } from '../spec/places.js'
import { windowOf } from '../spec/receive-window.js'
import { sha256SuffixKey } from '../spec/suffix-key.js'
import { milliseconds } from '../spec/times.js'

/**
 * CoinEx v2: REST and the login of its sockets.
 *
 * The document makes an HMAC, while the official samples append the secret and hash: `variant: 'sha256-suffix'`. The first
 * version of the futures API does the latter with its parameters only, of which the time is one: `variant: 'v1'`. Neither
 * has a login here.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.coinex.com/api/v2/authorization | CoinEx API v2, Authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { coinex } from 'countersign/exchange/coinex'
 *
 * const signer = coinex({ apiKey: 'key', secret: 'secret' })
 * const coinexFetch = createSignedFetch(signer)
 * export const orders = () =>
 *   coinexFetch('/v2/spot/pending-order', { params: { market: 'BTCUSDT', market_type: 'SPOT', page: 1, limit: 10 } })
 * export const login = () => signer.login().messages
 * ```
 */
export const coinex: ExchangeFactory<WindowOption & VariantOption<'sha256-suffix' | 'v1'> & LiveOnly> =
  /* @__PURE__ */ exchangeFactory(
    {
      id: 'coinex',
      name: 'CoinEx',
      docs: 'https://docs.coinex.com/api/v2/authorization',
      origins: ['https://api.coinex.com'],
      keys: { 'hmac-sha256': hex },
      secretKey: checkedSha256Key,
      time: milliseconds,
      // Given, not signed; 5000 where nothing is.
      windowOf,
      window: { default: '', max: 60_000 },
      headers: [
        ['X-COINEX-KEY', 'key'],
        ['X-COINEX-SIGN', 'sign'],
        ['X-COINEX-TIMESTAMP', 'time'],
        ['X-COINEX-WINDOWTIME', 'window'],
      ],
      // The query without its percent-encoding: the official samples join names and values as they are.
      base: ({ method, path, questionMark, query, body, time }: Draft) =>
        method + path + questionMark + rawText(query) + body + time,
      ...decodedQuery,
      body: 'json',
      params: { lists: 'comma' },
      learningClock,
      clock: {
        path: '/v2/time',
        time: 'data.timestamp',
        error: /"code":\s*4010\b/,
        status200: true,
      },
      messages: {
        login: {
          args: { id: 1 },
          base: ({ time }) => time,
          template: {
            method: 'server.sign',
            params: { access_id: '$key', signed_str: '$sign', timestamp: '#time' },
            id: '$id',
          },
        },
      },
    },
    {
      'sha256-suffix': { secretKey: sha256SuffixKey, messages: undefined },
      v1: {
        docs: 'https://docs.coinex.com/api/v1/futures',
        secretKey: sha256SuffixKey,
        windowOf,
        window: { default: '', max: 60_000 },
        headers: [
          ['Authorization', 'sign'],
          ['AccessId', 'key'],
        ],
        place: inQueryOrForm([
          ['windowtime', 'window'],
          ['timestamp', 'time'],
        ]),
        base: ({ query, body }) => `${rawText(query + body)}&secret_key=`,
        // Parameters are all that is signed, wherever they stand.
        covers: ['parameters'],
        onlyForms: true,
        body: 'any',
        params: { lists: 'comma', into: { POST: 'form', other: 'query' } },
        read: undefined,
        messages: undefined,
      },
    },
  )
