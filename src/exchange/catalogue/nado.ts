import {
  besidesSigned,
  callBase,
  callPlace,
  readCall,
  readStream,
  senderOf,
  streamBase,
} from '../families/nado-request.js'
import { walletSignature } from '../families/wallet-signature.js'
import { type ExchangeFactory, keyPairExchange } from '../signer/exchange-factory.js'
import { twentyBits } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'
import type { MessageSpec } from '../spec/spec.js'
import { asMade } from '../spec/template.js'
import { expiresIn, milliseconds } from '../spec/times.js'

const login: MessageSpec = {
  args: { id: 1 },
  base: streamBase,
  template: {
    method: 'authenticate',
    id: '$id',
    tx: { sender: asMade('@sender', senderOf), expiration: '$time' },
    signature: '$sign',
  },
  read: readStream,
}

/**
 * Nado (on Ink): calls of its gateway, `POST /v1/execute`, and of the trigger service, with a wallet's key or that of a linked signer
 * (`sender` is then the owner's sub-account). Sender and nonce are added where they are missing; the nonce holds the time until which
 * the call may arrive, 90 seconds from now. The gateway of each network is signed for its own contract.
 *
 * An order is signed for its product, everything else for the contract. What a call has besides (`id`, `digest`, `spot_leverage`,
 * `trigger`) is not signed, and neither are method and path. `place_orders` and `cancel_and_place` are made of calls that are signed
 * one by one: `nadoOrders` of `countersign/exchange/orders/nado`. So are what has no nonce and is sent elsewhere (`list_trigger_orders`
 * of the trigger service, `leaderboard_authentication` and `social_authentication` of the archive). Nothing is signed to ask (`POST /v1/query`): use plain `fetch`.
 * `login({ sender })` is for the socket of an account's own streams.
 *
 * Checked against the official SDK (nado-protocol 2.0.0) on 2026-11-30.
 *
 * @see {@link https://docs.nado.xyz/developer-resources/api/gateway/executes | Nado, Executes}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { nado } from 'countersign/exchange/nado'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const nadoFetch = createSignedFetch(nado({ key: walletKey({ privateKey }), environment: 'testnet' }))
 * const order = { priceX18: '10000000000000000000000', amount: '1000000000000000', expiration: '1800000000', appendix: '1' }
 * export const place = () =>
 *   nadoFetch('/v1/execute', { method: 'POST', json: { place_order: { product_id: 2, order } } })
 * ```
 */
export const nado: ExchangeFactory<
  NoncesOption &
    EnvironmentOption<'testnet'> & {
      /** 32 bytes with `0x`: an address and 12 bytes of the sub-account's name. Default: the key's own address, and "default". */
      readonly sender?: string | undefined
      /** The contract of the gateway, where its answer to `contracts` names another one. */
      readonly endpoint?: string | undefined
    }
> = /* @__PURE__ */ keyPairExchange({
  id: 'nado',
  name: 'Nado',
  docs: 'https://docs.nado.xyz/developer-resources/api/gateway/executes',
  origins: ['https://gateway.prod.nado.xyz', 'https://trigger.prod.nado.xyz'],
  socketUrl: 'wss://gateway.prod.nado.xyz/v1/subscribe',
  environments: {
    testnet: {
      origins: ['https://gateway.test.nado.xyz', 'https://trigger.test.nado.xyz'],
      socketUrl: 'wss://gateway.test.nado.xyz/v1/subscribe',
      constants: { chainId: '763373', endpoint: '0x698d87105274292b5673367dec81874ce3633ac2' },
    },
  },
  options: ['sender', 'endpoint'],
  keys: { 'ecdsa-secp256k1-keccak256': walletSignature },
  time: /* @__PURE__ */ expiresIn(90_000, milliseconds),
  // The 20 bits behind the time: they tell calls of the same millisecond apart, also those of two programs.
  nonce: twentyBits,
  place: callPlace,
  base: callBase,
  covers: ['parameters'],
  notCovered: besidesSigned,
  body: 'json',
  params: { into: 'json' },
  read: readCall,
  messages: { login },
})
