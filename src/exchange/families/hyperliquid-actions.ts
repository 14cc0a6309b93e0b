import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { fail, kindOf, nearest } from '../../errors.js'
import { isObject } from '../spec/json-text.js'
import { addressBytes } from '../wallet/address.js'
import { messagePack } from '../wallet/message-pack.js'
import { type TypedDataField, typedDataBase, typedDataMaker } from '../wallet/typed-data.js'

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

/** Members of a struct as Solidity writes them. */
export const fields = (text: string): readonly TypedDataField[] =>
  text.split(',').map((one) => {
    const [type = '', name = ''] = one.split(' ')
    return { name, type }
  })

/** One action that the wallet shows to its owner: its struct, and the member that is its nonce. */
export interface UserSignedAction {
  readonly primaryType: string
  readonly nonce: 'time' | 'nonce'
  readonly fields: readonly TypedDataField[]
}

const action = (name: string, nonce: 'time' | 'nonce', members: string): UserSignedAction => ({
  primaryType: `HyperliquidTransaction:${name}`,
  nonce,
  fields: fields(`string hyperliquidChain,${members}`),
})

/**
 * Actions by their `type` that are signed member by member. Every other one is signed as a whole, by its hash.
 *
 * @see {@link https://github.com/hyperliquid-dex/hyperliquid-python-sdk/blob/master/hyperliquid/utils/signing.py | the official SDK}
 * @see {@link https://github.com/nktkas/hyperliquid | the client that has those the SDK lacks}
 */
export const USER_SIGNED: Readonly<Record<string, UserSignedAction>> = {
  usdSend: /* @__PURE__ */ action('UsdSend', 'time', 'string destination,string amount,uint64 time'),
  spotSend: /* @__PURE__ */ action('SpotSend', 'time', 'string destination,string token,string amount,uint64 time'),
  withdraw3: /* @__PURE__ */ action('Withdraw', 'time', 'string destination,string amount,uint64 time'),
  usdClassTransfer: /* @__PURE__ */ action('UsdClassTransfer', 'nonce', 'string amount,bool toPerp,uint64 nonce'),
  sendAsset: /* @__PURE__ */ action(
    'SendAsset',
    'nonce',
    'string destination,string sourceDex,string destinationDex,string token,string amount,string fromSubAccount,uint64 nonce',
  ),
  approveAgent: /* @__PURE__ */ action('ApproveAgent', 'nonce', 'address agentAddress,string agentName,uint64 nonce'),
  approveBuilderFee: /* @__PURE__ */ action(
    'ApproveBuilderFee',
    'nonce',
    'string maxFeeRate,address builder,uint64 nonce',
  ),
  tokenDelegate: /* @__PURE__ */ action(
    'TokenDelegate',
    'nonce',
    'address validator,uint64 wei,bool isUndelegate,uint64 nonce',
  ),
  cDeposit: /* @__PURE__ */ action('CDeposit', 'nonce', 'uint64 wei,uint64 nonce'),
  cWithdraw: /* @__PURE__ */ action('CWithdraw', 'nonce', 'uint64 wei,uint64 nonce'),
  linkStakingUser: /* @__PURE__ */ action('LinkStakingUser', 'nonce', 'address user,bool isFinalize,uint64 nonce'),
  sendToEvmWithData: /* @__PURE__ */ action(
    'SendToEvmWithData',
    'nonce',
    'string token,string amount,string sourceDex,string destinationRecipient,string addressEncoding,uint32 destinationChainId,uint64 gasLimit,bytes data,uint64 nonce',
  ),
  userPortfolioMargin: /* @__PURE__ */ action('UserPortfolioMargin', 'nonce', 'address user,bool enabled,uint64 nonce'),
  convertToMultiSigUser: /* @__PURE__ */ action('ConvertToMultiSigUser', 'nonce', 'string signers,uint64 nonce'),
  userDexAbstraction: /* @__PURE__ */ action('UserDexAbstraction', 'nonce', 'address user,bool enabled,uint64 nonce'),
  userSetAbstraction: /* @__PURE__ */ action(
    'UserSetAbstraction',
    'nonce',
    'address user,string abstraction,uint64 nonce',
  ),
}

/** The chain that wallets are told; the SDK always states Arbitrum's test network. */
export const SIGNATURE_CHAIN_ID = '0x66eee'

const AGENT: readonly TypedDataField[] = /* @__PURE__ */ fields('string source,bytes32 connectionId')
const ZERO = `0x${'0'.repeat(40)}`

/** The hash of an action with everything that decides what it does. */
export function connectionId({ action, nonce, vaultAddress, expiresAfter }: HyperliquidCall<unknown>): Uint8Array {
  // Before anything else reads it: how deep it may be is bounded there.
  const packed = messagePack(action, 'action')
  assertNumberTexts(action, 'action')
  const vault = vaultAddress === undefined ? undefined : addressBytes(vaultAddress, 'vaultAddress')
  const out = new Uint8Array(packed.length + (vault ? 29 : 9) + (expiresAfter === undefined ? 0 : 9))
  const view = new DataView(out.buffer)
  out.set(packed)
  let at = packed.length
  view.setBigUint64(at, BigInt(nonce))
  at += 8
  if (vault === undefined) at++
  else {
    out[at] = 1
    out.set(vault, at + 1)
    at += 21
  }
  // The mark before it is a zero, too.
  if (expiresAfter !== undefined) view.setBigUint64(at + 1, BigInt(expiresAfter))
  return keccak256(out)
}

