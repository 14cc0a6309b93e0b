import { hex, hexDecode } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { drawBytes } from '../../crypto/random.js'
import { fail, kindOf, type OptionNames } from '../../errors.js'
import { MEMBERS, oneOf } from '../../support/option-kinds.js'
import { isObject } from '../spec/json-text.js'
import { addressBytes } from '../wallet/address.js'
import {
  deriskPart,
  type GrvtCurrency,
  type GrvtInstrument,
  type GrvtTables,
  orderPart,
  type Part,
  STRUCTS,
  transferPart,
  withdrawalPart,
} from '../wallet/grvt-structs.js'
import { membersOf } from '../wallet/members.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type OrderSigner, type Signed, signedWith } from '../wallet/signed-order.js'
import { type TypedData, typedDataBase } from '../wallet/typed-data.js'
import { recoverAddress } from '../wallet/wallet-key.js'

export type { GrvtCurrency, GrvtInstrument } from '../wallet/grvt-structs.js'

/** What the caller states of a signature: until when it counts, in nanoseconds as text. An order rests no longer than that. */
export interface GrvtUnsigned {
  /** At most 30 days ahead. */
  readonly expiration: string
  /** 32 bits. Default: random ones. */
  readonly nonce?: number
}

/** A signature as the exchange's API takes it. */
export interface GrvtSignature {
  /** Address of the wallet that signed. */
  readonly signer: string
  /** First half of the signature, hexadecimal with `0x`. */
  readonly r: string
  /** Second half, hexadecimal with `0x`. */
  readonly s: string
  /** 27 or 28. */
  readonly v: number
  /** When the signature ends, in nanoseconds since the epoch, as text. */
  readonly expiration: string
  /** A random number of 32 bits. */
  readonly nonce: number
}

/** One part of an order. Numbers are text. */
export interface GrvtOrderLeg {
  /** Name of the instrument, such as `BTC_USDT_Perp`. */
  readonly instrument: string
  /** How much, as text in whole units. */
  readonly size: string
  /** Left out, or `0`, for an order at the market. */
  readonly limit_price?: string
  /** Whether this leg buys. */
  readonly is_buying_asset: boolean
}

