import { hex, hexDecode } from '../../crypto/encoding.js'
import type { SigningKey, VerifyingKey } from '../../crypto/key.js'
import { fail, isInteger, mustBe, type OptionNames } from '../../errors.js'
import { oneOf, whole } from '../../support/option-kinds.js'
import {
  EXTENDED_CHAINS,
  type ExtendedEnvironment,
  type ExtendedPayment,
  type ExtendedPaymentKind,
  extendedPaymentBase,
} from '../families/extended-messages.js'
import { FELT_PRIME } from '../wallet/felts.js'
import { type Members, membersOf } from '../wallet/members.js'
import { assertOrderOptions, keyFrom } from '../wallet/order-options.js'
import { type Signed, signedWith } from '../wallet/signed-order.js'

/** What is signed of a transfer between positions: `settlement` of `POST /api/v1/user/transfer/onchain`, without its ends. */
export interface ExtendedTransfer {
  /** The position (vault) of the account that receives. */
  readonly receiverPositionId: number
  /** Not signed: the position is. */
  readonly receiverPublicKey: string
  /** `starkexId` of the asset, with `0x`. */
  readonly assetId: string
  /** In the asset's smallest units. */
  readonly amount: number
  /** Seconds since the epoch; the official client takes 21 days ahead. */
  readonly expirationTimestamp: number
  /** 32 bits, another one each time. */
  readonly nonce: number
}

/** What is signed of a withdrawal: `settlement` of `POST /api/v1/user/withdrawal`, without its ends. */
export interface ExtendedWithdrawal {
  /** The address on Starknet that is paid; for other chains that of the bridge. */
  readonly recipient: string
  /** Id of the collateral asset, hexadecimal with `0x`. */
  readonly collateralId: string
  /** Amount in the smallest unit of the asset. */
  readonly amount: number
  /** The official client takes 15 days ahead. */
  readonly expiration: { readonly seconds: number }
  /** A number that makes the withdrawal unique. */
  readonly salt: number
}

/** A signature as the exchange's API takes it. */
export interface ExtendedSignature {
  /** First half, hexadecimal with `0x`. */
  readonly r: string
  /** Second half, hexadecimal with `0x`. */
  readonly s: string
}

/** A transfer as the API takes it. */
export interface ExtendedSignedTransfer extends ExtendedTransfer {
  /** The position (vault) of the account that pays. */
  readonly senderPositionId: number
  /** Public key of that account. */
  readonly senderPublicKey: string
  /** What the key signed. */
  readonly signature: ExtendedSignature
}

/** A withdrawal as the API takes it. */
export interface ExtendedSignedWithdrawal extends ExtendedWithdrawal {
  /** The position (vault) of the account that pays. */
  readonly positionId: number
  /** What the key signed. */
  readonly signature: ExtendedSignature
}

/** Options of {@link extendedPayments}. */
export interface ExtendedPaymentsOptions<K extends SigningKey = SigningKey> {
  /** `starkKey` without `account`. */
  readonly key: K & { readonly publicKey: string }
  /** The number of the account's position, which its API page calls the vault. */
  readonly position: number
  /** Default `live`: real money. */
  readonly environment?: ExtendedEnvironment
}

/** Signs one kind of payment. */
export interface ExtendedPaymentSigner<K extends SigningKey, P, S> {
  /** What is signed. @throws {CountersignError} `ARGUMENT_INVALID` with the name of what does not fit. */
  base(payment: P): string
  /** The settlement as the API takes it. @throws {CountersignError} as `base`. */
  sign(payment: P): Signed<K, S>
  /** Whether a received settlement is one of the key. A malformed one throws as `base`. */
  verify(settlement: S, key: VerifyingKey): boolean | Promise<boolean>
}

/** What {@link extendedPayments} signs. */
export interface ExtendedPayments<K extends SigningKey> {
  /** Transfers to another position. */
  readonly transfer: ExtendedPaymentSigner<K, ExtendedTransfer, ExtendedSignedTransfer>
  /** Withdrawals to an address. */
  readonly withdrawal: ExtendedPaymentSigner<K, ExtendedWithdrawal, ExtendedSignedWithdrawal>
}

const ENVIRONMENTS = Object.keys(EXTENDED_CHAINS)
const KNOWN: OptionNames<ExtendedPaymentsOptions> = {
  key: [keyFrom('starkKey'), 2],
  position: [whole(0, 0xffff_ffff), 2],
  environment: oneOf(...ENVIRONMENTS),
}
const U32 = 0xffff_ffff
const TRANSFER = [
  ...['receiverPositionId', 'receiverPublicKey', 'assetId', 'amount', 'expirationTimestamp', 'nonce'],
  ...['senderPositionId', 'senderPublicKey', 'signature'],
]
const WITHDRAWAL = ['recipient', 'collateralId', 'amount', 'expiration', 'salt', 'positionId', 'signature']
const WORD = /^0x[0-9a-f]{1,64}$/

/** A whole number; its size shows whether it is in seconds or milliseconds. */
function integer(members: Members, name: string, from: number, to: number = Number.MAX_SAFE_INTEGER): bigint {
  const value = members[name]
  return isInteger(value, from, to)
    ? BigInt(value)
    : fail('ARGUMENT_INVALID', `"${name}" must be a whole number from ${from} to ${to}`)
}