const MAX_DECIMALS = 8
// Members of an order, a modification and a trigger that are numbers as text.
const NUMBER_TEXTS: ReadonlySet<string> = /* @__PURE__ */ new Set(['p', 's', 'triggerPx'])
const PLAIN = /^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/

/**
 * The exchange prints a number again before it hashes the action, so `1670.10` would be one that another key signed: an unknown
 * address, and another one with every order.
 */
function assertNumberTexts(value: unknown, path: string): void {
  if (Array.isArray(value)) for (const [at, one] of value.entries()) assertNumberTexts(one, `${path}[${at}]`)
  if (!isObject(value)) return
  for (const [name, one] of Object.entries(value)) {
    const at = `${path}.${name}`
    if (NUMBER_TEXTS.has(name) && typeof one === 'string' && /^[-+\d.eE]+$/.test(one)) {
      const [, decimals = ''] = one.split('.')
      if (!PLAIN.test(one) || decimals.length > MAX_DECIMALS)
        fail(
          'ARGUMENT_INVALID',
          `"${at}" must be digits without zeros at the end, at most ${MAX_DECIMALS} behind the point: "1670.1", not "1670.10"`,
        )
    } else if (NUMBER_TEXTS.has(name) && typeof one === 'number')
      fail('ARGUMENT_INVALID', `"${at}" must be a number as text, such as "0.1"`)
    else assertNumberTexts(one, at)
  }
}

/** What is signed for an action. @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit. */
export function hyperliquidBase(call: HyperliquidCall, chain: HyperliquidChain, party?: MultiSigParty): Uint8Array {
  const { action } = call
  const { type } = action
  const own = userSigned(type)
  if (own !== undefined) return userBase(call, own, chain, party)
  // Signed as a whole it would be another account's.
  if (Object.hasOwn(action, 'signatureChainId'))
    fail(
      'ARGUMENT_INVALID',
      `"action.type" must be one that is signed member by member here, got ${JSON.stringify(type)}`,
    )
  return agentBase(
    party === undefined ? call : { ...call, action: [party.multiSigUser, party.outerSigner, action] },
    chain,
  )
}

/** The form of an action by its `type`; `undefined` for those that are signed as a whole. */
export const userSigned = (type: unknown): UserSignedAction | undefined =>
  typeof type === 'string' && Object.hasOwn(USER_SIGNED, type) ? USER_SIGNED[type] : undefined

/** Who an action of several signers is for, and who sends it: both in lower case. */
export interface MultiSigParty {
  readonly multiSigUser: string
  readonly outerSigner: string
}

const PARTY: readonly TypedDataField[] = /* @__PURE__ */ fields('address payloadMultiSigUser,address outerSigner')

const agentData = /* @__PURE__ */ typedDataMaker({
  types: { Agent: AGENT },
  primaryType: 'Agent',
  domain: { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: ZERO },
})

const agentBase = (call: HyperliquidCall<unknown>, chain: HyperliquidChain): Uint8Array =>
  agentData({ source: chain === 'Mainnet' ? 'a' : 'b', connectionId: connectionId(call) })

function userBase(
  call: HyperliquidCall,
  own: UserSignedAction,
  chain: HyperliquidChain,
  party: MultiSigParty | undefined,
): Uint8Array {
  const { type, signatureChainId, ...message } = call.action
  if (call.vaultAddress !== undefined || call.expiresAfter !== undefined)
    fail(
      'ARGUMENT_INVALID',
      `"${call.vaultAddress === undefined ? 'expiresAfter' : 'vaultAddress'}" must not stand beside a ${String(type)}, which does not sign it`,
    )
  if (message['hyperliquidChain'] !== chain)
    fail(
      'ARGUMENT_INVALID',
      `"action.hyperliquidChain" must be "${chain}" here, got ${kindOf(message['hyperliquidChain'])}`,
    )
  if (message[own.nonce] !== call.nonce)
    fail('ARGUMENT_INVALID', `"action.${own.nonce}" must be the nonce of the request: leave it out`)
  assertSignatureChain(signatureChainId)
  const names = own.fields.map(({ name }) => name)
  for (const given of Object.keys(message))
    if (!names.includes(given))
      fail(
        'ARGUMENT_INVALID',
        `"action" must have no member "${given.slice(0, 64)}", which ${String(type)} does not sign: did you mean "${nearest(given, names) ?? names[1]}"?`,
      )
  for (const { name, type: kind } of own.fields) {
    const value = message[name]
    if (kind.startsWith('uint') && typeof value !== 'number' && typeof value !== 'bigint')
      fail('ARGUMENT_INVALID', `"action.${name}" must be a number, got ${kindOf(value)}`)
    // As a text it is signed in the letters in which it stands there, and the exchange has it in lower case.
    if (typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value) && value !== value.toLowerCase())
      fail('ARGUMENT_INVALID', `"action.${name}" must be an address in lower case`)
  }
  const [first, ...rest] = own.fields as readonly [TypedDataField, ...TypedDataField[]]
  return userDataBase(
    own.primaryType,
    party === undefined ? own.fields : [first, ...PARTY, ...rest],
    signatureChainId,
    party === undefined
      ? message
      : { ...message, payloadMultiSigUser: party.multiSigUser, outerSigner: party.outerSigner },
  )
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
  typedDataBase({
    types: { [primaryType]: members },
    primaryType,
    domain: {
      name: 'HyperliquidSignTransaction',
      version: '1',
      chainId: signatureChainId,
      verifyingContract: ZERO,
    },
    message,
  })
