import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { fail, isInteger, mustBe } from '../../errors.js'
import { ADDRESS, addressBytes } from '../wallet/address.js'
import { assertNames } from '../wallet/members.js'
import { messagePack } from '../wallet/message-pack.js'
import { fieldsOf, flatTypedData, type TypedDataField } from '../wallet/typed-struct.js'
import { wrong } from '../wallet/wrong-value.js'

/** What an action is signed for. */
export interface HyperliquidCall<A = Readonly<Record<string, unknown>>> {
  readonly action: A
  /** Milliseconds, as a number. */
  readonly nonce: number
  readonly vaultAddress?: string
  readonly expiresAfter?: number
}

/** `Mainnet` or `Testnet`: stands in what is signed, so that neither takes what was signed for the other. */
export type HyperliquidChain = 'Mainnet' | 'Testnet'

/** One action that the wallet shows to its owner: its struct, and the member that is its nonce. */
export interface UserSignedAction {
  readonly primaryType: string
  readonly nonce: 'time' | 'nonce'
  readonly fields: readonly TypedDataField[]
}

// Each as EIP-712 writes its type, without what all of them begin with: the network, as text. The nonce is the last member.
const STRUCTS: Readonly<Record<string, string>> = {
  usdSend: 'UsdSend(string destination,string amount,uint64 time)',
  spotSend: 'SpotSend(string destination,string token,string amount,uint64 time)',
  withdraw3: 'Withdraw(string destination,string amount,uint64 time)',
  usdClassTransfer: 'UsdClassTransfer(string amount,bool toPerp,uint64 nonce)',
  sendAsset:
    'SendAsset(string destination,string sourceDex,string destinationDex,string token,string amount,string fromSubAccount,uint64 nonce)',
  approveAgent: 'ApproveAgent(address agentAddress,string agentName,uint64 nonce)',
  approveBuilderFee: 'ApproveBuilderFee(string maxFeeRate,address builder,uint64 nonce)',
  tokenDelegate: 'TokenDelegate(address validator,uint64 wei,bool isUndelegate,uint64 nonce)',
  cDeposit: 'CDeposit(uint64 wei,uint64 nonce)',
  cWithdraw: 'CWithdraw(uint64 wei,uint64 nonce)',
  linkStakingUser: 'LinkStakingUser(address user,bool isFinalize,uint64 nonce)',
  sendToEvmWithData:
    'SendToEvmWithData(string token,string amount,string sourceDex,string destinationRecipient,string addressEncoding,uint32 destinationChainId,uint64 gasLimit,bytes data,uint64 nonce)',
  userPortfolioMargin: 'UserPortfolioMargin(address user,bool enabled,uint64 nonce)',
  convertToMultiSigUser: 'ConvertToMultiSigUser(string signers,uint64 nonce)',
  userDexAbstraction: 'UserDexAbstraction(address user,bool enabled,uint64 nonce)',
  userSetAbstraction: 'UserSetAbstraction(address user,string abstraction,uint64 nonce)',
}

function userSignedAction(type: string): UserSignedAction {
  const [name, members] = type.slice(0, -1).split('(') as [string, string]
  const fields = fieldsOf(`string hyperliquidChain,${members}`)
  return {
    primaryType: `HyperliquidTransaction:${name}`,
    nonce: fields.at(-1)?.name as UserSignedAction['nonce'],
    fields,
  }
}

/**
 * Actions by their `type` that are signed member by member. Every other one is signed as a whole, by its hash.
 *
 * @see {@link https://github.com/hyperliquid-dex/hyperliquid-python-sdk/blob/master/hyperliquid/utils/signing.py | the official SDK}
 * @see {@link https://github.com/nktkas/hyperliquid | the client that has those the SDK lacks}
 */
export const USER_SIGNED: Readonly<Record<string, UserSignedAction>> = /* @__PURE__ */ Object.fromEntries(
  /* @__PURE__ */ Object.entries(STRUCTS).map(([type, text]) => [type, userSignedAction(text)]),
)

/** The chain id in the typed data of wallets; the SDK always states Arbitrum's test network. */
export const SIGNATURE_CHAIN_ID = '0x66eee'

const ZERO = `0x${'0'.repeat(40)}`

/** The hash of an action with everything that decides what it does. */
export function connectionId({ action, nonce, vaultAddress, expiresAfter }: HyperliquidCall<unknown>): Uint8Array {
  // Before anything else reads it: how deep it may be is bounded there.
  const packed = messagePack(action, 'action')
  assertNumberTexts(action, 'action')
  const vault = vaultAddress === undefined ? undefined : addressBytes(vaultAddress, 'vaultAddress')
  const out = new Uint8Array(packed.length + 38)
  const view = new DataView(out.buffer)
  out.set(packed)
  // Behind the nonce a mark: 0, or 1 and the vault; before the end another 0.
  let at = packed.length + 9
  view.setBigUint64(packed.length, BigInt(nonce))
  if (vault !== undefined) {
    out[at - 1] = 1
    out.set(vault, at)
    at += 20
  }
  if (expiresAfter !== undefined) {
    view.setBigUint64(at + 1, BigInt(expiresAfter))
    at += 9
  }
  return keccak256(out.subarray(0, at))
}

// Members of an order, a modification and a trigger that are numbers as text.
const NUMBER_TEXTS: ReadonlySet<string> = /* @__PURE__ */ new Set(['p', 's', 'triggerPx'])
const PLAIN = /^(?:0|[1-9]\d*)(?:\.\d{0,7}[1-9])?$/

/**
 * The exchange prints a number again before it hashes the action, so `1670.10` would be one that another key signed: an unknown
 * address, and another one with every order.
 */
