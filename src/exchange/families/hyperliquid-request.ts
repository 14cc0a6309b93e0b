import { fail, isInteger, kindOf, nearest } from '../../errors.js'
import type { Draft } from '../spec/draft.js'
import { rawMembers } from '../spec/json-elements.js'
import { isObject, readExactJson, readJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import { type Place, withMembers } from '../spec/places.js'
import { type HyperliquidCall, type HyperliquidChain, userSigned } from './hyperliquid-actions.js'
import { missingMembers } from './hyperliquid-call.js'
import { callBase, isMultiSig, multiSigAction } from './hyperliquid-multi-sig.js'
import { asReceived, madeOnce, signatureMembers, signatureOfMembers, signerOf } from './wallet-signature.js'

const MEMBERS = ['action', 'nonce', 'signature', 'vaultAddress', 'expiresAfter']

const chainOf = ({ options }: Draft): HyperliquidChain => (options['chain'] === 'Testnet' ? 'Testnet' : 'Mainnet')

// A body that was read to be completed is not read again to be signed.
const READ: WeakMap<Draft, { readonly body: string; readonly call: Readonly<Record<string, unknown>> }> =
  /* @__PURE__ */ new WeakMap()

/** The members of a body, which nothing but what is known may stand in: it would not be signed. */
function callOf(body: string, code: 'ARGUMENT_INVALID' | 'AUTH_MALFORMED'): Readonly<Record<string, unknown>> {
  const call = readExactJson(body)
  if (!isObject(call) || !isObject(call['action']) || typeof call['action']['type'] !== 'string')
    return fail(code, `the body must be { action: { type, … } }, got ${kindOf(call)}`)
  if (call['vaultAddress'] === null) fail(code, '"vaultAddress" must be an address, got null: leave it out')
  for (const name of Object.keys(call))
    if (!MEMBERS.includes(name))
      fail(
        code,
        `the body must have no member "${name.slice(0, 64)}", which is not signed: did you mean "${nearest(name, MEMBERS) ?? 'action'}"?`,
      )
  return call
}

/** The text of a call without its nonce, its action with the members that it lacks. */
function completed(body: string, missing: ReturnType<typeof missingMembers>): string {
  const added = missing.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join()
  const members = rawMembers(body)
    .filter(([name]) => name !== 'nonce')
    .map(
      ([name, text]) =>
        `${JSON.stringify(name)}:${name === 'action' && added ? withMembers(text, added, false) : text}`,
    )
  return `{${members.join()}}`
}

/** What is no time is refused where the base is made. */
const endOf = (expiresAfter: unknown): string => (Number.isSafeInteger(expiresAfter) ? String(expiresAfter) : '')

/** Several keys have signed a call with its nonce already. */
function takeNonce(draft: Draft, nonce: unknown): void {
  if (!isInteger(nonce, 1)) fail('ARGUMENT_INVALID', '"nonce" must be given: the one that several signers signed')
  draft.nonce = String(nonce)
}

/** Nonce, vault and signature beside the action. */
export const actionPlace: Place = {
  parts: ['json'],
  list: [],
  sign: 'signature',
  put: (draft) => {
    const { method, path, body, options } = draft
    if (method !== 'POST' || body === '' || path.endsWith('/info'))
      fail(
        'ARGUMENT_INVALID',
        'Hyperliquid signs POST /exchange with json: { action }; POST /info is not signed: read with plain fetch',
      )
    const call = callOf(body, 'ARGUMENT_INVALID')
    // Several keys have signed it with its nonce already.
    const signedNonce = isMultiSig(call as unknown as HyperliquidCall) ? call['nonce'] : undefined
    if (signedNonce !== undefined) takeNonce(draft, signedNonce)
    for (const name of ['nonce', 'signature'])
      if (call[name] !== undefined && call[name] !== signedNonce)
        fail('MESSAGE_MALFORMED', `the request has a "${name}" already: it is added when the request leaves`)
    const vault = options['vaultAddress']
    const { nonce } = draft
    const action = call['action'] as HyperliquidCall['action']
    const missing = missingMembers(action, chainOf(draft), Number(nonce))
    const own = `"nonce":${nonce}${vault === undefined || call['vaultAddress'] !== undefined ? '' : `,"vaultAddress":${JSON.stringify(vault)}`}`
    // An order lacks nothing and brings no nonce: its text is not taken apart.
    const rest = missing.length > 0 || signedNonce !== undefined ? completed(body, missing) : body
    draft.body = withMembers(rest, own, false)
    // A transfer's action has got members besides.
    if (userSigned(action['type']) === undefined)
      READ.set(draft, { body: draft.body, call: { vaultAddress: vault, ...call } })
  },
  putSign: (draft) => {
    draft.body = withMembers(draft.body, `"signature":${JSON.stringify(signatureMembers(draft.sign))}`, false)
  },
  read: (draft) => {
    if (!/^\s*\{/.test(draft.body) || !/"signature"/.test(draft.body)) return 0
    const { signature, nonce, action, expiresAfter } = Object(readJson(draft.body)) as Readonly<Record<string, unknown>>
    // Another scheme's body may have a signature, too.
    if (signature === undefined || !isObject(action)) return 0
    const sign = signatureOfMembers(signature)
    if (sign === undefined) return fail('SIGNATURE_MALFORMED', '"signature" must be { r, s, v } of a wallet')
    if (!isInteger(nonce, 0)) fail('NONCE_MALFORMED', '"nonce" must be milliseconds since the epoch')
    draft.sign = sign
    draft.nonce = String(nonce)
    draft.expires = endOf(expiresAfter)
    return 2
  },
}

/** What a key signs for an action. */
export const actionBase: (draft: Draft) => Uint8Array = /* @__PURE__ */ madeOnce((draft) => {
  const { body, nonce } = draft
  const read = READ.get(draft)
  const call = read?.body === body ? read.call : callOf(body, draft.sign === '' ? 'ARGUMENT_INVALID' : 'AUTH_MALFORMED')
  return callBase({ ...call, nonce: Number(nonce) } as HyperliquidCall, chainOf(draft))
})

/** The same for a message of the socket, which states the parts as arguments. */
export function messageBase(draft: Draft): Uint8Array {
  const { options, sign } = draft
  const { action, vaultAddress, expiresAfter } = options
  // Others have signed its nonce already.
  if (sign === '' && isObject(action) && isMultiSig({ action, nonce: 0 })) takeNonce(draft, options['nonce'])
  return actionBase({ ...draft, body: JSON.stringify({ action, vaultAddress, expiresAfter }) })
}

/** An action of several signers names who sends it. */
function assertSender({ key, body, options }: Draft): void {
  const { action } = (body === '' ? options : readJson(body)) as { readonly action?: unknown }
  const call = { action, nonce: 0 } as HyperliquidCall
  if (isObject(action) && isMultiSig(call) && multiSigAction(call).party.outerSigner !== key)
    fail('AUTH_MALFORMED', '"action.payload.outerSigner" must be the account whose key signed')
}

/** The account is not given, so it is what the signature recovers to. */
function recovered(draft: Draft, base: (draft: Draft) => Uint8Array): void {
  try {
    draft.key = signerOf(base(draft), draft.sign)
    assertSender(draft)
  } catch (error) {
    throw asReceived(draft, error)
  }
}

/**
 * Finds the account whose key signed an action.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a query, `SIGNATURE_MALFORMED` for a signature of no wallet.
 */
export function readRequest(draft: Draft): void {
  assertNoQuery(draft)
  recovered(draft, actionBase)
}

/** The same of a message. */
export function readMessage(draft: Draft): void {
  recovered(draft, messageBase)
  draft.expires = endOf(draft.options['expiresAfter'])
}
