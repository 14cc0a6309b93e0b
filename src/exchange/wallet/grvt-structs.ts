import { fail, kindOf } from '../../errors.js'
import { flagOf, type Members, membersOf } from './members.js'
import type { TypedDataField } from './typed-data.js'

const struct = (text: string): readonly TypedDataField[] =>
  text.split(',').map((one) => {
    const [type = '', name = ''] = one.split(' ')
    return { name, type }
  })

const TERMS = 'uint64 subAccountID,bool isMarket,uint8 timeInForce,bool postOnly,bool reduceOnly,OrderLeg[] legs'
const LEG = /* @__PURE__ */ struct('uint256 assetID,uint64 contractSize,uint64 limitPrice,bool isBuyingContract')
/** What ends every struct: which of several alike it is, and until when it counts. */
const END = 'uint32 nonce,int64 expiration'

/** The structs of the exchange's contract, by name. gravity-technologies/grvt-pysdk, src/pysdk/grvt_raw_signing.py. */
export const STRUCTS: Readonly<Record<string, Readonly<Record<string, readonly TypedDataField[]>>>> = {
  Order: { Order: /* @__PURE__ */ struct(`${TERMS},${END}`), OrderLeg: LEG },
  OrderWithBuilderFee: {
    OrderWithBuilderFee: /* @__PURE__ */ struct(`${TERMS},address builder,uint32 builderFee,${END}`),
    OrderLeg: LEG,
  },
  Transfer: {
    Transfer: /* @__PURE__ */ struct(
      `address fromAccount,uint64 fromSubAccount,address toAccount,uint64 toSubAccount,uint8 tokenCurrency,uint64 numTokens,${END}`,
    ),
  },
  Withdrawal: {
    Withdrawal: /* @__PURE__ */ struct(
      `address fromAccount,address toEthAddress,uint8 tokenCurrency,uint64 numTokens,${END}`,
    ),
  },
  SetDeriskToMaintenanceMarginRatio: {
    SetDeriskToMaintenanceMarginRatio: /* @__PURE__ */ struct(
      `uint64 subAccountID,uint32 deriskToMaintenanceMarginRatio,${END}`,
    ),
  },
}

/** What the exchange's `instruments` call answers of one, as far as it is signed. */
export interface GrvtInstrument {
  /** Hexadecimal with `0x`. */
  readonly instrument_hash: string
  /** How many decimals a size of it has. */
  readonly base_decimals: number
}

/** What its `currency` call answers of one, as far as it is signed. */
export interface GrvtCurrency {
  /** Number of the currency. */
  readonly id: number
  /** How many decimals an amount of it has. */
  readonly balance_decimals: number
}

/** What the exchange's numbers are made of, by name. */
export interface GrvtTables {
  readonly instruments: Readonly<Record<string, GrvtInstrument>>
  readonly currencies: Readonly<Record<string, GrvtCurrency>>
}

/** The name of a struct, and its members besides nonce and expiration. */
export type Part = readonly [primaryType: string, message: Members]

const TIME_IN_FORCE: Readonly<Record<string, number>> = {
  GOOD_TILL_TIME: 1,
  ALL_OR_NONE: 2,
  IMMEDIATE_OR_CANCEL: 3,
  FILL_OR_KILL: 4,
}
const PRICE_DECIMALS = 9
const FEE_DECIMALS = 4
const RATIO_DECIMALS = 6
const NO_BUILDER = /^(?:0|0x0{40})?$/

function entryOf<T>(table: Readonly<Record<string, T>>, name: unknown, path: string, option: string): T {
  if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name] as T
  return fail(
    'ARGUMENT_INVALID',
    `"${path}" must be one that "${option}" holds, got ${typeof name === 'string' ? JSON.stringify(name.slice(0, 64)) : kindOf(name)}`,
  )
}

const legOf =
  ({ instruments }: GrvtTables) =>
  (value: unknown, at: number): Members => {
    const path = `order.legs[${at}]`
    const leg = membersOf(value, path, ['instrument', 'size', 'limit_price', 'is_buying_asset'])
    const { instrument, size, limit_price: price = '0', is_buying_asset: isBuying } = leg
    if (typeof isBuying !== 'boolean')
      fail('ARGUMENT_INVALID', `"${path}.is_buying_asset" must be true or false, got ${kindOf(isBuying)}`)
    const found = entryOf(instruments, instrument, `${path}.instrument`, 'instruments')
    return {
      assetID: found.instrument_hash,
      contractSize: scaled(size, found.base_decimals, `${path}.size`),
      limitPrice: scaled(price, PRICE_DECIMALS, `${path}.limit_price`),
      isBuyingContract: isBuying,
    }
  }

