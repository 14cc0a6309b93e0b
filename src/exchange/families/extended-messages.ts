import { type FeltTree, feltBase, feltOf, shortString, signedFelt, starknetKeccak } from '../wallet/felts.js'

/** Names of Extended's chains, by environment. */
export const EXTENDED_CHAINS = { live: 'SN_MAIN', testnet: 'SN_SEPOLIA' } as const

export type ExtendedEnvironment = keyof typeof EXTENDED_CHAINS

const DOMAIN_TYPE =
  '"StarknetDomain"("name":"shortstring","version":"shortstring","chainId":"shortstring","revision":"shortstring")'
// As the contract has it, which is not how revision 1 of typed data would write it: the position is a felt, and the types behind
// are in another order. starkware-libs/starknet-perpetual, core/types/order.cairo.
const ORDER_TYPE =
  '"Order"("position_id":"felt","base_asset_id":"AssetId","base_amount":"i64","quote_asset_id":"AssetId","quote_amount":"i64","fee_asset_id":"AssetId","fee_amount":"u64","expiration":"Timestamp","salt":"felt")"PositionId"("value":"u32")"AssetId"("value":"felt")"Timestamp"("seconds":"u64")'

/** An order in the smallest units: what is received is positive, what is given negative. */
export interface ExtendedSettlement {
  readonly position: bigint
  readonly syntheticId: string
  readonly synthetic: bigint
  readonly collateralId: string
  readonly collateral: bigint
  readonly fee: bigint
  /** Seconds since the epoch. */
  readonly expiration: bigint
  readonly nonce: bigint
}

/** A transfer between positions, or a withdrawal, in the smallest units. */
export interface ExtendedPayment {
  /** A position, or the address that is paid. */
  readonly recipient: bigint
  readonly position: bigint
  readonly collateralId: bigint
  readonly amount: bigint
  /** Seconds since the epoch. */
  readonly expiration: bigint
  readonly nonce: bigint
}

// starkware-libs/starknet-perpetual, core/types/transfer.cairo and withdraw.cairo; x10xchange/rust-crypto-lib-base has the texts
// without the slips of their comments.
const PAYMENT =
  '"position_id":"PositionId","collateral_id":"AssetId","amount":"u64","expiration":"Timestamp","salt":"felt")"PositionId"("value":"u32")"AssetId"("value":"felt")"Timestamp"("seconds":"u64")'
const PAYMENT_TYPES: { readonly transfer: string; readonly withdrawal: string } = {
  transfer: `"TransferArgs"("recipient":"PositionId",${PAYMENT}`,
  withdrawal: `"WithdrawArgs"("recipient":"ContractAddress",${PAYMENT}`,
}

/** Which of the two is paid. */
export type ExtendedPaymentKind = keyof typeof PAYMENT_TYPES

/** What a Stark key signs for an order. @throws {CountersignError} `ARGUMENT_INVALID` with the name of what is no felt. */
export function extendedBase(environment: ExtendedEnvironment, publicKey: string, order: ExtendedSettlement): string {
  const collateralId = feltOf(order.collateralId, 'collateralId')
  return messageBase(environment, publicKey, [
    starknetKeccak(ORDER_TYPE),
    order.position,
    feltOf(order.syntheticId, 'syntheticId'),
    signedFelt(order.synthetic),
    collateralId,
    signedFelt(order.collateral),
    collateralId,
    order.fee,
    order.expiration,
    order.nonce,
  ])
}

/** What a Stark key signs for a transfer or a withdrawal. */
export const extendedPaymentBase = (
  environment: ExtendedEnvironment,
  publicKey: string,
  kind: ExtendedPaymentKind,
  { recipient, position, collateralId, amount, expiration, nonce }: ExtendedPayment,
): string =>
  messageBase(environment, publicKey, [
    starknetKeccak(PAYMENT_TYPES[kind]),
    ...[recipient, position, collateralId, amount, expiration, nonce],
  ])

const messageBase = (environment: ExtendedEnvironment, publicKey: string, struct: FeltTree): string =>
  feltBase('poseidon', [
    shortString('StarkNet Message', 'prefix'),
    [
      starknetKeccak(DOMAIN_TYPE),
      shortString('Perpetuals', 'name'),
      shortString('v0', 'version'),
      shortString(EXTENDED_CHAINS[environment], 'chainId'),
      1n,
    ],
    feltOf(publicKey, 'publicKey'),
    struct,
  ])
