import { type ExchangeFactory, keyPairExchange } from '../signer/exchange-factory.js'
import type { EnvironmentOption, WindowOption } from '../spec/credentials.js'
import { windowOf } from '../spec/receive-window.js'
import { milliseconds } from '../spec/times.js'
import { base58Output, operation, operationPlace, requestText } from '../special/pacifica-operations.js'

/**
 * Pacifica: operations of `POST /api/v1/…` and of the WebSocket (`signMessage('create_order', { id, data })`). Keys are those of
 * Solana accounts (`solanaKey`); with an agent's key (API agent key) the account is given as `account`. What is signed is the
 * operation's type, the time, its end and its parameters as JSON with sorted names. Neither account nor agent is signed: a server
 * must know itself whose agent a key is.
 *
 * Amounts and prices are text: a number with a fraction has several spellings, and is refused. So is what is not ASCII. A batch is
 * made of operations that are signed one by one; a sub-account is made with two signatures and not by this signer, nor are
 * messages of hardware wallets. Nothing is signed to read, or to subscribe.
 *
 * `recvWindow` is `expiry_window`, default 5 seconds as in the official examples.
 *
 * Checked against the official pages and examples (pacifica-fi/python-sdk of 2025-10-27) on 2026-11-29. They publish no signature.
 *
 * @see {@link https://docs.pacifica.fi/api-documentation/api/signing | Pacifica, Signing}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { pacifica } from 'countersign/exchange/pacifica'
 * import { solanaKey } from 'countersign/exchange/wallet'
 *
 * declare const agentKey: string
 * declare const account: string
 * const signer = pacifica({ key: solanaKey({ privateKey: agentKey }), account, environment: 'testnet' })
 * const pacificaFetch = createSignedFetch(signer)
 * const order = { symbol: 'BTC', price: '100000', amount: '0.1', side: 'bid', tif: 'GTC', reduce_only: false }
 * export const place = () => pacificaFetch('/api/v1/orders/create', { method: 'POST', json: order })
 * ```
 */
export const pacifica: ExchangeFactory<
  WindowOption &
    EnvironmentOption<'testnet'> & {
      /** The account's address, where the key is its agent's. */
      readonly account?: string | undefined
      /** What endpoints are called in what is signed, where they are not known here: path to type. */
      readonly operations?: Readonly<Record<string, string>> | undefined
    }
> = /* @__PURE__ */ keyPairExchange({
  id: 'pacifica',
  name: 'Pacifica',
  docs: 'https://docs.pacifica.fi/api-documentation/api/signing',
  origins: ['https://api.pacifica.fi'],
  socketUrl: 'wss://ws.pacifica.fi/ws',
  environments: {
    testnet: { origins: ['https://test-api.pacifica.fi'], socketUrl: 'wss://test-ws.pacifica.fi/ws' },
  },
  options: ['account', 'operations'],
  keys: { ed25519: base58Output },
  time: milliseconds,
  // Official examples go as far as 200 seconds, for hardware wallets.
  windowOf,
  window: { default: '5000', max: 200_000 },
  place: operationPlace,
  base: requestText,
  covers: ['parameters'],
  body: 'json',
  params: { into: 'json' },
  messages: {
    create_order: /* @__PURE__ */ operation('create_order'),
    create_market_order: /* @__PURE__ */ operation('create_market_order'),
    edit_order: /* @__PURE__ */ operation('edit_order'),
    cancel_order: /* @__PURE__ */ operation('cancel_order'),
    cancel_all_orders: /* @__PURE__ */ operation('cancel_all_orders'),
  },
})