function felt(members: Members, name: string): bigint {
  const value = members[name]
  const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(value) ? BigInt(value) : FELT_PRIME
  return number < FELT_PRIME ? number : fail('ARGUMENT_INVALID', `"${name}" must be a number of Starknet with "0x"`)
}

const SECONDS = [1_000_000_000, 9_999_999_999] as const

/** How each kind is read, and what is added to it. */
const KINDS = {
  transfer: {
    read: (value: unknown): ExtendedPayment => {
      const members = membersOf(value, 'transfer', TRANSFER)
      felt(members, 'receiverPublicKey')
      return {
        recipient: integer(members, 'receiverPositionId', 0, U32),
        position: 0n,
        collateralId: felt(members, 'assetId'),
        amount: integer(members, 'amount', 1),
        expiration: integer(members, 'expirationTimestamp', ...SECONDS),
        nonce: integer(members, 'nonce', 0, U32),
      }
    },
    own: (position: number, publicKey: string) => ({ senderPositionId: position, senderPublicKey: publicKey }),
  },
  withdrawal: {
    read: (value: unknown): ExtendedPayment => {
      const members = membersOf(value, 'withdrawal', WITHDRAWAL)
      return {
        recipient: felt(members, 'recipient'),
        position: 0n,
        collateralId: felt(members, 'collateralId'),
        amount: integer(members, 'amount', 1),
        expiration: integer(membersOf(members['expiration'], 'expiration', ['seconds']), 'seconds', ...SECONDS),
        nonce: integer(members, 'salt', 0, U32),
      }
    },
    own: (position: number) => ({ positionId: position }),
  },
} as const

const number = (digits: string): string => `0x${digits.replace(/^0+(?=.)/, '')}`

/**
 * Signs what moves money at Extended (on Starknet): transfers between positions, and withdrawals. What is signed is the settlement
 * that the request carries; the amount beside it is not. Requests show `X-Api-Key`, which the caller sends.
 *
 * Checked against the official client (x10-python-trading-starknet 2.6.0) on 2026-11-29.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be right.
 * @see {@link https://api.docs.extended.exchange/#withdrawals | Extended, withdrawals}
 * @example
 * ```ts
 * import { extendedPayments } from 'countersign/exchange/orders/extended-payments'
 * import { type StarknetModule, starkKey } from 'countersign/exchange/wallet'
 *
 * // import * as starknet from '@scure/starknet'
 * declare const starknet: StarknetModule
 * declare const env: { EXTENDED_KEY: string; STARKNET_ADDRESS: string }
 * const key = starkKey({ privateKey: env.EXTENDED_KEY, starknet })
 * const settlement = extendedPayments({ key, position: 10002 }).withdrawal.sign({
 *   recipient: env.STARKNET_ADDRESS,
 *   collateralId: '0x1',
 *   amount: 1_000_000,
 *   expiration: { seconds: Math.ceil(Date.now() / 1000) + 15 * 86_400 },
 *   salt: 1473459052,
 * })
 * console.log(JSON.stringify({ accountId: 10002, amount: '1', chainId: 'STRK', asset: 'USD', settlement }))
 * ```
 */
export function extendedPayments<K extends SigningKey>(options: ExtendedPaymentsOptions<K>): ExtendedPayments<K> {
  assertOrderOptions('extendedPayments', options, KNOWN, ENVIRONMENTS)
  const { key, position, environment = 'live' } = options
  mustBe(WORD.test(String(key.publicKey)), 'key', 'one with its "publicKey", as that of starkKey()', key)
  const { publicKey } = key
  const signerFor = <P extends object, S extends P & { readonly signature: ExtendedSignature }>(
    kind: ExtendedPaymentKind,
  ): ExtendedPaymentSigner<K, P, S> => {
    const { read, own } = KINDS[kind]
    const added: Readonly<Record<string, unknown>> = own(position, publicKey)
    const base = (payment: P): string =>
      extendedPaymentBase(environment, publicKey, kind, { ...read(payment), position: BigInt(position) })
    return {
      base,
      sign: (payment) => {
        for (const name of [...Object.keys(added), 'signature'])
          if (Object.hasOwn(Object(payment), name)) fail('ARGUMENT_INVALID', `"${name}" must not be there yet`)
        return signedWith(key, base(payment), (bytes) => {
          const digits = hex(bytes)
          return { ...payment, ...added, signature: { r: number(digits.slice(0, 64)), s: number(digits.slice(64)) } }
        }) as Signed<K, S>
      },
      verify: (settlement, verifyingKey) => {
        const members = Object(settlement) as Readonly<Record<string, unknown>>
        const { r, s } = Object(members['signature']) as { readonly r?: unknown; readonly s?: unknown }
        if (typeof r !== 'string' || typeof s !== 'string' || !WORD.test(r) || !WORD.test(s)) return false
        for (const [name, value] of Object.entries(added)) if (members[name] !== value) return false
        const bytes = hexDecode(r.slice(2).padStart(64, '0') + s.slice(2).padStart(64, '0'))
        return bytes === undefined ? false : verifyingKey.verify(base(settlement), bytes)
      },
    }
  }
  return { transfer: signerFor('transfer'), withdrawal: signerFor('withdrawal') }
}
