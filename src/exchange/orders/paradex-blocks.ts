import { hex } from '../../crypto/encoding.js'
import type { SigningKey, VerifyingKey } from '../../crypto/key.js'
import { fail, isInteger, kindOf, type OptionNames } from '../../errors.js'
import { oneOf } from '../../support/option-kinds.js'
import {
  assertAccount,
  PARADEX_CHAINS,
  type ParadexEnvironment,
  quantumsOf,
  starkSignature,
} from '../families/paradex-messages.js'
import { isObject } from '../spec/json-text.js'
import { readTwoNumbers } from '../spec/two-numbers.js'
import { type FeltTree, feltBase, feltOf, MERKLE, shortString, starknetKeccak } from '../wallet/felts.js'
import { membersOf } from '../wallet/members.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type Signed, signedWith } from '../wallet/signed-order.js'
import { feltAddress } from '../wallet/stark-key.js'
import { assertUnit } from '../wallet/time-unit.js'

/** One side of a trade in a block. Decimal numbers are text, at most 8 decimals. */
export interface ParadexBlockOrder {
  /** Whose side it is: `0x` and hexadecimal digits. */
  readonly account: string
  /** Which side of the book. */
  readonly side: 'BUY' | 'SELL'
  /** `LIMIT`, `MARKET` … */
  readonly type: string
  /** How much, as text. */
  readonly size: string
  /** Price of one, as text. */
  readonly price: string
}

/** One market of a block: filled, or with the bounds that an offer must keep. What is left out is signed as zero. */
export interface ParadexBlockMarket {
  /** Price of the block, as text. */
  readonly price?: string
  /** How much, as text. */
  readonly size?: string
  /** The order of who offers. */
  readonly maker_order?: ParadexBlockOrder
  /** The order of who takes. */
  readonly taker_order?: ParadexBlockOrder
  /** Least that may be traded, as text. */
  readonly min_size?: string
  /** Most that may be traded, as text. */
  readonly max_size?: string
  /** Lowest price, as text. */
  readonly min_price?: string
  /** Highest price, as text. */
  readonly max_price?: string
  /** How far the price may lie from the oracle's, as text. */
  readonly oracle_tolerance?: string
}

/** A block trade, or with `block_trade_id` an offer for one. */
export interface ParadexBlock {
  /** Makes the block unique. */
  readonly nonce: string
  /** Milliseconds since the epoch. */
  readonly expiration: number
  /** The block that is offered for: an offer counts for no other. */
  readonly block_trade_id?: string
  /** By the name of the market, at most 32. */
  readonly trades: Readonly<Record<string, ParadexBlockMarket>>
}

/** Options of {@link paradexBlocks}. */
export interface ParadexBlocksOptions<K extends SigningKey = SigningKey> {
  /** `starkKey` with `account`: that of the account, or a subkey that may sign blocks. Its key id is the account. */
  readonly key: K
  /** Default `live`: real money. */
  readonly environment?: ParadexEnvironment
}

/** Block trades of one account. */
export interface ParadexBlocks<K extends SigningKey> {
  /** What is signed for a block. @throws {CountersignError} `ARGUMENT_INVALID` with the name of what does not fit. */
  base(block: ParadexBlock): string
  /** The `signature_data` of a signature: `["r","s"]`. @throws {CountersignError} as `base`. */
  sign(block: ParadexBlock): Signed<K, string>
  /** Whether `signature_data` is of the account's key. A malformed block throws as `base`. */
  verify(block: ParadexBlock, signatureData: string, key: VerifyingKey): boolean | Promise<boolean>
}

const ENVIRONMENTS = Object.keys(PARADEX_CHAINS)
const KNOWN: OptionNames<ParadexBlocksOptions> = {
  key: [keyFrom('starkKey'), 2],
  environment: oneOf(...ENVIRONMENTS),
}
const SIDES: Readonly<Record<string, bigint>> = { BUY: 1n, SELL: 2n }
const MAX_MARKETS = 32
const VERSION = 2n

// SNIP-12, revision 1, as paradex_py/message/block_trades.py states the types. What a Merkle tree contains is not in the text.
const DOMAIN_TYPE =
  '"StarknetDomain"("name":"shortstring","version":"shortstring","chainId":"shortstring","revision":"shortstring")'
const ORDER_TYPE =
  '"BlockTradeOrder"("account":"felt","side":"shortstring","type":"shortstring","size":"felt","price":"felt")'
const TRADE_TYPE = `"Trade"("market":"shortstring","price":"felt","size":"felt","maker_order":"BlockTradeOrder","taker_order":"BlockTradeOrder","min_size":"felt","max_size":"felt","min_price":"felt","max_price":"felt","oracle_tolerance":"felt")${ORDER_TYPE}`
const HEAD = '"version":"shortstring","nonce":"felt","expiration":"felt",'
const BLOCK_TYPE = `"BlockTrade"(${HEAD}"trades":"merkletree")`
const OFFER_TYPE = `"BlockTradeOffer"(${HEAD}"block_trade_id":"felt","trades":"merkletree")`

const ORDER = ['account', 'side', 'type', 'size', 'price']
const BOUNDS = ['min_size', 'max_size', 'min_price', 'max_price', 'oracle_tolerance']
const MARKET = ['price', 'size', 'maker_order', 'taker_order', ...BOUNDS]

const text = (value: unknown, path: string): bigint =>
  typeof value === 'string' && value !== ''
    ? feltOf(value, path)
    : fail('ARGUMENT_INVALID', `"${path}" must be text, got ${kindOf(value)}`)

