import { hex, hexDecode } from '../../crypto/encoding.js'
import type { SigningKey, VerifyingKey } from '../../crypto/key.js'
import { fail, isInteger, kindOf, type OptionNames } from '../../errors.js'
import { MEMBERS, oneOf, whole } from '../../support/option-kinds.js'
import {
  EXTENDED_CHAINS,
  type ExtendedEnvironment,
  type ExtendedSettlement,
  extendedBase,
} from '../families/extended-messages.js'
import { isObject } from '../spec/json-text.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type Signed, signedWith } from '../wallet/signed-order.js'
import { assertUnit } from '../wallet/time-unit.js'

/** How a market counts: `l2Config` of `GET /api/v1/info/markets`. */
export interface ExtendedMarket {
  /** Id of the asset that is traded: `l2Config.syntheticId` of the market. */
  readonly syntheticId: string
  /** How many of its smallest units are one. */
  readonly syntheticResolution: number
  /** Id of the asset that is paid with: `l2Config.collateralId`. */
  readonly collateralId: string
  /** How many of its smallest units are one. */
  readonly collateralResolution: number
}

/** What of an order is signed, as `POST /api/v1/user/order` takes it. Everything else travels beside it. */
export interface ExtendedOrder {
  /** One of the markets that the signer was made with. */
  readonly market: string
  /** Which side of the book. */
  readonly side: 'BUY' | 'SELL'
  /** Decimal numbers as text. */
  readonly qty: string
  /** Price of one, as text. */
  readonly price: string
  /** The rate, `"0.0005"`: the most that may be taken of the value. */
  readonly fee: string
  /** The rate for a builder, which is added. */
  readonly builderFee?: string
  /** From 1 to 2^31, another one for each order. */
  readonly nonce: string | number
  /** When the order ends, in milliseconds since the epoch. */
  readonly expiryEpochMillis: number
}

/** What is added to an order: its signature, and the amounts that were signed. */
export interface ExtendedSigned {
  /** What the chain settles by. */
  readonly settlement: {
    /** The signature, in two numbers as hexadecimal with `0x`. */
    readonly signature: { readonly r: string; readonly s: string }
    /** The public key that signed, hexadecimal with `0x`. */
    readonly starkKey: string
    /** The position (vault) that pays. */
    readonly collateralPosition: string
  }
  /** The amounts that were signed, for a comparison with the exchange's own. */
  readonly debuggingAmounts: {
    /** Of the collateral asset, in its smallest unit. */
    readonly collateralAmount: string
    /** The largest fee, in the smallest unit of the collateral asset. */
    readonly feeAmount: string
    /** Of the asset that is traded, in its smallest unit. */
    readonly syntheticAmount: string
  }
}

/** Options of {@link extendedOrders}. */
export interface ExtendedOrdersOptions<K extends SigningKey = SigningKey> {
  /** `starkKey` without `account`. */
  readonly key: K & { readonly publicKey: string }
  /** The number of the account's position, which its API page calls the vault. */
  readonly position: number
  /** By the name of the market: `{ 'BTC-USD': l2Config }`. */
  readonly markets: Readonly<Record<string, ExtendedMarket>>
  /** Default `live`: real money. */
  readonly environment?: ExtendedEnvironment
}

/** Orders of one account. */
export interface ExtendedOrders<K extends SigningKey> {
  /** What is signed for an order. @throws {CountersignError} `ARGUMENT_INVALID` with the name of what does not fit. */
  base(order: ExtendedOrder): string
  /** The order with its signature, as the API takes it. @throws {CountersignError} as `base`. */
  sign<O extends ExtendedOrder>(order: O): Signed<K, O & ExtendedSigned>
  /** Whether the signature of a received order is one of the key. A malformed order throws as `base`. */
  verify(order: ExtendedOrder & Pick<ExtendedSigned, 'settlement'>, key: VerifyingKey): boolean | Promise<boolean>
}

const ENVIRONMENTS = Object.keys(EXTENDED_CHAINS)
const KNOWN: OptionNames<ExtendedOrdersOptions> = {
  key: [keyFrom('starkKey'), 2],
  position: [whole(0, 0xffff_ffff), 2],
  markets: [MEMBERS, 2],
  environment: oneOf(...ENVIRONMENTS),
}

/** Added to what the order states, so that what was matched can still be settled. */
const BUFFER_S = 14n * 86_400n
const MAX_AMOUNT = 2n ** 63n

/** A decimal number: its digits, and how many of them are behind the point. */
interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

function decimal(text: unknown, name: string): Decimal {
  const found = typeof text === 'string' ? /^(\d{1,24})(?:\.(\d{1,24}))?$/.exec(text) : null
  if (found === null)
    return fail('ARGUMENT_INVALID', `"${name}" must be a decimal number as text, such as "0.1", got ${kindOf(text)}`)
  const [, integer = '', fraction = ''] = found
  return { digits: BigInt(integer + fraction), scale: fraction.length }
}

const times = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, scale: a.scale + b.scale })

function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  const at = (one: Decimal) => one.digits * 10n ** BigInt(scale - one.scale)
  return { digits: at(a) + at(b), scale }
}

/** In the smallest units, of which there are so many to one. */
function unitsOf({ digits, scale }: Decimal, resolution: unknown, name: string, up: boolean): bigint {
  if (!isInteger(resolution, 1)) fail('ARGUMENT_INVALID', `"${name}" must be a whole number from 1`)
  const all = digits * BigInt(resolution)
  const unit = 10n ** BigInt(scale)
  const units = (all + (up ? unit - 1n : 0n)) / unit
  return units < MAX_AMOUNT ? units : fail('ARGUMENT_INVALID', '"qty" must be less: the amount has more than 63 bits')
}