/** An order with the names of the exchange's API (`full`). */
export interface GrvtOrder {
  /** Id of the account that trades. */
  readonly sub_account_id: string
  /** Whether it is a market order. Default `false`. */
  readonly is_market?: boolean
  /** How long the order rests, and whether a part of it is enough. */
  readonly time_in_force: 'GOOD_TILL_TIME' | 'ALL_OR_NONE' | 'IMMEDIATE_OR_CANCEL' | 'FILL_OR_KILL'
  /** Whether it may only rest. Default `false`. */
  readonly post_only?: boolean
  /** Whether it may only make a position smaller. Default `false`. */
  readonly reduce_only?: boolean
  /** What is bought and sold. */
  readonly legs: readonly GrvtOrderLeg[]
  /** Address of the builder who gets a fee. */
  readonly builder?: string
  /** The fee of the builder, as text. */
  readonly builder_fee?: string
  /** End and nonce of the signature, which are signed with it. */
  readonly signature: GrvtUnsigned
  /** Not signed. */
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** A transfer between accounts or sub-accounts; sub-account `0` is the account itself. */
export interface GrvtTransfer {
  /** Account that pays. */
  readonly from_account_id: string
  /** Its part that pays; `0` for the funding account. */
  readonly from_sub_account_id: string
  /** Account that receives. */
  readonly to_account_id: string
  /** Its part that receives; `0` for the funding account. */
  readonly to_sub_account_id: string
  /** Name of the currency, such as `USDT`. */
  readonly currency: string
  /** How much, as text in whole units. */
  readonly num_tokens: string
  /** End and nonce of the signature, which are signed with it. */
  readonly signature: GrvtUnsigned
  /** Not signed. */
  readonly transfer_type?: string
  /** Not signed. */
  readonly transfer_metadata?: string
}

/** A withdrawal to Ethereum. */
export interface GrvtWithdrawal {
  /** Account that pays. */
  readonly from_account_id: string
  /** Address of the wallet that receives. */
  readonly to_eth_address: string
  /** Name of the currency, such as `USDT`. */
  readonly currency: string
  /** How much, as text in whole units. */
  readonly num_tokens: string
  /** End and nonce of the signature, which are signed with it. */
  readonly signature: GrvtUnsigned
}

/** The ratio to the maintenance margin at which positions are reduced. */
export interface GrvtDerisk {
  /** Id of the account. */
  readonly sub_account_id: string
  /** The ratio, as text. */
  readonly ratio: string
  /** End and nonce of the signature, which are signed with it. */
  readonly signature: GrvtUnsigned
}

/** Options of {@link grvtOrders}. */
export interface GrvtOrdersOptions<K extends SigningKey = SigningKey> {
  /** The wallet's, such as `walletKey`; at GRVT the one that the API key was made with. */
  readonly key: K
  /** Default `live`. It is signed: neither takes what was signed for the other. */
  readonly environment?: 'live' | 'testnet'
  /** By name, as `POST https://market-data.grvt.io/full/v1/all_instruments` answers them. */
  readonly instruments?: Readonly<Record<string, GrvtInstrument>>
  /** By symbol, as `full/v1/currency` answers them. Default: USDT alone. */
  readonly currencies?: Readonly<Record<string, GrvtCurrency>>
}

/** Signs one kind of thing, and finds who signed one. */
export interface GrvtSigner<K extends SigningKey, T>
  extends OrderSigner<K, T, T & { readonly signature: GrvtSignature }> {
  /**
   * The address whose key signed it, in lower case; `undefined` where that is not the `signer` that it names. Whether it has
   * expired is not asked.
   *
   * @throws {CountersignError} `ARGUMENT_INVALID` for what could not be signed.
   */
  signerOf(signed: T): string | undefined
}

/** What {@link grvtOrders} signs. */
export interface GrvtSigners<K extends SigningKey> {
  /** For `full/v1/create_order`, and `v1/create_order` on the socket. */
  readonly order: GrvtSigner<K, GrvtOrder>
  /** For `full/v1/transfer`. */
  readonly transfer: GrvtSigner<K, GrvtTransfer>
  /** For `full/v1/withdrawal`. */
  readonly withdrawal: GrvtSigner<K, GrvtWithdrawal>
  /** For `full/v1/set_derisk_mm_ratio`. */
  readonly derisk: GrvtSigner<K, GrvtDerisk>
}

const CHAIN_ID = { live: 325, testnet: 326 } as const
const KNOWN: OptionNames<GrvtOrdersOptions> = {
  key: [keyFrom('walletKey'), 2],
  environment: oneOf(...Object.keys(CHAIN_ID)),
  instruments: MEMBERS,
  currencies: MEMBERS,
}
const CURRENCIES = { USDT: { id: 3, balance_decimals: 6 } }

type Stated = Readonly<Record<string, unknown>>

/** Nonce and expiration of a signature that is there or will be. */
function endOf(value: unknown): { readonly nonce: unknown; readonly expiration: string } {
  const stated = membersOf(isObject(value) ? value['signature'] : value, 'signature', [
    ...['expiration', 'nonce', 'signer', 'r', 's', 'v'],
  ])
  const { expiration, nonce } = stated
  // Milliseconds would have ended in 1970.
  if (typeof expiration !== 'string' || !/^[1-9]\d{18}$/.test(expiration))
    return fail(
      'ARGUMENT_INVALID',
      `"signature.expiration" must be nanoseconds since the epoch as text of 19 digits, got ${kindOf(expiration)}`,
    )
  return { nonce, expiration }
}

/** The nonce that a caller leaves out. */
const withNonce = (value: unknown): Stated => {
  const { expiration, nonce } = endOf(value)
  const [random] = new Uint32Array(drawBytes(4).buffer)
  return { ...(value as Stated), signature: { expiration, nonce: nonce ?? random } }
}

const WORD = /^0x[0-9a-fA-F]{1,64}$/

/** The bytes of a signature; the official SDK prints some without their leading zeros. */
function bytesOf({ r, s, v }: Stated): Uint8Array | undefined {
  if (typeof r !== 'string' || typeof s !== 'string' || !WORD.test(r) || !WORD.test(s)) return undefined
  if (v !== 27 && v !== 28) return undefined
  const digits = (text: string): string => text.slice(2).toLowerCase().padStart(64, '0')
  return hexDecode(digits(r) + digits(s) + v.toString(16))
}

/**
 * Signs what a wallet signs at GRVT: orders, transfers, withdrawals. The request that carries one shows the cookie of a session
 * and is not signed itself; the same order goes over HTTP (`full/v1/create_order`) and over the socket. `metadata`, with the client's
 * own order id, is not signed.
 *
 * Sizes and prices are text. Digits beyond the instrument's are cut off, as the exchange does.
 *
 * Checked against the official SDK (grvt-pysdk 0.2.1, commit bb77839) on 2026-11-29. No golden signature of a withdrawal is
 * published.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right.
 * @see {@link https://github.com/gravity-technologies/grvt-pysdk | GRVT, official SDK}
 * @example
 * ```ts
 * import { grvtOrders } from 'countersign/exchange/orders/grvt'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const { order } = grvtOrders({
 *   key: walletKey({ privateKey }),
 *   environment: 'testnet',
 *   instruments: { BTC_USDT_Perp: { instrument_hash: '0x030501', base_decimals: 9 } },
 * })
 * const signed = order.sign({
 *   sub_account_id: '8289849667772468',
 *   time_in_force: 'GOOD_TILL_TIME',
 *   legs: [{ instrument: 'BTC_USDT_Perp', size: '0.1', limit_price: '68900.5', is_buying_asset: true }],
 *   signature: { expiration: `${Date.now() + 300_000}000000` },
 *   metadata: { client_order_id: '9223372036854775809' },
 * })
 * console.log(JSON.stringify({ order: signed }))
 * ```
 */
export function grvtOrders<K extends SigningKey>(options: GrvtOrdersOptions<K>): GrvtSigners<K> {
  assertOrderOptions('grvtOrders', options, KNOWN, Object.keys(CHAIN_ID))
  const { key, environment = 'live', instruments = {}, currencies = CURRENCIES } = options
  const { address = key.keyId } = key as { readonly address?: string; readonly keyId: string }
  const own = hex(addressBytes(address, 'key'))
  const tables: GrvtTables = { instruments, currencies }
  const domain = { name: 'GRVT Exchange', version: '0', chainId: CHAIN_ID[environment] }
  const signerFor = <T extends { readonly signature: GrvtUnsigned }>(
    partOf: (value: unknown, tables: GrvtTables) => Part,
  ): GrvtSigner<K, T> => {
    const typedData = (value: unknown): TypedData => {
      const [primaryType, message] = partOf(value, tables)
      const types = STRUCTS[primaryType] as TypedData['types']
      return { types, primaryType, domain, message: { ...message, ...endOf(value) } }
    }
    return {
      typedData,
      sign: (value) => {
        // What is there already would be replaced in silence.
        for (const name of ['signer', 'r', 's', 'v'])
          if (isObject(value) && Object.hasOwn(Object(value.signature), name))
            fail('ARGUMENT_INVALID', `"signature" must have no member "${name}" yet`)
        const complete = withNonce(value)
        const base = typedDataBase(typedData(complete))
        return signedWith(key, base, (bytes) => ({
          ...complete,
          signature: {
            signer: `0x${own}`,
            r: `0x${hex(bytes.subarray(0, 32))}`,
            s: `0x${hex(bytes.subarray(32, 64))}`,
            v: bytes[64],
            ...(complete['signature'] as GrvtUnsigned),
          },
        })) as Signed<K, T & { readonly signature: GrvtSignature }>
      },
      signerOf: (signed) => {
        const signature = Object(signed.signature) as Stated
        const bytes = bytesOf(signature)
        const found = bytes && recoverAddress(typedDataBase(typedData(signed)), bytes)
        if (found === undefined) return undefined
        const address = `0x${hex(found)}`
        return String(signature['signer']).toLowerCase() === address ? address : undefined
      },
    }
  }
  return {
    order: signerFor(orderPart),
    transfer: signerFor(transferPart),
    withdrawal: signerFor(withdrawalPart),
    derisk: signerFor(deriskPart),
  }
}
