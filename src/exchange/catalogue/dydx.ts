import { dydxBase, dydxPlace } from '../families/dydx-transaction.js'
import { type ExchangeFactory, keyPairRestExchange } from '../signer/exchange-factory.js'
import { sequences } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'
import { hex } from '../spec/outputs.js'

/**
 * dYdX v4: transactions of its chain, sent to a node as `broadcast_tx_sync`. The key is that of an account (`cosmosKey`), or a
 * permissioned key with `authenticators`. Pass `json: { messages, memo, fee }` with messages in the JSON of the chain, `@type`
 * first: orders are placed and cancelled, and money moves between subaccounts. Numbers of 64 bits are text or bigint. The fee is
 * that of orders unless one is given: none, with 1000000 of gas.
 *
 * The sequence is the time in milliseconds (a timestamp nonce), as the chain takes it within 30 seconds and in any order; pass
 * `nonces` for the account's own sequence.
 *
 * The host is a node that dYdX's documents name, and another company's: state a node of your own, or of your provider, as `origin`.
 *
 * What is signed is the transaction alone (`SIGN_MODE_DIRECT`); neither method nor path nor host is. Nothing is signed to read
 * from the indexer, or for its socket: use plain `fetch` there.
 *
 * Checked against the official clients (v4-clients of 2026-04-27) and the protocol's files (v4-chain of 2026-03-10) on 2026-11-29.
 *
 * @see {@link https://docs.dydx.xyz/interaction/trading | dYdX, trading}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { dydx } from 'countersign/exchange/dydx'
 * import { cosmosKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const key = cosmosKey({ privateKey })
 * const dydxFetch = createSignedFetch(dydx({ key, accountNumber: 12345, environment: 'testnet' }))
 * const subaccount_id = { owner: key.address, number: 0 }
 * const order = {
 *   order_id: { subaccount_id, client_id: 1, order_flags: 0, clob_pair_id: 0 },
 *   side: 'SIDE_BUY',
 *   quantums: '10000000',
 *   subticks: '40000000000',
 *   good_til_block: 10_000_020,
 * }
 * export const place = () =>
 *   dydxFetch('/', { method: 'POST', json: { messages: [{ '@type': '/dydxprotocol.clob.MsgPlaceOrder', order }] } })
 * ```
 */
export const dydx: ExchangeFactory<
  NoncesOption &
    EnvironmentOption<'testnet'> & {
      /**
       * The number that the chain has given the account, as `GET /cosmos/auth/v1beta1/accounts/<address>` states it. It is signed and
       * not sent. A verifier of several accounts is passed a function of their address.
       */
      readonly accountNumber?: number | ((address: string) => number | undefined) | undefined
      /**
       * Ids of the account's authenticators, where the key is not its own but a permissioned one. A verifier is passed a function: the
       * ids of that account which are for that public key. Without one it takes no permissioned keys.
       */
      readonly authenticators?:
        | readonly number[]
        | ((account: string, publicKey: string) => readonly number[] | undefined)
        | undefined
    }
> = /* @__PURE__ */ keyPairRestExchange({
  id: 'dydx',
  name: 'dYdX',
  docs: 'https://docs.dydx.xyz/interaction/trading',
  origins: ['https://dydx-ops-rpc.kingnodes.com'],
  onlyOrigins: true,
  environments: {
    testnet: { origins: ['https://test-dydx-rpc.kingnodes.com'], constants: { chain: 'dydx-testnet-4' } },
  },
  options: ['accountNumber', 'authenticators'],
  keys: { 'ecdsa-secp256k1-sha256': { ...hex, keyCall: 'cosmosKey({ privateKey })' } },
  nonce: /* @__PURE__ */ sequences(),
  place: dydxPlace,
  base: dydxBase,
  covers: ['parameters'],
  body: 'json',
  params: { into: 'json' },
})