function settlementOf(
  order: ExtendedOrder,
  { markets, position }: Pick<ExtendedOrdersOptions, 'markets' | 'position'>,
): ExtendedSettlement {
  if (!isObject(order)) return fail('ARGUMENT_INVALID', `"order" must be an object, got ${kindOf(order)}`)
  const { market, side, qty, price, fee, builderFee, nonce, expiryEpochMillis } = order
  const known = Object.hasOwn(markets, market) ? markets[market] : undefined
  if (!isObject(known)) return fail('ARGUMENT_INVALID', '"market" must be one of "markets"')
  if (side !== 'BUY' && side !== 'SELL') fail('ARGUMENT_INVALID', '"side" must be "BUY" or "SELL"')
  if (!/^[1-9]\d{0,9}$/.test(String(nonce)) || BigInt(nonce) > 2n ** 31n)
    fail('ARGUMENT_INVALID', '"nonce" must be a whole number from 1 to 2^31')
  if (!isInteger(expiryEpochMillis, 0))
    fail(
      'ARGUMENT_INVALID',
      `"expiryEpochMillis" must be milliseconds since the epoch, got ${kindOf(expiryEpochMillis)}`,
    )
  assertUnit('expiryEpochMillis', expiryEpochMillis, 13)
  const { syntheticId, syntheticResolution, collateralId, collateralResolution } = known as ExtendedMarket
  const buys = side === 'BUY'
  const amount = decimal(qty, 'qty')
  const value = times(amount, decimal(price, 'price'))
  const rate = plus(decimal(fee, 'fee'), decimal(builderFee ?? '0', 'builderFee'))
  // In favour of the exchange: the buyer gives more, and the seller gets less.
  const synthetic = unitsOf(amount, syntheticResolution, 'syntheticResolution', buys)
  const collateral = unitsOf(value, collateralResolution, 'collateralResolution', buys)
  return {
    position: BigInt(position),
    syntheticId,
    synthetic: buys ? synthetic : -synthetic,
    collateralId,
    collateral: buys ? -collateral : collateral,
    fee: unitsOf(times(value, rate), collateralResolution, 'collateralResolution', true),
    expiration: (BigInt(expiryEpochMillis) + 999n) / 1000n + BUFFER_S,
    nonce: BigInt(nonce),
  }
}

const WORD = /^0x[0-9a-f]{1,64}$/
const number = (digits: string): string => `0x${digits.replace(/^0+(?=.)/, '')}`

/**
 * Signs Extended's orders (on Starknet). The request that carries one shows the API key, and so does the upgrade of the account's
 * stream: `countersign/exchange/extended`. What is signed is the settlement, whose amounts are made of quantity, price and fee as the
 * official client rounds them; type, time in force, triggers and the rest are not.
 *
 * Checked against the official client (x10-python-trading-starknet 2.6.0) on 2026-11-29.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right.
 * @see {@link https://api.docs.extended.exchange/#create-or-edit-order | Extended, create order}
 * @example
 * ```ts
 * import { type ExtendedMarket, extendedOrders } from 'countersign/exchange/orders/extended'
 * import { type StarknetModule, starkKey } from 'countersign/exchange/wallet'
 *
 * // import * as starknet from '@scure/starknet'
 * declare const starknet: StarknetModule
 * declare const l2Config: ExtendedMarket
 * declare const privateKey: string
 * const key = starkKey({ privateKey, starknet })
 * const order = extendedOrders({ key, position: 10002, markets: { 'BTC-USD': l2Config } }).sign({
 *   id: 'my-order-1',
 *   market: 'BTC-USD',
 *   type: 'LIMIT',
 *   side: 'BUY',
 *   qty: '0.001',
 *   price: '43445.1168',
 *   fee: '0.0005',
 *   timeInForce: 'GTT',
 *   nonce: '1473459052',
 *   expiryEpochMillis: Date.now() + 3_600_000,
 * })
 * console.log(order.settlement.signature)
 * ```
 */
export function extendedOrders<K extends SigningKey>(options: ExtendedOrdersOptions<K>): ExtendedOrders<K> {
  assertOrderOptions('extendedOrders', options, KNOWN, ENVIRONMENTS)
  const { key, position, environment = 'live' } = options
  if (!WORD.test(String(key.publicKey)))
    fail('CONFIG_INVALID', '"key" must have its "publicKey", as that of starkKey()')
  const base = (order: ExtendedOrder): string => extendedBase(environment, key.publicKey, settlementOf(order, options))
  return {
    base,
    sign: <O extends ExtendedOrder>(order: O) =>
      signedWith(key, base(order), (bytes) => {
        const digits = hex(bytes)
        const { collateral, fee, synthetic } = settlementOf(order, options)
        return {
          ...order,
          settlement: {
            signature: { r: number(digits.slice(0, 64)), s: number(digits.slice(64)) },
            starkKey: key.publicKey,
            collateralPosition: String(position),
          },
          debuggingAmounts: {
            collateralAmount: String(collateral),
            feeAmount: String(fee),
            syntheticAmount: String(synthetic),
          },
        }
      }) as Signed<K, O & ExtendedSigned>,
    verify: (order, verifyingKey) => {
      const { signature, starkKey, collateralPosition } = Object(order.settlement) as Partial<
        ExtendedSigned['settlement']
      >
      const { r, s } = Object(signature) as { readonly r?: unknown; readonly s?: unknown }
      if (typeof r !== 'string' || typeof s !== 'string' || !WORD.test(r) || !WORD.test(s)) return false
      if (starkKey !== key.publicKey || collateralPosition !== String(position)) return false
      const bytes = hexDecode(r.slice(2).padStart(64, '0') + s.slice(2).padStart(64, '0'))
      return bytes === undefined ? false : verifyingKey.verify(base(order), bytes)
    },
  }
}
