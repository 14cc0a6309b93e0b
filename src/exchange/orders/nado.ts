import { hex, hexDecode } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { fail, kindOf, type OptionNames } from '../../errors.js'
import { TEXT, whole } from '../../support/option-kinds.js'
import { NADO_CALLS, type NadoCall, nadoCall, nadoOrder } from '../families/nado-calls.js'
import { addressBytes } from '../wallet/address.js'
import { membersOf } from '../wallet/members.js'
import { assertNadoTimes } from '../wallet/nado-structs.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type OrderSigner, type Signed, signedWith } from '../wallet/signed-order.js'
import { type TypedData, typedDataBase } from '../wallet/typed-data.js'
import { recoverAddress } from '../wallet/wallet-key.js'

/** An integer, best as text: the exchange takes large ones as text. */
export type NadoInteger = string | number | bigint

/** An order. Prices and amounts times 10^18; a negative amount sells. */
export interface NadoOrder {
  /** 32 bytes with `0x`: the address and 12 bytes of the sub-account's name. */
  readonly sender: string
  /** Price of one, times 10^18. */
  readonly priceX18: NadoInteger
  /** How much, times 10^18: negative to sell. */
  readonly amount: NadoInteger
  /** Seconds. */
  readonly expiration: NadoInteger
  /** The time until which it may arrive, in milliseconds, times 2^20, and a number that distinguishes orders. */
  readonly nonce: NadoInteger
  /** Version, order type, reduce-only and the rest in bits, as the pages describe them. */
  readonly appendix: NadoInteger
}

/** What `place_order` takes. Besides the order only its product is signed. */
export interface NadoPlaceOrder {
  /** Number of the product. */
  readonly product_id: number
  /** The order itself. */
  readonly order: NadoOrder
}

/** What any other call takes: the members of its struct. */
export interface NadoTx {
  /** The struct that is signed, by the names of the exchange. */
  readonly tx: Readonly<Record<string, unknown>>
}

/** With the signature of 65 bytes, as hexadecimal with `0x`. */
export interface NadoSigned {
  /** Hexadecimal with `0x`. */
  readonly signature: string
}

/** Options of {@link nadoOrders}. */
export interface NadoOrdersOptions<K extends SigningKey = SigningKey> {
  /** The wallet's, such as `walletKey`, or that of a linked signer. */
  readonly key: K
  /** `chain_id` of the gateway's answer to `contracts`. Signed: neither network takes what was signed for the other. */
  readonly chainId: number
  /** `endpoint_addr` of the same answer: the contract that everything except orders is signed for. */
  readonly endpoint: string
}

export type { NadoCall } from '../families/nado-calls.js'

/** Signs one call, and finds who signed one. */
export interface NadoSigner<K extends SigningKey, T> extends OrderSigner<K, T, T & NadoSigned> {
  /** The address whose key signed it, in lower case; `undefined` where no key did. It must be the sender's, or its linked signer's. */
  signerOf(signed: T & NadoSigned): string | undefined
}

/** What {@link nadoOrders} signs, by the name of the call. */
export type NadoSigners<K extends SigningKey> = Readonly<Record<NadoCall, NadoSigner<K, NadoTx>>> & {
  /** Orders. */
  readonly place_order: NadoSigner<K, NadoPlaceOrder>
}

const KNOWN: OptionNames<NadoOrdersOptions> = {
  key: [keyFrom('walletKey'), 2],
  chainId: [whole(1), 2],
  endpoint: [TEXT, 2],
}

/**
 * Signs what a wallet signs at Nado (on Ink): orders and every other call of the gateway, over HTTP (where `nado` of
 * `countersign/exchange/nado` does it for whole requests) or its socket: `{ place_order: place_order.sign({ product_id, order }) }`. An
 * order is signed for its product, everything else for the
 * endpoint's contract. Members that a call takes besides (`digest`, `spot_leverage`, `id`) are not signed: add them behind. Orders of
 * `place_orders` and of `cancel_and_place` are signed one by one. Nothing is signed to ask the gateway (`POST /v1/query`) or the archive
 * (`POST /v1` of another host): use plain `fetch` there.
 *
 * Checked against the official SDK (nado-protocol 2.0.0) on 2026-11-29.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right, `ARGUMENT_INVALID` for a wrong address.
 * @see {@link https://github.com/nadohq/nado-python-sdk | Nado, official SDK}
 * @example
 * ```ts
 * import { nadoOrders } from 'countersign/exchange/orders/nado'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * declare const contracts: { chain_id: number; endpoint_addr: string }
 * const key = walletKey({ privateKey })
 * const { place_order } = nadoOrders({ key, chainId: contracts.chain_id, endpoint: contracts.endpoint_addr })
 * const order = {
 *   sender: `${key.address}64656661756c740000000000`,
 *   priceX18: '28898000000000000000000',
 *   amount: '-10000000000000000',
 *   expiration: '4611687701117784255',
 *   nonce: String((BigInt(Date.now()) + 90_000n) << 20n),
 *   appendix: '1',
 * }
 * console.log(JSON.stringify({ place_order: place_order.sign({ product_id: 1, order }) }))
 * ```
 */
export function nadoOrders<K extends SigningKey>(options: NadoOrdersOptions<K>): NadoSigners<K> {
  assertOrderOptions('nadoOrders', options, KNOWN)
  const { key, chainId, endpoint } = options
  addressBytes(endpoint, 'endpoint')
  const signerFor = <T extends object>(typedData: (value: unknown) => TypedData): NadoSigner<K, T> => ({
    typedData,
    sign: (value) => {
      if (Object.hasOwn(Object(value), 'signature')) fail('ARGUMENT_INVALID', '"signature" must not be there yet')
      const { order, tx } = Object(value) as { readonly order?: unknown; readonly tx?: unknown }
      // A call's expiration is in milliseconds.
      assertNadoTimes(order ?? { nonce: Object(tx).nonce })
      return signedWith(key, typedDataBase(typedData(value)), (bytes) => ({
        ...value,
        signature: `0x${hex(bytes)}`,
      })) as Signed<K, T & NadoSigned>
    },
    signerOf: (signed) => {
      const { signature } = signed
      const bytes = /^0x[0-9a-fA-F]{130}$/.test(signature) ? hexDecode(signature.slice(2).toLowerCase()) : undefined
      const found = bytes && recoverAddress(typedDataBase(typedData(signed)), bytes)
      return found && `0x${hex(found)}`
    },
  })
  const txOf = (value: unknown): Readonly<Record<string, unknown>> => {
    const { tx } = membersOf(value, 'call', ['tx', 'signature'])
    return typeof tx === 'object' && tx !== null
      ? (tx as Readonly<Record<string, unknown>>)
      : fail('ARGUMENT_INVALID', `"tx" must be an object, got ${kindOf(tx)}`)
  }
  const others = Object.keys(NADO_CALLS).map((name) => [
    name,
    signerFor<NadoTx>((value) => nadoCall({ chainId, endpoint }, name as NadoCall, txOf(value))),
  ])
  return {
    ...(Object.fromEntries(others) as Readonly<Record<NadoCall, NadoSigner<K, NadoTx>>>),
    place_order: signerFor<NadoPlaceOrder>((value) => {
      const { product_id: product, order } = membersOf(value, 'call', ['product_id', 'order', 'signature'])
      if (typeof order !== 'object' || order === null)
        return fail('ARGUMENT_INVALID', `"order" must be an object, got ${kindOf(order)}`)
      return nadoOrder({ chainId, endpoint }, product, order)
    }),
  }
}
