import { fail, kindOf, nearest } from '../../errors.js'
import { isObject } from '../spec/json-text.js'
import type { TypedDataField } from '../wallet/typed-data.js'
import {
  assertSignatureChain,
  connectionId,
  fields,
  type HyperliquidCall,
  type HyperliquidChain,
  hyperliquidBase,
  type MultiSigParty,
  userDataBase,
} from './hyperliquid-actions.js'
import { signatureOfMembers } from './wallet-signature.js'

const SEND: readonly TypedDataField[] = /* @__PURE__ */ fields(
  'string hyperliquidChain,bytes32 multiSigActionHash,uint64 nonce',
)
const ADDRESS = /^0x[0-9a-f]{40}$/
const MOST_SIGNERS = 10

/** An action of an account that several keys sign for, taken apart. */
export interface MultiSigAction {
  readonly party: MultiSigParty
  /** What it does, as those keys sign it. */
  readonly inner: HyperliquidCall
  /** Their signatures, `0x` and 130 digits each. */
  readonly signatures: readonly string[]
}

const refused = (path: string, must: string, value: unknown): never =>
  fail('ARGUMENT_INVALID', `"${path}" must be ${must}, got ${kindOf(value)}`)

function assertMembers(
  value: unknown,
  path: string,
  names: readonly string[],
): asserts value is Record<string, unknown> {
  if (!isObject(value)) return refused(path, `{ ${names.join(', ')} }`, value)
  for (const name of Object.keys(value))
    if (!names.includes(name))
      fail(
        'ARGUMENT_INVALID',
        `"${path}" must have no member "${name.slice(0, 64)}": did you mean "${nearest(name, names) ?? names[0]}"?`,
      )
}

/** Accounts are hashed as text, which the exchange has in lower case. */
function address(value: unknown, path: string): string {
  return typeof value === 'string' && ADDRESS.test(value) ? value : refused(path, 'an address in lower case', value)
}

/** Whether a call is one that several keys sign for. */
export const isMultiSig = ({ action }: HyperliquidCall): boolean => action['type'] === 'multiSig'

/** @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit. */
export function multiSigAction(call: HyperliquidCall): MultiSigAction {
  const { type: _, ...action } = call.action
  assertMembers(action, 'action', ['signatureChainId', 'signatures', 'payload'])
  const { signatures, payload } = action
  assertMembers(payload, 'action.payload', ['multiSigUser', 'outerSigner', 'action'])
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > MOST_SIGNERS)
    return refused('action.signatures', `a list of 1 to ${MOST_SIGNERS}`, signatures)
  if (!isObject(payload['action'])) return refused('action.payload.action', 'an action', payload['action'])
  return {
    party: {
      multiSigUser: address(payload['multiSigUser'], 'action.payload.multiSigUser'),
      outerSigner: address(payload['outerSigner'], 'action.payload.outerSigner'),
    },
    inner: { ...call, action: payload['action'] },
    signatures: signatures.map(
      (one, at) => signatureOfMembers(one) ?? refused(`action.signatures[${at}]`, '{ r, s, v } of a wallet', one),
    ),
  }
}

/**
 * What the sender signs for an action that others signed: its hash without `type`, shown as `SendMultiSig`.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit, also in what the others signed.
 */
export function multiSigBase(call: HyperliquidCall, chain: HyperliquidChain): Uint8Array {
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
