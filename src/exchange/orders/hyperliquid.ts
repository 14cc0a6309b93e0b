import { hex } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { fail, isMembers, kindOf, mustBe, type OptionNames } from '../../errors.js'
import { oneOf } from '../../support/option-kinds.js'
import {
  type HyperliquidCall,
  hyperliquidBase,
  SIGNATURE_CHAIN_ID,
  userSigned,
} from '../families/hyperliquid-actions.js'
import {
  chainOf,
  HYPERLIQUID_ENVIRONMENTS,
  HYPERLIQUID_KEY,
  type HyperliquidEnvironment,
} from '../families/hyperliquid-direct.js'
import { multiSigAction, multiSigParty } from '../families/hyperliquid-multi-sig.js'
import { signatureMembers, signerOf } from '../families/wallet-signature.js'
import { isObject } from '../spec/json-text.js'
import { addressBytes } from '../wallet/address.js'
import { membersOf } from '../wallet/members.js'
import { assertOrderOptions } from '../wallet/order-options.js'
import { type Signed, signedWith } from '../wallet/signed-order.js'

export {
  type HyperliquidEnvironment,
  type SignHyperliquidActionOptions,
  signHyperliquidAction,
} from '../families/hyperliquid-direct.js'

/** Options of {@link hyperliquidMultiSig}. */
export interface HyperliquidMultiSigOptions {
  /** The account that the keys sign for. */
  readonly multiSigUser: string
  /** The account whose key sends the action: one of the signers, or an agent of one. */
  readonly outerSigner: string
  /** Default `live`: real money. It is signed. */
  readonly environment?: HyperliquidEnvironment | undefined
}

/** One signature as the exchange takes it. Zeros at the start of `r` and `s` are left out. */
export interface HyperliquidSignature {
  /** First half, hexadecimal with `0x`. */
  readonly r: string
  /** Second half, hexadecimal with `0x`. */
  readonly s: string
  /** 27 or 28. */
  readonly v: number
}

/** What several keys sign. All of them sign the same nonce, in milliseconds. */
export interface HyperliquidMultiSigCall {
  /** What is to be done, as the exchange documents it. */
  readonly action: Readonly<Record<string, unknown>>
  /** The time in milliseconds, which all signers share. */
  readonly nonce: number
  /** The vault or subaccount that it is done for. */
  readonly vaultAddress?: string
  /** When it is no longer to be done, in milliseconds since the epoch. */
  readonly expiresAfter?: number
}

/** An account of Hyperliquid that several keys sign for. */
export interface HyperliquidMultiSig {
  /** The signature of one of the keys. @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit. */
  sign<K extends SigningKey>(key: K, call: HyperliquidMultiSigCall): Signed<K, HyperliquidSignature>
  /** What the signer of `outerSigner` sends as `json`. */
  json(call: HyperliquidMultiSigCall, signatures: readonly HyperliquidSignature[]): Readonly<Record<string, unknown>>
}

const ADDRESS = [
  (value: unknown) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value),
  'an address of 0x and 40 hexadecimal digits',
] as const
const KNOWN: OptionNames<HyperliquidMultiSigOptions> = {
  multiSigUser: [ADDRESS, 2],
  outerSigner: [ADDRESS, 2],
  environment: oneOf(...HYPERLIQUID_ENVIRONMENTS),
}

const CALL = ['action', 'nonce', 'vaultAddress', 'expiresAfter']

/** An action as the keys sign it: transfers and their like state the network and the nonce. */
function completed(call: HyperliquidMultiSigCall, chain: ReturnType<typeof chainOf>): HyperliquidCall['action'] {
  const { action, nonce } = membersOf(call, 'call', CALL) as unknown as HyperliquidMultiSigCall
  if (!isObject(action)) return fail('ARGUMENT_INVALID', `"call.action" must be an object, got ${kindOf(action)}`)
  const { type, ...rest } = action
  const own = userSigned(type)
  if (own === undefined) return action
  return { type, signatureChainId: SIGNATURE_CHAIN_ID, hyperliquidChain: chain, ...rest, [own.nonce]: nonce }
}