/** What of an order is signed. With a builder it is another struct. */
export function orderPart(value: unknown, tables: GrvtTables): Part {
  const order = membersOf(value, 'order', [
    ...['sub_account_id', 'is_market', 'time_in_force', 'post_only', 'reduce_only', 'legs', 'builder', 'builder_fee'],
    ...['signature', 'metadata'],
  ])
  const { sub_account_id: subAccountID, time_in_force: time, legs, builder = '', builder_fee: fee } = order
  if (typeof time !== 'string' || !Object.hasOwn(TIME_IN_FORCE, time))
    fail('ARGUMENT_INVALID', `"order.time_in_force" must be one of ${Object.keys(TIME_IN_FORCE).join(', ')}`)
  if (!Array.isArray(legs) || legs.length === 0)
    return fail('ARGUMENT_INVALID', `"order.legs" must be a list of one leg or more, got ${kindOf(legs)}`)
  const terms = {
    subAccountID,
    isMarket: flagOf(order, 'is_market', 'order'),
    timeInForce: TIME_IN_FORCE[time as string],
    postOnly: flagOf(order, 'post_only', 'order'),
    reduceOnly: flagOf(order, 'reduce_only', 'order'),
    legs: legs.map(legOf(tables)),
  }
  if (typeof builder === 'string' && NO_BUILDER.test(builder)) {
    if (fee !== undefined) fail('ARGUMENT_INVALID', '"order.builder_fee" must stand beside a "builder"')
    return ['Order', terms]
  }
  return ['OrderWithBuilderFee', { ...terms, builder, builderFee: scaled(fee, FEE_DECIMALS, 'order.builder_fee') }]
}

const tokens = ({ currencies }: GrvtTables, { currency, num_tokens: amount }: Members, path: string): Members => {
  const { id, balance_decimals: decimals } = entryOf(currencies, currency, `${path}.currency`, 'currencies')
  return { tokenCurrency: id, numTokens: scaled(amount, decimals, `${path}.num_tokens`) }
}

/** What of a transfer is signed. */
export function transferPart(value: unknown, tables: GrvtTables): Part {
  const transfer = membersOf(value, 'transfer', [
    ...['from_account_id', 'from_sub_account_id', 'to_account_id', 'to_sub_account_id', 'currency', 'num_tokens'],
    ...['signature', 'transfer_type', 'transfer_metadata'],
  ])
  return [
    'Transfer',
    {
      fromAccount: transfer['from_account_id'],
      fromSubAccount: transfer['from_sub_account_id'],
      toAccount: transfer['to_account_id'],
      toSubAccount: transfer['to_sub_account_id'],
      ...tokens(tables, transfer, 'transfer'),
    },
  ]
}

/** What of a withdrawal is signed. */
export function withdrawalPart(value: unknown, tables: GrvtTables): Part {
  const withdrawal = membersOf(value, 'withdrawal', [
    ...['from_account_id', 'to_eth_address', 'currency', 'num_tokens', 'signature'],
  ])
  return [
    'Withdrawal',
    {
      fromAccount: withdrawal['from_account_id'],
      toEthAddress: withdrawal['to_eth_address'],
      ...tokens(tables, withdrawal, 'withdrawal'),
    },
  ]
}

/** What is signed of a change of the ratio at which positions are reduced. */
export function deriskPart(value: unknown): Part {
  const derisk = membersOf(value, 'derisk', ['sub_account_id', 'ratio', 'signature'])
  return [
    'SetDeriskToMaintenanceMarginRatio',
    {
      subAccountID: derisk['sub_account_id'],
      deriskToMaintenanceMarginRatio: scaled(derisk['ratio'], RATIO_DECIMALS, 'derisk.ratio'),
    },
  ]
}

const DECIMAL = /^(?:0|[1-9]\d{0,39})(?:\.(\d{1,40}))?$/

/**
 * A decimal text times a power of ten, as an integer: what a contract takes. Digits behind that are cut off, or counted as one
 * more where `up` is true. A number is refused: `1.013 * 1e9` is 1012999999 in floating point.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` under the name that the caller gave it.
 */
function scaled(value: unknown, decimals: number, path: string, up = false): bigint {
  const found = typeof value === 'string' ? DECIMAL.exec(value) : null
  if (found === null)
    return fail('ARGUMENT_INVALID', `"${path}" must be a decimal as text, such as "0.1", got ${kindOf(value)}`)
  const [whole = ''] = (value as string).split('.')
  const fraction = found[1] ?? ''
  const cut = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'))
  return up && /[1-9]/.test(fraction.slice(decimals)) ? cut + 1n : cut
}
