import { isObject } from '../spec/json-text.js'
import { membersOf } from '../wallet/members.js'
import { fieldsOf, type TypedDataField } from '../wallet/typed-struct.js'
import { wrong } from '../wallet/wrong-value.js'
import {
  assertSignatureChain,
  connectionId,
  type HyperliquidCall,
  type HyperliquidChain,
  hyperliquidBase,
  type Party,
  userDataBase,
} from './hyperliquid-actions.js'
import { signatureOfMembers } from './wallet-signature.js'

const SEND: readonly TypedDataField[] = /* @__PURE__ */ fieldsOf(
  'string hyperliquidChain,bytes32 multiSigActionHash,uint64 nonce',
)
const PARTY: readonly TypedDataField[] = /* @__PURE__ */ fieldsOf('address payloadMultiSigUser,address outerSigner')
const ADDRESS = /^0x[0-9a-f]{40}$/
const MOST_SIGNERS = 10

/** Who an action of several signers is for, and who sends it: both in lower case. */
export interface MultiSigParty extends Party {
  readonly multiSigUser: string
  readonly outerSigner: string
}

export const multiSigParty = (multiSigUser: string, outerSigner: string): MultiSigParty => ({
  multiSigUser,
  outerSigner,
  whole: (action) => [multiSigUser, outerSigner, action],
  fields: PARTY,
  members: { payloadMultiSigUser: multiSigUser, outerSigner },
})

/** An action of an account that several keys sign for, taken apart. */
export interface MultiSigAction {
  readonly party: MultiSigParty
  /** What it does, as those keys sign it. */
  readonly inner: HyperliquidCall
  /** Their signatures, `0x` and 130 digits each. */
  readonly signatures: readonly string[]
}

/** Accounts are hashed as text, which the exchange has in lower case. */
function address(value: unknown, path: string): string {
  return typeof value === 'string' && ADDRESS.test(value) ? value : wrong(path, 'an address in lower case', value)
}

/** Whether a call is one that several keys sign for. */
export const isMultiSig = ({ action }: HyperliquidCall): boolean => action['type'] === 'multiSig'

/** @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit. */
export function multiSigAction(call: HyperliquidCall): MultiSigAction {
  const { type: _, ...action } = call.action
  membersOf(action, 'action', ['signatureChainId', 'signatures', 'payload'])
  const { signatures, payload } = action
  const {
    multiSigUser,
    outerSigner,
    action: inner,
  } = membersOf(payload, 'action.payload', ['multiSigUser', 'outerSigner', 'action'])
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > MOST_SIGNERS)
    return wrong('action.signatures', `a list of 1 to ${MOST_SIGNERS}`, signatures)
  if (!isObject(inner)) return wrong('action.payload.action', 'an action', inner)
  return {
    party: multiSigParty(
      address(multiSigUser, 'action.payload.multiSigUser'),
      address(outerSigner, 'action.payload.outerSigner'),
    ),
    inner: { ...call, action: inner },
    signatures: signatures.map(
      (one, at) => signatureOfMembers(one) ?? wrong(`action.signatures[${at}]`, '{ r, s, v } of a wallet', one),
    ),
  }
}

/**
 * What the sender signs for an action that others signed: its hash without `type`, shown as `SendMultiSig`.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit, also in what the others signed.
 */
function multiSigBase(call: HyperliquidCall, chain: HyperliquidChain): Uint8Array {
  const { party, inner } = multiSigAction(call)
  // What the others cannot have signed is nothing to send.
  hyperliquidBase(inner, chain, party)
  const { type: _, ...action } = call.action
  const { signatureChainId } = action
  assertSignatureChain(signatureChainId)
  return userDataBase('HyperliquidTransaction:SendMultiSig', SEND, signatureChainId, {
    hyperliquidChain: chain,
    multiSigActionHash: connectionId({ ...call, action }),
    nonce: call.nonce,
  })
}

/** What the sender's wallet signs, whichever action it is. @throws {CountersignError} `ARGUMENT_INVALID`. */
export const callBase = (call: HyperliquidCall, chain: HyperliquidChain): Uint8Array =>
  (isMultiSig(call) ? multiSigBase : hyperliquidBase)(call, chain)
