import { fail } from '../../errors.js'
import { NADO_ORDER, NONCE, type Row, struct } from '../wallet/nado-structs.js'
import type { TypedData } from '../wallet/typed-data.js'

/** The calls that are signed, besides `place_order`. */
export type NadoCall =
  | 'cancel_orders'
  | 'cancel_product_orders'
  | 'withdraw_collateral'
  | 'withdraw_collateral_v2'
  | 'liquidate_subaccount'
  | 'mint_nlp'
  | 'burn_nlp'
  | 'link_signer'
  | 'transfer_quote'
  | 'list_trigger_orders'
  | 'authenticate'
  | 'leaderboard_authentication'
  | 'social_authentication'

/** By the name of the call. nadohq/nado-python-sdk, nado_protocol/contracts/eip712/types.py. */
export const NADO_CALLS: Readonly<Record<NadoCall, Row>> = {
  cancel_orders: ['Cancellation', struct(`uint32[] productIds,bytes32[] digests,${NONCE}`)],
  cancel_product_orders: ['CancellationProducts', struct(`uint32[] productIds,${NONCE}`)],
  withdraw_collateral: ['WithdrawCollateral', struct(`uint32 productId,uint128 amount,${NONCE}`)],
  withdraw_collateral_v2: [
    'WithdrawCollateralV2',
    struct(`uint32 productId,uint128 amount,${NONCE},address sendTo,uint128 appendix`),
  ],
  liquidate_subaccount: [
    'LiquidateSubaccount',
    struct(`bytes32 liquidatee,uint32 productId,bool isEncodedSpread,int128 amount,${NONCE}`),
  ],
  mint_nlp: ['MintNlp', struct(`uint128 quoteAmount,${NONCE}`)],
  burn_nlp: ['BurnNlp', struct(`uint128 nlpAmount,${NONCE}`)],
  link_signer: ['LinkSigner', struct(`bytes32 signer,${NONCE}`)],
  transfer_quote: ['TransferQuote', struct(`bytes32 recipient,uint128 amount,${NONCE}`)],
  list_trigger_orders: ['ListTriggerOrders', struct('uint64 recvTime')],
  authenticate: ['StreamAuthentication', struct('uint64 expiration')],
  leaderboard_authentication: ['LeaderboardAuthentication', struct('uint64 expiration,uint32[] contestIds')],
  social_authentication: ['SocialAuthentication', struct('uint64 expiration,string provider')],
}

/** The network that a call is signed for. */
export interface NadoNetwork {
  readonly chainId: number
  /** The contract that everything except orders is signed for. */
  readonly endpoint: string
}

const typed = ([primaryType, fields]: Row, chainId: number, verifyingContract: string, message: object): TypedData => ({
  types: { [primaryType]: fields },
  primaryType,
  domain: { name: 'Nado', version: '0.0.1', chainId, verifyingContract },
  message: { ...message },
})

/** An order as a wallet signs it: its product stands in the place of a contract. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function nadoOrder({ chainId }: NadoNetwork, product: unknown, order: object): TypedData {
  if (!Number.isInteger(product) || (product as number) < 0 || (product as number) >= 2 ** 32)
    fail('ARGUMENT_INVALID', '"product_id" must be a whole number')
  return typed(NADO_ORDER, chainId, `0x${(product as number).toString(16).padStart(40, '0')}`, order)
}

/** Any other call as a wallet signs it. */
export const nadoCall = ({ chainId, endpoint }: NadoNetwork, call: NadoCall, tx: object): TypedData =>
  typed(NADO_CALLS[call], chainId, endpoint, tx)
