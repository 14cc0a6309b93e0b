import { fail, kindOf } from '../../errors.js'
import type { Coverage } from '../../schemes/scheme.js'
import type { Draft } from '../spec/draft.js'
import { isObject, readExactJson, readJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import type { Place } from '../spec/places.js'
import { assertNadoTimes, NADO_ORDER } from '../wallet/nado-structs.js'
import type { TypedData, TypedDataField } from '../wallet/typed-data.js'
import { NADO_CALLS, type NadoCall, nadoCall, nadoOrder } from './nado-calls.js'
import { assertNadoSpelling, nadoMembers, nadoText } from './nado-spelling.js'
import { asReceived, madeOnce, signerOf, typedBase } from './wallet-signature.js'

/** What a call may have besides, which no wallet signs: a verifier must not take it for proven. */
const UNSIGNED = ['id', 'digest', 'spot_leverage', 'trigger'] as const
// "default", in 12 bytes: the sub-account that the exchange's page shows.
const DEFAULT_NAME = '64656661756c740000000000'
const TIME_BITS = 20n

/** The one call of a body, and what of it is signed. */
interface Found {
  readonly name: string
  readonly part: 'order' | 'tx'
  readonly fields: readonly TypedDataField[]
  readonly call: Readonly<Record<string, unknown>>
  readonly signed: Readonly<Record<string, unknown>>
}

type Code = 'ARGUMENT_INVALID' | 'AUTH_MALFORMED'

const fieldsOf = (name: string): readonly TypedDataField[] =>
  (name === 'place_order' ? NADO_ORDER : NADO_CALLS[name as NadoCall])[1]

function foundIn(value: unknown, code: Code): Found {
  const [name = '', ...more] = isObject(value) ? Object.keys(value) : []
  const call = isObject(value) ? value[name] : undefined
  const isOrder = name === 'place_order'
  if (more.length > 0 || !isObject(call) || !(isOrder || Object.hasOwn(NADO_CALLS, name)))
    return fail(
      code,
      'the body must be one call such as { place_order: { product_id, order } } or { cancel_orders: { tx } }',
    )
  const fields = fieldsOf(name)
  if (!fields.some((field) => field.name === 'nonce'))
    return fail(
      code,
      `"${name}" has no nonce and is no call of POST /v1/execute: sign its tx with nadoOrders of countersign/exchange/orders/nado`,
    )
  const part = isOrder ? 'order' : 'tx'
  const known = ['signature', part, ...UNSIGNED, ...(isOrder ? ['product_id'] : [])]
  for (const one of Object.keys(call))
    if (!known.includes(one)) fail(code, `"${name}" must have no member "${one.slice(0, 64)}", which is not signed`)
  const signed = call[part]
  return isObject(signed)
    ? { name, part, fields, call, signed }
    : fail(code, `"${name}.${part}" must be an object, got ${kindOf(signed)}`)
}

const codeOf = ({ sign }: Draft): Code => (sign === '' ? 'ARGUMENT_INVALID' : 'AUTH_MALFORMED')

/** The sub-account that acts: the key's own, unless another one is given. */
export const senderOf = ({ options, key }: Draft): unknown => options['sender'] ?? `${key}${DEFAULT_NAME}`

// nado-protocol 2.0.0, contracts/deployments.
const networkOf = ({ options }: Draft) => ({
  chainId: Number(options['chainId'] ?? 57_073),
  endpoint: String(options['endpoint'] ?? '0x05ec92d78ed421f3d3ada77ffde167106565974e'),
})

function typedOf(draft: Draft): TypedData {
  const { name, call, signed } = foundIn(readExactJson(draft.body), codeOf(draft))
  return name === 'place_order'
    ? nadoOrder(networkOf(draft), call['product_id'], signed)
    : nadoCall(networkOf(draft), name as NadoCall, signed)
}

const DIGITS = /^(?:0|[1-9]\d{0,19})$/

/** The time until which it may arrive, and 20 bits behind it; a source of whole nonces is taken at its word. */
const nonceOf = ({ time, nonce }: Draft): string =>
  nonce.length > 7 ? nonce : String((BigInt(time) << TIME_BITS) + BigInt(nonce))

/** `v` is 27 or 28 and nothing else: other spellings of a signature recover to the same signer. */
const SIGNATURE = /^0x[0-9a-f]{128}1[bc]$/
function assertSignature(signature: unknown): asserts signature is string {
  if (typeof signature !== 'string' || !SIGNATURE.test(signature))
    fail('SIGNATURE_MALFORMED', '"signature" must be 65 bytes as hexadecimal in lower case with 0x, the last 1b or 1c')
}

/** Sender, nonce and signature inside of the call. */
export const callPlace: Place = {
  parts: ['json'],
  list: [],
  // In the call, whatever its name is.
  sign: '*.signature',
  put: (draft) => {
    if (draft.method !== 'POST' || draft.body === '')
      fail(
        'ARGUMENT_INVALID',
        'Nado signs POST /v1/execute with json: { place_order }; what is read is not signed: use plain fetch',
      )
    const { name, part, fields, call, signed } = foundIn(readExactJson(draft.body), 'ARGUMENT_INVALID')
    if (call['signature'] !== undefined)
      fail('MESSAGE_MALFORMED', 'the request has a "signature" already: it is added when the request leaves')
    const { sender = senderOf(draft), nonce = nonceOf(draft) } = signed
    if (!DIGITS.test(String(nonce))) fail('ARGUMENT_INVALID', `"${part}.nonce" must be a whole number as text`)
    assertNadoTimes({ ...signed, nonce })
    draft.nonce = String(nonce)
    draft.time = String(BigInt(draft.nonce) >> TIME_BITS)
    // What is not signed stays as it is written.
    const members = nadoMembers(draft.body).map(([one, own]) => {
      if (one === part) return `"${part}":${nadoText(fields, { ...signed, sender, nonce: draft.nonce })}`
      return `${JSON.stringify(one)}:${one === 'product_id' && typeof call[one] === 'number' ? call[one] : own}`
    })
    draft.body = `{"${name}":{${members.join()}}}`
  },
  putSign: (draft) => {
    // It ends with the call's brace and its own: they were written here.
    draft.body = `${draft.body.slice(0, -2)},"signature":"${draft.sign}"}}`
  },
  read: (draft) => {
    if (!/^\s*\{/.test(draft.body) || !draft.body.includes('"signature"')) return 0
    const value = readJson(draft.body)
    const [name = ''] = isObject(value) ? Object.keys(value) : []
    const call = Object((value as Readonly<Record<string, unknown>>)[name]) as Readonly<Record<string, unknown>>
    const { signature } = call
    const { nonce } = Object(call['order'] ?? call['tx']) as { readonly nonce?: unknown }
    // Another scheme's body may have a signature, too.
    if (signature === undefined || (nonce === undefined && !Object.hasOwn(NADO_CALLS, name))) return 0
    foundIn(value, 'AUTH_MALFORMED')
    assertSignature(signature)
    if (typeof nonce !== 'string' || !DIGITS.test(nonce))
      return fail('NONCE_MALFORMED', '"nonce" must be digits as text')
    draft.sign = signature
    draft.nonce = nonce
    draft.time = String(BigInt(nonce) >> TIME_BITS)
    return 2
  },
}

/** What a key signs for a call. */
export const callBase: (draft: Draft) => Uint8Array = /* @__PURE__ */ madeOnce(/* @__PURE__ */ typedBase(typedOf))

/** A linked signer's key signs for the sender, whom the signature does not name. */
function recovered(draft: Draft, base: (draft: Draft) => Uint8Array): void {
  try {
    draft.key = signerOf(base(draft), draft.sign)
  } catch (error) {
    throw asReceived(draft, error)
  }
}

/** What a key signs for the socket of an account's own streams. */
export const streamBase: (draft: Draft) => Uint8Array = /* @__PURE__ */ typedBase((draft) =>
  nadoCall(networkOf(draft), 'authenticate', {
    sender: senderOf(draft),
    expiration: draft.time,
  }),
)

/** A call with what no wallet signs. */
export function besidesSigned({ body }: Draft): readonly Coverage[] {
  const { call } = foundIn(readJson(body), 'AUTH_MALFORMED')
  return UNSIGNED.some((name) => call[name] !== undefined) ? ['parameters'] : []
}

/**
 * Finds the account whose key signed a call.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a query, `AUTH_MALFORMED` for another spelling of what is signed.
 */
export function readCall(draft: Draft): void {
  assertNoQuery(draft)
  const { part, fields } = foundIn(readJson(draft.body), 'AUTH_MALFORMED')
  assertNadoSpelling(draft.body, part, fields)
  recovered(draft, callBase)
}

/** The same of the socket's login. */
export function readStream(draft: Draft): void {
  assertSignature(draft.sign)
  recovered(draft, streamBase)
}
