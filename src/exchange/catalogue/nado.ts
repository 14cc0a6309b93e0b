import { fail, kindOf } from '../../errors.js'
import { NADO_CALLS, type NadoCall, nadoCall, nadoOrder } from '../families/nado-calls.js'
import { assertNadoSpelling, nadoMembers, nadoText } from '../families/nado-spelling.js'
import { asReceived, madeOnce, signerOf, typedBase, walletSignature } from '../families/wallet-signature.js'
import { type ExchangeFactory, keyPairExchange } from '../signer/exchange-factory.js'
import { twentyBits } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { isObject, readExactJson, readJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import type { Place } from '../spec/places.js'
import type { MessageSpec } from '../spec/spec.js'
import { asMade } from '../spec/template.js'
import { expiresIn, milliseconds } from '../spec/times.js'
import { assertNadoTimes, NADO_ORDER } from '../wallet/nado-structs.js'
import type { TypedData, TypedDataField } from '../wallet/typed-data.js'

/** What a call may have besides, which no wallet signs: a verifier must not take it for proven. */
const UNSIGNED = ['id', 'digest', 'spot_leverage', 'trigger'] as const
// "default", in 12 bytes: the sub-account that the exchange's page shows.
const DEFAULT_NAME = '64656661756c740000000000'
const LIFE_MS = 90_000
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

/** The sub-account that acts: the key's own, unless another one is stated. */
const senderOf = ({ options, key }: Draft): unknown => options['sender'] ?? `${key}${DEFAULT_NAME}`

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

const place: Place = {
  parts: ['json'],
  list: [],
  // In the call, whatever its name is.
  sign: '*.signature',
  put: (draft) => {
    if (draft.method !== 'POST' || draft.body === '')
      fail(
        'ARGUMENT_INVALID',
        'Nado signs POST /v1/execute with json: { place_order }; what is read needs no signature',
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

const baseOf = /* @__PURE__ */ madeOnce(/* @__PURE__ */ typedBase(typedOf))

/** A linked signer's key signs for the sender, whom the signature does not name. */
function recovered(draft: Draft, base: (draft: Draft) => Uint8Array): void {
  try {
    draft.key = signerOf(base(draft), draft.sign)
  } catch (error) {
    throw asReceived(draft, error)
  }
}

const streamBase = /* @__PURE__ */ typedBase((draft) =>
  nadoCall(networkOf(draft), 'authenticate', {
    sender: senderOf(draft),
    expiration: draft.time,
  }),
)

const login: MessageSpec = {
  base: streamBase,
  args: { id: 1 },
  template: {
    method: 'authenticate',
    id: '$id',
    tx: { sender: asMade('@sender', senderOf), expiration: '$time' },
    signature: '$sign',
  },
  read: (draft) => {
    assertSignature(draft.sign)
    recovered(draft, streamBase)
  },
}

/**
 * Nado (on Ink): calls of its gateway, `POST /v1/execute`, and of the trigger service, with a wallet's key or that of a linked signer
 * (`sender` is then the owner's sub-account). Sender and nonce are added where they are missing; the nonce holds the time until which
 * the call may arrive, 90 seconds from now. The gateway of each network is signed for its own contract.
 *
 * An order is signed for its product, everything else for the contract. What a call has besides (`id`, `digest`, `spot_leverage`,
 * `trigger`) is not signed, and neither are method and path. `place_orders` and `cancel_and_place` are made of calls that are signed
 * one by one: `nadoOrders` of `countersign/exchange/orders/nado`. So are what has no nonce and is sent elsewhere (`list_trigger_orders`
 * of the trigger service, `leaderboard_authentication` and `social_authentication` of the archive). Nothing is signed to ask (`POST /v1/query`): use plain `fetch`.
 * `login({ sender })` is for the socket of an account's own streams.
 *
 * Checked against the official SDK (nado-protocol 2.0.0) on 2026-11-30.
 *
 * @see {@link https://docs.nado.xyz/developer-resources/api/gateway/executes | Nado, Executes}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { nado } from 'countersign/exchange/nado'
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const nadoFetch = createSignedFetch(nado({ key: walletKey({ privateKey }), environment: 'testnet' }))
 * const order = { priceX18: '10000000000000000000000', amount: '1000000000000000', expiration: '1800000000', appendix: '1' }
 * export const place = () =>
 *   nadoFetch('/v1/execute', { method: 'POST', json: { place_order: { product_id: 2, order } } })
 * ```
 */
export const nado: ExchangeFactory<
  NoncesOption &
    EnvironmentOption<'testnet'> & {
      /** 32 bytes with `0x`: an address and 12 bytes of the sub-account's name. Default: the key's own address, and "default". */
      readonly sender?: string | undefined
      /** The contract of the gateway, where its answer to `contracts` names another one. */
      readonly endpoint?: string | undefined
    }
> = /* @__PURE__ */ keyPairExchange({
  id: 'nado',
  name: 'Nado',
  docs: 'https://docs.nado.xyz/developer-resources/api/gateway/executes',
  origins: ['https://gateway.prod.nado.xyz', 'https://trigger.prod.nado.xyz'],
  socketUrl: 'wss://gateway.prod.nado.xyz/v1/subscribe',
  environments: {
    testnet: {
      origins: ['https://gateway.test.nado.xyz', 'https://trigger.test.nado.xyz'],
      socketUrl: 'wss://gateway.test.nado.xyz/v1/subscribe',
      constants: { chainId: '763373', endpoint: '0x698d87105274292b5673367dec81874ce3633ac2' },
    },
  },
  options: ['sender', 'endpoint'],
  keys: { 'ecdsa-secp256k1-keccak256': walletSignature },
  time: /* @__PURE__ */ expiresIn(LIFE_MS, milliseconds),
  // The 20 bits behind the time: they tell calls of the same millisecond apart, also those of two programs.
  nonce: twentyBits,
  place,
  base: baseOf,
  covers: ['parameters'],
  notCovered: ({ body }) => {
    const { call } = foundIn(readJson(body), 'AUTH_MALFORMED')
    return UNSIGNED.some((name) => call[name] !== undefined) ? ['parameters'] : []
  },
  body: 'json',
  params: { into: 'json' },
  read: (draft) => {
    assertNoQuery(draft)
    const { part, fields } = foundIn(readJson(draft.body), 'AUTH_MALFORMED')
    assertNadoSpelling(draft.body, part, fields)
    recovered(draft, baseOf)
  },
  messages: { login },
})
