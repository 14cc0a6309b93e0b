import { HYPERLIQUID_ORIGINS } from '../families/hyperliquid-call.js'
import { actionBase, actionPlace, messageBase, readMessage, readRequest } from '../families/hyperliquid-request.js'
import { signatureObject, walletSignature } from '../families/wallet-signature.js'
import { type ExchangeFactory, keyPairExchange } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'

/**
 * Hyperliquid: actions of `POST /exchange`, and of the WebSocket (`signMessage('action', { id, action })`). The key is a wallet's,
 * best that of an agent (API wallet) that was approved for the account: its address is what the exchange recovers from the
 * signature, and what nonces are counted by. `vaultAddress` acts for a vault or a sub-account.
 *
 * Pass `json: { action, expiresAfter }`. An action is hashed with its members in the order in which they stand, `type` first and
 * those of an order as `a b p s r t c`; prices and sizes are text without zeros at the end. Transfers, withdrawals and approvals
 * are signed member by member: `signatureChainId`, `hyperliquidChain` and the nonce are added. What several keys sign for one account
 * is made by `hyperliquidMultiSig` of `countersign/exchange/orders/hyperliquid`; over the socket pass its `nonce` as well.
 *
 * Neither method nor path is signed. Nothing is signed to read (`POST /info`): use plain `fetch` there.
 *
 * Checked against the official SDK 0.23.0 on 2026-11-28.
 *
 * @see {@link https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing | Hyperliquid, Signing}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { hyperliquid } from 'countersign/exchange/hyperliquid'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const agentKey: string
 * const signer = hyperliquid({ key: walletKey({ privateKey: agentKey }), environment: 'testnet' })
 * const hyperliquidFetch = createSignedFetch(signer)
 * const order = { a: 4, b: true, p: '1670.1', s: '0.0147', r: false, t: { limit: { tif: 'Ioc' } } }
 * export const place = () =>
 *   hyperliquidFetch('/exchange', { method: 'POST', json: { action: { type: 'order', orders: [order], grouping: 'na' } } })
 * ```
 */
export const hyperliquid: ExchangeFactory<
  NoncesOption & EnvironmentOption<'testnet'> & { readonly vaultAddress?: string | undefined }
> = /* @__PURE__ */ keyPairExchange({
  id: 'hyperliquid',
  name: 'Hyperliquid',
  docs: 'https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing',
  origins: [HYPERLIQUID_ORIGINS.Mainnet],
  socketUrl: 'wss://api.hyperliquid.xyz/ws',
  environments: {
    testnet: {
      origins: [HYPERLIQUID_ORIGINS.Testnet],
      socketUrl: 'wss://api.hyperliquid-testnet.xyz/ws',
      constants: { chain: 'Testnet' },
    },
  },
  options: ['vaultAddress'],
  keys: { 'ecdsa-secp256k1-keccak256': walletSignature },
  nonce: /* @__PURE__ */ increasing('ms'),
  place: actionPlace,
  base: actionBase,
  covers: ['parameters'],
  body: 'json',
  params: { into: 'json' },
  read: readRequest,
  messages: {
    action: {
      base: messageBase,
      template: {
        method: 'post',
        id: '$id',
        request: {
          type: 'action',
          payload: {
            action: '@action',
            nonce: '#nonce',
            signature: signatureObject,
            vaultAddress: '@vaultAddress',
            expiresAfter: '@expiresAfter',
          },
        },
      },
      read: readMessage,
    },
  },
})