const amount = (value: unknown, path: string): bigint => (value === undefined ? 0n : quantumsOf(value, path))

function orderTree(given: unknown, path: string): FeltTree {
  if (given === undefined) return [starknetKeccak(ORDER_TYPE), 0n, 0n, 0n, 0n, 0n]
  const { account, side, type, size, price } = membersOf(given, path, ORDER)
  const number = typeof side === 'string' && Object.hasOwn(SIDES, side) ? SIDES[side] : undefined
  if (number === undefined) return fail('ARGUMENT_INVALID', `"${path}.side" must be "BUY" or "SELL"`)
  return [
    starknetKeccak(ORDER_TYPE),
    BigInt(feltAddress(account, `${path}.account`)),
    number,
    text(type, `${path}.type`),
    quantumsOf(size, `${path}.size`),
    quantumsOf(price, `${path}.price`),
  ]
}

function marketTree(market: string, given: unknown): FeltTree {
  const path = `trades.${market.slice(0, 31)}`
  const trade = membersOf(given, path, MARKET)
  return [
    starknetKeccak(TRADE_TYPE),
    text(market, path),
    amount(trade['price'], `${path}.price`),
    amount(trade['size'], `${path}.size`),
    orderTree(trade['maker_order'], `${path}.maker_order`),
    orderTree(trade['taker_order'], `${path}.taker_order`),
    ...BOUNDS.map((name) => amount(trade[name], `${path}.${name}`)),
  ]
}

/**
 * Signs Paradex's block trades, and offers for them: every account of a block signs the same. The signature stands in the request
 * beside its nonce and end (`signature_data`), and the request shows the token of the login, see `paradex`. An offer states the side
 * of who offers as `maker_order`.
 *
 * Checked against the official client (paradex-py 0.8.2) on 2026-11-30.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right.
 * @see {@link https://github.com/tradeparadex/paradex-py/blob/main/paradex_py/message/block_trades.py | Paradex, official client}
 * @example
 * ```ts
 * import { paradexBlocks } from 'countersign/exchange/orders/paradex-blocks'
 * import { type StarknetModule, starkKey } from 'countersign/exchange/wallet'
 *
 * // import * as starknet from '@scure/starknet'
 * declare const starknet: StarknetModule
 * declare const env: { PARADEX_KEY: string; PARADEX_ACCOUNT: string }
 * const key = starkKey({ privateKey: env.PARADEX_KEY, account: env.PARADEX_ACCOUNT, starknet })
 * const order = { type: 'LIMIT', size: '0.1', price: '73000' } as const
 * const signatureData = paradexBlocks({ key, environment: 'testnet' }).sign({
 *   nonce: '1234567890',
 *   expiration: Date.now() + 300_000,
 *   trades: {
 *     'BTC-USD-PERP': {
 *       price: '73000',
 *       size: '0.1',
 *       maker_order: { account: '0x1111', side: 'SELL', ...order },
 *       taker_order: { account: '0x2222', side: 'BUY', ...order },
 *     },
 *   },
 * })
 * ```
 */
export function paradexBlocks<K extends SigningKey>(options: ParadexBlocksOptions<K>): ParadexBlocks<K> {
  assertOrderOptions('paradexBlocks', options, KNOWN, ENVIRONMENTS)
  const { key, environment = 'live' } = options
  assertAccount(key)
  const base = (block: ParadexBlock): string => {
    const {
      nonce,
      expiration,
      block_trade_id: id,
      trades,
    } = membersOf(block, 'block', [...['nonce', 'expiration', 'block_trade_id', 'trades']])
    if (!isInteger(expiration, 1))
      fail('ARGUMENT_INVALID', `"expiration" must be milliseconds since the epoch, got ${kindOf(expiration)}`)
    assertUnit('expiration', expiration, 13)
    const markets = isObject(trades) ? Object.keys(trades).sort() : []
    if (markets.length === 0 || markets.length > MAX_MARKETS)
      fail('ARGUMENT_INVALID', `"trades" must have 1 to ${MAX_MARKETS} markets`)
    const leaves = markets.map((market) => marketTree(market, (trades as Readonly<Record<string, unknown>>)[market]))
    return feltBase('poseidon', [
      shortString('StarkNet Message', 'prefix'),
      [starknetKeccak(DOMAIN_TYPE), shortString('Paradex', 'name'), 1n, chainOf(environment), 1n],
      BigInt(feltAddress(key.keyId, 'account')),
      [
        starknetKeccak(id === undefined ? BLOCK_TYPE : OFFER_TYPE),
        ...[VERSION, text(nonce, 'nonce'), BigInt(expiration as number)],
        ...(id === undefined ? [] : [text(id, 'block_trade_id')]),
        [MERKLE, ...leaves],
      ],
    ])
  }
  return {
    base,
    sign: (block) =>
      signedWith(key, base(block), (signature) =>
        (starkSignature.finish as (text: string) => string)(hex(signature)),
      ) as Signed<K, string>,
    verify: (block, signatureData, verifyingKey) => {
      const signature = typeof signatureData === 'string' ? readTwoNumbers(signatureData) : undefined
      return signature === undefined ? false : verifyingKey.verify(base(block), signature)
    },
  }
}

const chainOf = (environment: ParadexEnvironment): bigint => shortString(PARADEX_CHAINS[environment], 'chainId')
