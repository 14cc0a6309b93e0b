import { hashText } from '#backend/hash'
import { hex, hexDecode } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { alternatives, fail, mustBe, type OptionNames } from '../../errors.js'
import { TEXT, whole } from '../../support/option-kinds.js'
import { addressBytes } from '../wallet/address.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type Signed, signedWith } from '../wallet/signed-order.js'
import { assertUnit } from '../wallet/time-unit.js'
import { type TypedData, type TypedDataField, typedDataBase } from '../wallet/typed-data.js'
import { recoverAddress } from '../wallet/wallet-key.js'

/** What is signed, by the name of its struct. edgex-Tech/edgex-python-sdk, edgex_sdk/internal/eip712.py. */
export type EdgexStruct = 'LimitOrderParams' | 'TransferParams' | 'SetMarginPreferenceParams'

/** Options of {@link edgexOrders}. */
export interface EdgexOrdersOptions<K extends SigningKey = SigningKey> {
  /** The trading key's wallet; for transfers that of the account. Such as `walletKey`. */
  readonly key: K
  /** `global.nativeChainId` of the exchange's metadata, or `global.chainId` for transfers. */
  readonly chainId: number
  /** `global.contractAddress` of the same. */
  readonly contract: string
}

/** Signs the structs of edgeX's contract. */
export interface EdgexOrders<K extends SigningKey> {
  /**
   * What is hashed for a struct: for a wallet that signs elsewhere, or to compare.
   *
   * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit, or is no member.
   */
  typedData(struct: EdgexStruct, message: Readonly<Record<string, unknown>>): TypedData
  /** The `l2Signature` of a request: 130 hexadecimal digits without `0x`. @throws {CountersignError} as `typedData`. */
  sign(struct: EdgexStruct, message: Readonly<Record<string, unknown>>): Signed<K, string>
  /**
   * The address whose key signed it, in lower case; `undefined` where that is not the `signer` that the message names.
   *
   * @throws {CountersignError} as `typedData`.
   */
  signerOf(struct: EdgexStruct, message: Readonly<Record<string, unknown>>, l2Signature: string): string | undefined
}

const struct = (text: string): readonly TypedDataField[] =>
  text.split(',').map((one) => {
    const [type = '', name = ''] = one.split(' ')
    return { name, type }
  })

const STRUCTS: Readonly<Record<EdgexStruct, TypedData['types']>> = {
  LimitOrderParams: {
    LimitOrderParams: struct(
      'OrderBase base,int256 amountSynthetic,int256 amountCollateral,uint256 amountFee,uint64 assetIdSynthetic,uint64 assetIdCollateral,bool isBuyingSynthetic,bytes32 parentOrderHash,uint256 subOrderIndex',
    ),
    OrderBase: struct('uint256 nonce,address signer,uint64 accountId,uint256 expirationTimestamp'),
  },
  TransferParams: {
    TransferParams: struct(
      'uint64 from,uint64 to,uint64 assetId,int256 amount,uint256 nonce,uint256 deadline,address signer',
    ),
  },
  SetMarginPreferenceParams: {
    SetMarginPreferenceParams: struct('uint64 accountId,uint64 assetId,uint8 marginMode,uint256 nonce,address signer'),
  },
}

const KNOWN: OptionNames<EdgexOrdersOptions> = {
  key: [keyFrom('walletKey'), 2],
  chainId: [whole(1), 2],
  contract: [TEXT, 2],
}

/**
 * The nonce that belongs to a client's order id: the first 32 bits of its SHA-256.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for an id that is no text.
 * @example
 * ```ts
 * import { edgexNonce } from 'countersign/exchange/orders/edgex'
 *
 * export const order = { clientOrderId: 'my-order-1', nonce: edgexNonce('my-order-1') }
 * ```
 */
export const edgexNonce = (clientOrderId: string): string => {
  mustBe(typeof clientOrderId === 'string', 'clientOrderId', 'text', clientOrderId, 'ARGUMENT_INVALID', 'edgexNonce: ')
  return String(Number.parseInt(hashText('sha256', clientOrderId, 'hex').slice(0, 8), 16))
}

/**
 * Signs what a wallet signs at edgeX v2: orders, transfers and the margin mode, as structs of the contract with whole numbers
 * (amounts times the resolution of contract or coin, times in seconds). The request that carries one is signed with the API key,
 * see `edgex`. Withdrawals are not here: the official SDK signs, unread, whatever typed data the server answers
 * (`getEIP712Data`), and uses the struct that it declares for them (`WITHDRAWAL_PARAMS_TYPE`) nowhere.
 *
 * Checked against the official SDK (edgex-python-sdk 2.0.1, commit ba99804) on 2026-11-29. It publishes no signature.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right, `ARGUMENT_INVALID` for a wrong address.
 * @see {@link https://github.com/edgex-Tech/edgex-python-sdk | edgeX, official SDK}
 * @example
 * ```ts
 * import { edgexNonce, edgexOrders } from 'countersign/exchange/orders/edgex'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const key = walletKey({ privateKey })
 * const orders = edgexOrders({ key, chainId: 33431, contract: '0x1ae109ea449cfe0bed08bfe8911e968a49a919b1' })
 * const l2Signature = orders.sign('LimitOrderParams', {
 *   base: { nonce: edgexNonce('my-order-1'), signer: key.address, accountId: '1', expirationTimestamp: '1800000000' },
 *   amountSynthetic: '1000000',
 *   amountCollateral: '60000000000',
 *   amountFee: '60000000',
 *   assetIdSynthetic: '10000001',
 *   assetIdCollateral: '1000',
 *   isBuyingSynthetic: true,
 *   parentOrderHash: `0x${'0'.repeat(64)}`,
 *   subOrderIndex: '0',
 * })
 * ```
 */
export function edgexOrders<K extends SigningKey>(options: EdgexOrdersOptions<K>): EdgexOrders<K> {
  assertOrderOptions('edgexOrders', options, KNOWN)
  const { key, chainId, contract } = options
  addressBytes(contract, 'contract')
  const domain = { name: 'EdgeX', version: '1', chainId, verifyingContract: contract }
  const typedData = (primaryType: EdgexStruct, message: Readonly<Record<string, unknown>>): TypedData =>
    Object.hasOwn(STRUCTS, primaryType)
      ? { types: STRUCTS[primaryType], primaryType, domain, message }
      : fail('ARGUMENT_INVALID', `"struct" must be ${alternatives(Object.keys(STRUCTS))}`)
  return {
    typedData,
    sign: (primaryType, message) => {
      assertUnit('base.expirationTimestamp', Object(message['base']).expirationTimestamp, 10)
      assertUnit('deadline', message['deadline'], 10)
      return signedWith(key, typedDataBase(typedData(primaryType, message)), hex) as Signed<K, string>
    },
    signerOf: (primaryType, message, signature) => {
      const base = typedDataBase(typedData(primaryType, message))
      const bytes = /^[0-9a-f]{130}$/i.test(signature) ? hexDecode(signature.toLowerCase()) : undefined
      const found = bytes && recoverAddress(base, bytes)
      if (found === undefined) return undefined
      const address = `0x${hex(found)}`
      const { signer } = (primaryType === 'LimitOrderParams' ? Object(message['base']) : message) as {
        readonly signer?: unknown
      }
      return String(signer).toLowerCase() === address ? address : undefined
    },
  }
}