function assertNumberTexts(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, one] of Object.entries(value) as Array<[string, unknown]>) {
    const at = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`
    if (!NUMBER_TEXTS.has(name) || typeof one === 'object' || !/^[-+\d.eE]+$/.test(String(one)))
      assertNumberTexts(one, at)
    else if (typeof one !== 'string' || !PLAIN.test(one))
      fail(
        'ARGUMENT_INVALID',
        `"${at}" must be a number as text, without zeros at the end and at most 8 decimals: "1670.1", not "1670.10"`,
      )
  }
}

/** For whom and by whom an action is signed, where it is not the account itself: what stands in that besides. */
export interface Party {
  /** What is hashed of an action that is signed as a whole. */
  whole(action: HyperliquidCall['action']): unknown
  /** Members of the struct behind its first one, and what they are. */
  readonly fields: readonly TypedDataField[]
  readonly members: Readonly<Record<string, string>>
}

const ALONE: Party = { whole: (action) => action, fields: [], members: {} }

/** What is signed for an action. @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit. */
export function hyperliquidBase(call: HyperliquidCall, chain: HyperliquidChain, party: Party = ALONE): Uint8Array {
  const { action, nonce, expiresAfter = 0 } = call
  // In seconds it would be signed as readily, and the exchange answers that it is long past.
  for (const [name, value] of Object.entries({ nonce, expiresAfter }))
    mustBe(
      isInteger(value, 0) && ![10, 16].includes(`${value}`.length),
      name,
      'milliseconds since the epoch',
      value,
      'ARGUMENT_INVALID',
    )
  const { type } = action
  if (typeof type !== 'string') return wrong('action.type', 'text', type)
  const own = userSigned(type)
  if (own !== undefined) return userBase(call, own, chain, party)
  // Signed as a whole it would be another account's. What several keys sign for has a function of its own.
  if (type === 'multiSig' || Object.hasOwn(action, 'signatureChainId'))
    fail(
      'ARGUMENT_INVALID',
      `"action.type" must be one that is signed member by member here, got ${JSON.stringify(type)}`,
    )
  return agentBase({ ...call, action: party.whole(action) }, chain)
}

/** The form of an action by its `type`; `undefined` for those that are signed as a whole. */
export const userSigned = (type: unknown): UserSignedAction | undefined =>
  typeof type === 'string' && Object.hasOwn(USER_SIGNED, type) ? USER_SIGNED[type] : undefined

let agentData: ReturnType<typeof flatTypedData> | undefined

function agentBase(call: HyperliquidCall<unknown>, chain: HyperliquidChain): Uint8Array {
  agentData ??= flatTypedData(
    'Agent',
    fieldsOf('string source,bytes32 connectionId'),
    { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: ZERO },
    'action',
  )
  return agentData({ source: chain === 'Mainnet' ? 'a' : 'b', connectionId: connectionId(call) })
}

// The agent without a name is approved without one, or with null, and both are signed as an empty name.
function userBase(call: HyperliquidCall, own: UserSignedAction, chain: HyperliquidChain, party: Party): Uint8Array {
  const { type, signatureChainId, ...given } = call.action
  const message = type === 'approveAgent' ? { ...given, agentName: given['agentName'] ?? '' } : given
  if (call.vaultAddress !== undefined || call.expiresAfter !== undefined)
    fail(
      'ARGUMENT_INVALID',
      `"${call.vaultAddress === undefined ? 'expiresAfter' : 'vaultAddress'}" must not stand beside a ${type}, which does not sign it`,
    )
  if (message['hyperliquidChain'] !== chain)
    wrong('action.hyperliquidChain', `"${chain}" here`, message['hyperliquidChain'])
  if (message[own.nonce] !== call.nonce)
    fail('ARGUMENT_INVALID', `"action.${own.nonce}" must be the nonce of the request: leave it out`)
  assertSignatureChain(signatureChainId)
  const names = own.fields.map(({ name }) => name)
  assertNames(
    Object.keys(message).filter((name) => message[name] !== undefined),
    'action',
    names,
    `, which ${type} does not sign`,
  )
  for (const { name, type: kind } of own.fields) {
    const value = message[name]
    if (kind.startsWith('uint') && typeof value !== 'number' && typeof value !== 'bigint')
      wrong(`action.${name}`, 'a number', value)
    // Bytes are no JSON.
    if (value instanceof Uint8Array) wrong(`action.${name}`, 'hexadecimal with 0x', value)
    // As a text it is signed in the letters in which it stands there, and the exchange has it in lower case. As an address it is
    // signed without their case, and the official SDK sends it with its checksum.
    if (kind === 'string' && ADDRESS.test(String(value)) && value !== String(value).toLowerCase())
      fail('ARGUMENT_INVALID', `"action.${name}" must be an address in lower case`)
  }
  const [first, ...rest] = own.fields as readonly [TypedDataField, ...TypedDataField[]]
  return userDataBase(own.primaryType, [first, ...party.fields, ...rest], signatureChainId, {
    ...message,
    ...party.members,
  })
}

export function assertSignatureChain(value: unknown): asserts value is string {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,16}$/.test(value))
    fail('ARGUMENT_INVALID', `"action.signatureChainId" must be a number such as "${SIGNATURE_CHAIN_ID}"`)
}

/** What the wallet shows to its owner, in the domain that all of it has. */
export const userDataBase = (
  primaryType: string,
  members: readonly TypedDataField[],
  signatureChainId: string,
  message: Readonly<Record<string, unknown>>,
): Uint8Array =>
  flatTypedData(
    primaryType,
    members,
    { name: 'HyperliquidSignTransaction', version: '1', chainId: signatureChainId, verifyingContract: ZERO },
    'action',
  )(message)
