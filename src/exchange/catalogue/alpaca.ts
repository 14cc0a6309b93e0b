import { shownSecret } from '../families/shown-secret.js'
import { type ExchangeFactory, exchangeFactory } from '../signer/exchange-factory.js'
import type { EnvironmentOption } from '../spec/credentials.js'

/**
 * Alpaca. NOTHING IS SIGNED: key and secret are sent with every request and to every socket, as they are. TLS is all that
 * protects them, and a reader of one request has the account. A server of your own should not speak this scheme; the
 * verifying side is for tests that stand in for the exchange.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.alpaca.markets/docs/authentication-1 | Alpaca, authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { alpaca } from 'countersign/exchange/alpaca'
 *
 * const signer = alpaca({ apiKey: 'key', secret: 'secret', origin: 'https://paper-api.alpaca.markets' })
 * const alpacaFetch = createSignedFetch(signer)
 * export const account = () => alpacaFetch('/v2/account')
 * export const login = () => signer.login().messages
 * ```
 */
export const alpaca: ExchangeFactory<EnvironmentOption<'paper'>> = /* @__PURE__ */ exchangeFactory({
  id: 'alpaca',
  name: 'Alpaca',
  docs: 'https://docs.alpaca.markets/docs/authentication-1',
  origins: ['https://api.alpaca.markets', 'https://data.alpaca.markets'],
  socketUrl: 'wss://api.alpaca.markets/stream',
  environments: {
    // Paper Trading: keys of its own; market data is the same for both.
    paper: {
      origins: ['https://paper-api.alpaca.markets', 'https://data.alpaca.markets'],
      socketUrl: 'wss://paper-api.alpaca.markets/stream',
    },
  },
  ...shownSecret,
  headers: [
    ['APCA-API-KEY-ID', 'key'],
    ['APCA-API-SECRET-KEY', 'sign'],
  ],
  messages: {
    login: { base: shownSecret.base, template: { action: 'auth', key: '$key', secret: '$sign' } },
  },
})