const trimmed = (sign: string): HyperliquidSignature => {
  const { r, s, v } = signatureMembers(sign)
  return { r: r.replace(/^0x0+/, '0x'), s: s.replace(/^0x0+/, '0x'), v }
}

/**
 * Actions of an account of Hyperliquid that several keys sign for (multi-sig). Each key signs the action for itself, on its own
 * machine; `outerSigner` puts the signatures together and sends them with the signer of `hyperliquid`. All sign the same nonce.
 *
 * Checked against the official SDK 0.23.0 on 2026-11-29.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for what is no address.
 * @see {@link https://hyperliquid.gitbook.io/hyperliquid-docs/hypercore/multi-sig | Hyperliquid, multi-sig}
 * @example
 * ```ts
 * import { hyperliquid } from 'countersign/exchange/hyperliquid'
 * import { hyperliquidMultiSig } from 'countersign/exchange/orders/hyperliquid'
 * import { type WalletKey } from 'countersign/exchange/wallet'
 *
 * export function cancelled(multiSigUser: string, leader: WalletKey, second: WalletKey) {
 *   const account = hyperliquidMultiSig({ multiSigUser, outerSigner: leader.address })
 *   const call = { action: { type: 'scheduleCancel' }, nonce: Date.now() }
 *   const signatures = [account.sign(leader, call), account.sign(second, call)]
 *   return hyperliquid({ key: leader }).sign({ method: 'POST', path: '/exchange', json: account.json(call, signatures) })
 * }
 * ```
 */
export function hyperliquidMultiSig(options: HyperliquidMultiSigOptions): HyperliquidMultiSig {
  assertOrderOptions('hyperliquidMultiSig', options, KNOWN, HYPERLIQUID_ENVIRONMENTS)
  const chain = chainOf(options.environment)
  const multiSigUser = `0x${hex(addressBytes(options.multiSigUser, 'multiSigUser'))}`
  const outerSigner = `0x${hex(addressBytes(options.outerSigner, 'outerSigner'))}`
  const party = multiSigParty(multiSigUser, outerSigner)
  return {
    sign: <K extends SigningKey>(key: K, call: HyperliquidMultiSigCall) => {
      mustBe(HYPERLIQUID_KEY[0](key), 'key', HYPERLIQUID_KEY[1], key, 'ARGUMENT_INVALID')
      const base = hyperliquidBase({ ...call, action: completed(call, chain) }, chain, party)
      return signedWith(key, base, (signature) => trimmed(`0x${hex(signature)}`)) as Signed<K, HyperliquidSignature>
    },
    json: (call, signatures) => ({
      ...call,
      action: {
        type: 'multiSig',
        signatureChainId: SIGNATURE_CHAIN_ID,
        signatures,
        payload: { multiSigUser, outerSigner, action: completed(call, chain) },
      },
    }),
  }
}

/**
 * The accounts whose keys signed an action of several signers, in lower case, for a service that receives one: its verifier proves
 * who sent it, and which of these may sign for `payload.multiSigUser` is what the service knows.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no such action, `SIGNATURE_MALFORMED` for a signature that no key made.
 * @example
 * ```ts
 * import { hyperliquidMultiSigSigners } from 'countersign/exchange/orders/hyperliquid'
 *
 * export const signersOf = (body: string): readonly string[] => hyperliquidMultiSigSigners(JSON.parse(body))
 * ```
 */
export function hyperliquidMultiSigSigners(
  call: HyperliquidMultiSigCall,
  environment?: HyperliquidEnvironment,
): readonly string[] {
  mustBe(
    isMembers(call?.action),
    'call',
    'a call with its action',
    call,
    'ARGUMENT_INVALID',
    'hyperliquidMultiSigSigners: ',
  )
  const { party, inner, signatures } = multiSigAction(call)
  const base = hyperliquidBase(inner, chainOf(environment), party)
  return signatures.map((sign) => signerOf(base, sign))
}
