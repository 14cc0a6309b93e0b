import { hex } from '../../crypto/encoding.js'
import type { SigningKey, VerifyingKey } from '../../crypto/key.js'
import { fail, isInteger, kindOf, type OptionNames } from '../../errors.js'
import { oneOf } from '../../support/option-kinds.js'
import {
  assertAccount,
  PARADEX_CHAINS,
  type ParadexEnvironment,
  paradexBase,
  quantumsOf,
  starkSignature,
} from '../families/paradex-messages.js'
import { isObject } from '../spec/json-text.js'
import { readTwoNumbers } from '../spec/two-numbers.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type Signed, signedWith } from '../wallet/signed-order.js'
import { assertUnit } from '../wallet/time-unit.js'

/** What of an order is signed, as `POST /v1/orders` takes it. Everything else travels beside it: `instruction`, `client_id` … */
export interface ParadexOrder {
  /** Name of the market, such as `BTC-USD-PERP`. */
  readonly market: string
  /** Which side of the book. */
  readonly side: 'BUY' | 'SELL'
  /** `LIMIT`, `MARKET`, `STOP_LIMIT` … */
  readonly type: string
  /** A decimal number as text, at most 8 decimals. */
  readonly size: string
  /** The same; left out, or `"0"`, for a market order. */
  readonly price?: string
  /** Milliseconds since the epoch; it is the order's nonce as well. */
  readonly signature_timestamp: number
  /** The order that is modified, with `PUT /v1/orders/<id>`. */
  readonly id?: string
}

/** Options of {@link paradexOrders}. */
export interface ParadexOrdersOptions<K extends SigningKey = SigningKey> {
  /** `starkKey` with `account`: that of the account, or a subkey. Its key id is the account. */
  readonly key: K
  /** Default `live`: real money. */
  readonly environment?: ParadexEnvironment
}

/** Orders of one account. */
export interface ParadexOrders<K extends SigningKey> {
  /** What is signed for an order. @throws {CountersignError} `ARGUMENT_INVALID` with the name of what does not fit. */
  base(order: ParadexOrder): string
  /** The order with its signature, as the API takes it. @throws {CountersignError} as `base`. */
  sign<O extends ParadexOrder>(order: O): Signed<K, O & { readonly signature: string }>
  /** Whether the signature of a received order is one of the account's key. A malformed order throws as `base`. */
  verify(order: ParadexOrder & { readonly signature: string }, key: VerifyingKey): boolean | Promise<boolean>
}

const ENVIRONMENTS = Object.keys(PARADEX_CHAINS)
const KNOWN: OptionNames<ParadexOrdersOptions> = {
  key: [keyFrom('starkKey'), 2],
  environment: oneOf(...ENVIRONMENTS),
}
const SIDES: Readonly<Record<string, number>> = { BUY: 1, SELL: 2 }

const text = (value: unknown, name: string): string =>
  typeof value === 'string' && value !== ''
    ? value
    : fail('ARGUMENT_INVALID', `"${name}" must be text, got ${kindOf(value)}`)

function priceOf({ type, price }: ParadexOrder): bigint {
  if (type === 'MARKET' || price === undefined) {
    if (type === 'LIMIT') fail('ARGUMENT_INVALID', '"price" must be a decimal number as text for a limit order')
    return 0n
  }
  return quantumsOf(price, 'price')
}

/**
 * Signs Paradex's orders and modifications. The request that carries one shows the token of the login, see `paradex`. What is
 * signed is market, side, type, size, price and time of signing; the rest of an order is not.
 *
 * Checked against the official client (paradex-py 0.8.2) on 2026-11-29.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right.
 * @see {@link https://docs.paradex.trade/api/prod/orders/new | Paradex, new order}
 * @example
 * ```ts
 * import { paradexOrders } from 'countersign/exchange/orders/paradex'
 * import { type StarknetModule, starkKey } from 'countersign/exchange/wallet'
 *
 * // import * as starknet from '@scure/starknet'
 * declare const starknet: StarknetModule
 * declare const env: { PARADEX_KEY: string; PARADEX_ACCOUNT: string }
 * const key = starkKey({ privateKey: env.PARADEX_KEY, account: env.PARADEX_ACCOUNT, starknet })
 * const order = paradexOrders({ key, environment: 'testnet' }).sign({
 *   market: 'ETH-USD-PERP',
 *   side: 'BUY',
 *   type: 'LIMIT',
 *   size: '0.1',
 *   price: '1500',
 *   instruction: 'GTC',
 *   signature_timestamp: Date.now(),
 * })
 * console.log(order.signature)
 * ```
 */
export function paradexOrders<K extends SigningKey>(options: ParadexOrdersOptions<K>): ParadexOrders<K> {
  assertOrderOptions('paradexOrders', options, KNOWN, ENVIRONMENTS)
  const { key, environment = 'live' } = options
  assertAccount(key)
  const base = (order: ParadexOrder): string => {
    if (!isObject(order)) return fail('ARGUMENT_INVALID', `"order" must be an object, got ${kindOf(order)}`)
    const { market, side, type, size, signature_timestamp: timestamp, id } = order
    if (!isInteger(timestamp, 1))
      fail('ARGUMENT_INVALID', `"signature_timestamp" must be milliseconds since the epoch, got ${kindOf(timestamp)}`)
    assertUnit('signature_timestamp', timestamp, 13)
    const chainSide = Object.hasOwn(SIDES, side) ? SIDES[side] : undefined
    if (chainSide === undefined) return fail('ARGUMENT_INVALID', '"side" must be "BUY" or "SELL"')
    return paradexBase(environment, key.keyId, id === undefined ? 'Order' : 'ModifyOrder', {
      timestamp,
      market: text(market, 'market'),
      side: chainSide,
      orderType: text(type, 'type'),
      size: quantumsOf(size, 'size'),
      price: priceOf(order),
      ...(id !== undefined && { id: text(id, 'id') }),
    })
  }
  return {
    base,
    sign: <O extends ParadexOrder>(order: O) =>
      signedWith(key, base(order), (signature) => ({
        ...order,
        signature: (starkSignature.finish as (text: string) => string)(hex(signature)),
      })) as Signed<K, O & { readonly signature: string }>,
    verify: (order, verifyingKey) => {
      const signature = typeof order.signature === 'string' ? readTwoNumbers(order.signature) : undefined
      return signature === undefined ? false : verifyingKey.verify(base(order), signature)
    },
  }
}
