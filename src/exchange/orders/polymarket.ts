import { concatBytes, hex, utf8 } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { fail, kindOf, type OptionNames } from '../../errors.js'
import { oneOf } from '../../support/option-kinds.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import {
  POLYMARKET_CONTRACTS,
  POLYMARKET_ORDER,
  POLYMARKET_WRAPPED,
  type PolymarketExchange,
} from '../wallet/polymarket-structs.js'
import { type OrderSigner, type Signed, signedWith } from '../wallet/signed-order.js'
import { assertUnit } from '../wallet/time-unit.js'
import {
  domainSeparator,
  hashStruct,
  type TypedData,
  typedDataBase,
  typedDataMaker,
  typeText,
} from '../wallet/typed-data.js'

export type { PolymarketExchange } from '../wallet/polymarket-structs.js'

/** An order of the exchange contracts of version 2 and 3. Amounts in the tokens' smallest units, the time in milliseconds. */
export interface PolymarketOrder {
  /** A number that makes the order unique. */
  readonly salt: number | bigint | string
  /** Whose funds are used. */
  readonly maker: string
  /** Whose key signs; for a deposit wallet (`signatureType` 3) the wallet itself, as `maker`. */
  readonly signer: string
  /** Id of the outcome that is traded. */
  readonly tokenId: string | bigint
  /** What the maker gives, in the smallest unit. */
  readonly makerAmount: string | number | bigint
  /** What the maker gets for it, in the smallest unit. */
  readonly takerAmount: string | number | bigint
  /** 0 buys, 1 sells. */
  readonly side: 0 | 1
  /** 0 a separate account, 1 a proxy of Polymarket, 2 a Gnosis Safe, 3 a deposit wallet (ERC-1271). */
  readonly signatureType: 0 | 1 | 2 | 3
  /** When it was made, in milliseconds since the epoch. */
  readonly timestamp: string | number | bigint
  /** 32 bytes; zeros where there is none. */
  readonly metadata: string
  /** Code of the builder, 32 bytes as hexadecimal with `0x`. */
  readonly builder: string
}

/** Options of {@link polymarketOrders}. */
export interface PolymarketOrdersOptions<K extends SigningKey = SigningKey> {
  /** The wallet's, such as `walletKey`. */
  readonly key: K
  /** The contract that takes the order, by the market: `v2`, `v2-neg-risk` or `v3`. */
  readonly exchange: PolymarketExchange
  /** Default 137, Polygon; 80002 is its test network, with `v3` only. */
  readonly chainId?: 137 | 80002
}

const KNOWN: OptionNames<PolymarketOrdersOptions> = {
  key: [keyFrom('walletKey'), 2],
  exchange: [oneOf('v2', 'v2-neg-risk', 'v3'), 2],
  chainId: [(value) => value === 137 || value === 80002, '137 or 80002'],
}
/** Libraries have names for the sides, which their clients turn into what is signed. */
const SIDES: ReadonlyMap<unknown, number> = /* @__PURE__ */ new Map([
  ['BUY', 0],
  ['SELL', 1],
])

function assertOrder(order: PolymarketOrder): void {
  const { side, timestamp } = Object(order) as { readonly side?: unknown; readonly timestamp?: unknown }
  assertUnit('timestamp', timestamp, 13)
  if (side === 0 || side === 1) return
  const number = SIDES.get(side)
  fail(
    'ARGUMENT_INVALID',
    number === undefined
      ? `"side" must be 0 (buy) or 1 (sell), got ${kindOf(side)}`
      : `"side" must be ${number} in an order that is signed, got "${side}"`,
  )
}

const ZERO = `0x${'0'.repeat(64)}`
/** ERC-7739: the signature, what it was made for, and the type with its length. */
const DEPOSIT_WALLET = 3

/**
 * Signs Polymarket's orders (contracts of version 2 and 3). The request that carries one is signed with the API key, see
 * `polymarket`; `expiration` travels beside the order and is not signed.
 *
 * Checked against the official client (clob-client-v2 1.1.0) on 2026-11-28, which publishes no signatures of these versions.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right, and for an exchange that the chain does not have.
 * @see {@link https://docs.polymarket.com/developers/CLOB/orders/create-order | Polymarket CLOB, orders}
 * @example
 * ```ts
 * import { polymarketOrders } from 'countersign/exchange/orders/polymarket'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const key = walletKey({ privateKey })
 * const { sign } = polymarketOrders({ key, exchange: 'v3' })
 * const order = sign({
 *   salt: 479249096354,
 *   maker: key.address,
 *   signer: key.address,
 *   tokenId: '1234',
 *   makerAmount: '100000000',
 *   takerAmount: '50000000',
 *   side: 0,
 *   signatureType: 0,
 *   timestamp: 1780449126930,
 *   metadata: `0x${'0'.repeat(64)}`,
 *   builder: `0x${'0'.repeat(64)}`,
 * })
 * console.log(order.signature)
 * ```
 */
export function polymarketOrders<K extends SigningKey>(
  options: PolymarketOrdersOptions<K>,
): OrderSigner<K, PolymarketOrder, PolymarketOrder & { readonly signature: string }> {
  assertOrderOptions('polymarketOrders', options, KNOWN)
  const { key, exchange, chainId = 137 } = options
  const found = POLYMARKET_CONTRACTS[exchange][chainId]
  if (found === undefined)
    return fail('CONFIG_INVALID', `"exchange" must be one of chain ${chainId}, got "${exchange}"`)
  const [version, verifyingContract] = found
  const domain = { name: 'Polymarket CTF Exchange', version, chainId, verifyingContract }
  const plainBase = typedDataMaker({ types: POLYMARKET_ORDER, primaryType: 'Order', domain })
  const plain = (order: PolymarketOrder): TypedData => ({
    types: POLYMARKET_ORDER,
    primaryType: 'Order',
    domain,
    message: { ...order },
  })
  const typedData = (order: PolymarketOrder): TypedData => {
    assertOrder(order)
    return order.signatureType !== DEPOSIT_WALLET
      ? plain(order)
      : {
          types: POLYMARKET_WRAPPED,
          primaryType: 'TypedDataSign',
          domain,
          message: {
            contents: { ...order },
            name: 'DepositWallet',
            version: '1',
            chainId,
            verifyingContract: order.signer,
            salt: ZERO,
          },
        }
  }
  const wrapped = (order: PolymarketOrder, signature: Uint8Array): Uint8Array => {
    if (order.signatureType !== DEPOSIT_WALLET) return signature
    const type = utf8(typeText(POLYMARKET_ORDER, 'Order'))
    const typed = plain(order)
    return concatBytes(
      ...[signature, domainSeparator(typed), hashStruct(typed), type],
      new Uint8Array([type.length >> 8, type.length & 255]),
    )
  }
  return {
    typedData,
    sign: (order) => {
      const { signatureType, maker, signer } = Object(order) as PolymarketOrder
      assertOrder(order)
      const base = signatureType === DEPOSIT_WALLET ? typedDataBase(typedData(order)) : plainBase({ ...order })
      if (signatureType === DEPOSIT_WALLET && maker.toLowerCase() !== signer.toLowerCase())
        fail('ARGUMENT_INVALID', '"signer" must be the deposit wallet, as "maker" is')
      return signedWith(key, base, (signature) => ({
        ...order,
        signature: `0x${hex(wrapped(order, signature))}`,
      })) as Signed<K, PolymarketOrder & { readonly signature: string }>
    },
  }
}
