import { hex } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import type { OptionNames } from '../../errors.js'
import { writeJson } from '../../message/values.js'
import { MEMBERS } from '../../support/option-kinds.js'
import type { SignedRequest } from '../spec/signer-types.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type Signed, signedWith } from '../wallet/signed-order.js'
import { type HyperliquidCall, type HyperliquidChain, hyperliquidBase } from './hyperliquid-actions.js'
import { HYPERLIQUID_ORIGINS, missingMembers } from './hyperliquid-call.js'
import { signatureMembers } from './wallet-signature.js'

/** Where an action counts. */
export type HyperliquidEnvironment = 'live' | 'testnet'

/** Names of the environments, as an option has them. */
export const HYPERLIQUID_ENVIRONMENTS: readonly HyperliquidEnvironment[] = ['live', 'testnet']

/** The network that is signed for an environment. */
export const chainOf = (environment: HyperliquidEnvironment | undefined): HyperliquidChain =>
  environment === 'testnet' ? 'Testnet' : 'Mainnet'

/** The key of an account or of its agent. */
export const HYPERLIQUID_KEY: ReturnType<typeof keyFrom> = /* @__PURE__ */ keyFrom('walletKey', 'ARGUMENT_INVALID')

/** Options of {@link signHyperliquidAction}. */
export interface SignHyperliquidActionOptions<K extends SigningKey = SigningKey> {
  /**
   * What to do: `type` first, the members of an order as `a b p s r t c`, since their order is signed. Prices and sizes are text
   * without zeros at the end.
   */
  readonly action: Readonly<Record<string, unknown>>
  /** From `walletKey` or `remoteWalletKey`: the account's or, better, that of an agent (API wallet) which was approved for it. */
  readonly key: K
  /** Milliseconds since the epoch, such as `Date.now()`: one that this key has not signed before, and not older than two days. */
  readonly nonce: number
  /** Default `live`: real money. It is signed. */
  readonly environment?: HyperliquidEnvironment | undefined
  /** The vault or sub-account that the key acts for. */
  readonly vaultAddress?: string | undefined
  /** Milliseconds since the epoch, after which the exchange refuses the action. */
  readonly expiresAfter?: number | undefined
}

const KNOWN: OptionNames<SignHyperliquidActionOptions> = {
  action: [MEMBERS, 2],
  key: [HYPERLIQUID_KEY, 2],
  // Its value is looked at where it is signed.
  nonce: [[() => true, 'milliseconds since the epoch'], 2],
  environment: 1,
  vaultAddress: 1,
  expiresAfter: 1,
}

/**
 * Signs one action of Hyperliquid without the exchange's signer: the request that `hyperliquid({ key }).sign()` makes, in a much
 * smaller bundle. It reads no clock and sends nothing. A program that signs many requests has less to keep with the signer, which
 * counts nonces and is what `createSignedFetch` and `openExchangeSocket` take.
 *
 * Send the `body` as it is, with any HTTP client. On the WebSocket it is the `payload` of a post, put into the text as it is:
 * `{"method":"post","id":1,"request":{"type":"action","payload":…}}`.
 *
 * Checked against the official SDK 0.23.0 on 2026-11-30.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit.
 * @see {@link https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing | Hyperliquid, Signing}
 * @example
 * ```ts
 * import { signHyperliquidAction } from 'countersign/exchange/orders/hyperliquid'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const agentKey: string
 * const key = walletKey({ privateKey: agentKey })
 * const order = { a: 4, b: true, p: '1670.1', s: '0.0147', r: false, t: { limit: { tif: 'Ioc' } } }
 * const action = { type: 'order', orders: [order], grouping: 'na' }
 * export const place = () => {
 *   const { url, ...request } = signHyperliquidAction({ action, key, nonce: Date.now(), environment: 'testnet' })
 *   return fetch(url, request)
 * }
 * ```
 */
export function signHyperliquidAction<K extends SigningKey>(
  options: SignHyperliquidActionOptions<K>,
): Signed<K, HyperliquidRequest> {
  assertOrderOptions('signHyperliquidAction', options, KNOWN, HYPERLIQUID_ENVIRONMENTS, 'ARGUMENT_INVALID')
  const { action: given, key, nonce, environment, vaultAddress, expiresAfter } = options
  const chain = chainOf(environment)
  const call = {
    action: { ...given, ...Object.fromEntries(missingMembers(given, chain, nonce)) },
    ...(expiresAfter !== undefined && { expiresAfter }),
    nonce,
    ...(vaultAddress !== undefined && { vaultAddress }),
  }
  return signedCall(key, call, chain, hyperliquidBase(call, chain))
}

/** A request that is sent as it is. */
export type HyperliquidRequest = SignedRequest & { readonly body: string }

/** The request of a call, whose members stand in the order in which they are sent. */
function signedCall<K extends SigningKey>(
  key: K,
  call: HyperliquidCall,
  chain: HyperliquidChain,
  base: Uint8Array,
): Signed<K, HyperliquidRequest> {
  // Before the key is asked: the action may change while a key elsewhere is waited for.
  const text = writeJson(call)
  return signedWith(key, base, (signature) => ({
    method: 'POST',
    url: `${HYPERLIQUID_ORIGINS[chain]}/exchange`,
    headers: { 'Content-Type': 'application/json' },
    body: `${text.slice(0, -1)},"signature":${JSON.stringify(signatureMembers(`0x${hex(signature)}`))}}`,
  })) as Signed<K, HyperliquidRequest>
}
