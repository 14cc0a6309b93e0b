import { type ExchangeFactory, keyPairExchange } from '../signer/exchange-factory.js'
import type { EnvironmentOption } from '../spec/credentials.js'
import { base64 } from '../spec/outputs.js'
import type { Header } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'

const headers: readonly Header[] = [
  ['KALSHI-ACCESS-KEY', 'key'],
  ['KALSHI-ACCESS-SIGNATURE', 'sign'],
  ['KALSHI-ACCESS-TIMESTAMP', 'time'],
]

/**
 * Kalshi: REST, and the upgrade request of its WebSocket. Keys are RSA with PSS padding, or Ed25519. Neither query nor body is signed: TLS
 * alone protects an order's price.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.kalshi.com/getting_started/api_keys | Kalshi API, API keys}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importExchangeKey } from 'countersign/exchange'
 * import { kalshi } from 'countersign/exchange/kalshi'
 *
 * declare const pem: string
 * const signer = kalshi({ key: await importExchangeKey(pem, { apiKey: 'the-key-id', type: 'rsa-pss' }) })
 * const kalshiFetch = createSignedFetch(signer)
 * export const orders = () => kalshiFetch('/trade-api/v2/portfolio/orders', { params: { status: 'resting' } })
 * export const upgrade = async () => (await signer.login()).headers
 * ```
 */
export const kalshi: ExchangeFactory<EnvironmentOption<'demo'>> = /* @__PURE__ */ keyPairExchange({
  id: 'kalshi',
  name: 'Kalshi',
  docs: 'https://docs.kalshi.com/getting_started/api_keys',
  origins: ['https://external-api.kalshi.com', 'https://api.elections.kalshi.com'],
  socketUrl: 'wss://api.elections.kalshi.com/trade-api/ws/v2',
  environments: {
    demo: {
      origins: ['https://external-api.demo.kalshi.co', 'https://demo-api.kalshi.co'],
      socketUrl: 'wss://demo-api.kalshi.co/trade-api/ws/v2',
    },
  },
  keys: { 'rsa-pss-sha256': base64, ed25519: base64 },
  time: milliseconds,
  headers,
  base: ({ time, method, path }) => time + method + path,
  covers: ['method', 'path'],
  messages: { login: { path: '/trade-api/ws/v2', base: ({ time, method, path }) => time + method + path, headers } },
})
