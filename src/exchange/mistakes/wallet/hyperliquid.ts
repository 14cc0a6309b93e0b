import { keccak256 } from '../../../crypto/backend/secp256k1.js'
import { concatBytes, hex, hexDecode, utf8 } from '../../../crypto/encoding.js'
import type { Mistake } from '../../../schemes/scheme/mistakes.js'
import { SIGNATURE_CHAIN_ID, USER_SIGNED } from '../../families/hyperliquid-actions.js'
import type { Draft } from '../../spec/draft.js'
import { isObject, readExactJson } from '../../spec/json-text.js'
import { checksumAddress } from '../../wallet/address.js'
import { messagePack } from '../../wallet/message-pack.js'
import { personalMessageBase } from '../../wallet/personal-message.js'
import type { TypedData } from '../../wallet/typed-data.js'
import { eightBytes, float64, OTHER_PACKERS, packedWith } from './packed.js'
import { ofContent, signaturesIn, type WalletReading, type WalletState } from './reading.js'
import { TYPED_MISTAKES } from './typed-mistakes.js'

/** What an action's signature is made of, each part in the bytes in which it is hashed. */
interface Action {
  readonly action: Readonly<Record<string, unknown>>
  /** As the body has it, where the exchange prints it anew. */
  readonly sent: Readonly<Record<string, unknown>>
  readonly nonce: number
  readonly vault: string | undefined
  readonly expires: number | undefined
  readonly chain: string
  readonly source: string
  readonly packed: (action: Action['action']) => Uint8Array
  readonly nonceBytes: (nonce: number) => Uint8Array
  readonly vaultBytes: (vault: string | undefined) => Uint8Array
  readonly expiresBytes: (expires: number | undefined) => Uint8Array
}

/** Members in the order in which the exchange's own structs have them. One that has another name stays as it was sent. */
const ORDER =
  'type asset oid orders cancels modifies order a b p s r t c o f cloid limit trigger isMarket triggerPx tpsl tif grouping builder time isCross leverage isBuy ntli vaultAddress isDeposit usd'.split(
    ' ',
  )
const NUMBERS = ['p', 's', 'triggerPx']

type Visit = (value: unknown, name: string) => unknown

/** A value with each of its members changed. */
const mapped = (value: unknown, visit: Visit, name = ''): unknown =>
  Array.isArray(value)
    ? value.map((one) => mapped(one, visit, name))
    : isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, visit, key)]))
      : visit(value, name)

const mappedAction = (action: Action['action'], visit: Visit): Action['action'] =>
  mapped(action, visit) as Action['action']

type Sort = (a: string, b: string) => number

function sorted(value: unknown, by: Sort, only: (names: readonly string[]) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => sorted(one, by, only))
  if (!isObject(value)) return value
  const names = Object.keys(value)
  const order = only(names) ? [...names].sort(by) : names
  return Object.fromEntries(order.map((name) => [name, sorted(value[name], by, only)]))
}

/** The members of what stands inside the action in another order. */
const inner = (action: Action['action'], by: Sort): Action['action'] =>
  Object.fromEntries(Object.entries(action).map(([name, value]) => [name, sorted(value, by, () => true)]))

/** Every other order of the members of the action itself, where they are few. */
function* permuted(action: Action['action']): Iterable<Action['action']> {
  const entries = Object.entries(action)
  if (entries.length > MOST_PERMUTED) return
  const each = function* (left: typeof entries, done: typeof entries): Iterable<typeof entries> {
    if (left.length === 0) yield done
    for (const one of left)
      yield* each(
        left.filter((other) => other !== one),
        [...done, one],
      )
  }
  for (const order of each(entries, [])) yield Object.fromEntries(order)
}
const MOST_PERMUTED = 4

const byName: Sort = (a, b) => (a < b ? -1 : 1)
const own: Sort = (a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)
const known = (names: readonly string[]): boolean => names.every((name) => ORDER.includes(name))
const isNumber = (value: unknown, name: string): value is string | number =>
  NUMBERS.includes(name) && /^\d+(?:\.\d+)?$/.test(String(value))
const printed = (value: string | number): string => {
  const text = String(value)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
const isAddress = (value: unknown): value is string => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)

/** The action as the exchange prints it again before it hashes it. */
const canonical = (sent: Action['action']): Action['action'] =>
  sorted(
    mapped(sent, (value, name) =>
      isNumber(value, name) ? printed(value) : isAddress(value) ? value.toLowerCase() : value,
    ),
    own,
    known,
  ) as Action['action']

const ZERO = `0x${'0'.repeat(40)}`
const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values)
const NONE = bytes(0)
const addressOf = (text: string): Uint8Array => hexDecode(text.slice(2).toLowerCase()) ?? new Uint8Array(20)

/** What is hashed: the action, the nonce, and the marks of vault and end. */
const preimage = (one: Action): Uint8Array =>
  concatBytes(
    one.packed(one.action),
    one.nonceBytes(one.nonce),
    one.vaultBytes(one.vault),
    one.expiresBytes(one.expires),
  )

const agent = (one: Action): TypedData => ({
  types: {
    Agent: [
      { name: 'source', type: 'string' },
      { name: 'connectionId', type: 'bytes32' },
    ],
  },
  primaryType: 'Agent',
  domain: { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: ZERO },
  message: { source: one.source, connectionId: keccak256(preimage(one)) },
})

function typed(one: Action): TypedData {
  const { type, signatureChainId = SIGNATURE_CHAIN_ID, ...message } = one.action
  const user = typeof type === 'string' && Object.hasOwn(USER_SIGNED, type) ? USER_SIGNED[type] : undefined
  if (user === undefined) return agent(one)
  const names = user.fields.map(({ name }) => name)
  const all: Readonly<Record<string, unknown>> = { ...message, hyperliquidChain: one.chain, [user.nonce]: one.nonce }
  return {
    types: { [user.primaryType]: user.fields },
    primaryType: user.primaryType,
    domain: {
      name: 'HyperliquidSignTransaction',
      version: '1',
      chainId: String(signatureChainId),
      verifyingContract: ZERO,
    },
    message: Object.fromEntries(names.map((name) => [name, all[name]])),
  }
}

const ONE = 'the SDK packs the action with "type" first and an order as a b p s r t c'

const MISTAKES: ReadonlyArray<Mistake<WalletState<Action>>> = [
  ofContent(
    'hyperliquid-key-order',
    'order of members',
    1,
    'The action was hashed with its members in another order.',
    `Keep the order of the official SDK: ${ONE}.`,
    function* (one) {
      yield [{ ...one, action: mappedOrder(one.action, one.sent) }, 'as they stand in the body']
      yield [{ ...one, action: sorted(one.action, byName, () => true) as Action['action'] }, 'by name']
      for (const action of permuted(one.action)) yield [{ ...one, action }, `as ${Object.keys(action).join(', ')}`]
      yield [{ ...one, action: inner(one.action, byName) }, 'members of the orders by name']
      yield [
        { ...one, action: inner(one.action, (a, b) => Number(b === 'c') - Number(a === 'c') || own(a, b)) },
        '"c" first',
      ]
      yield [
        { ...one, action: inner(one.action, (a, b) => Number(a === 't') - Number(b === 't') || own(a, b)) },
        '"t" last',
      ]
      yield [
        { ...one, action: sorted(one.action, (a, b) => -own(a, b), known) as Action['action'] },
        'the other way around',
      ]
    },
  ),
  ofContent(
    'hyperliquid-number-text',
    'numbers',
    1,
    'A price or size was hashed as another text, or as a number: the exchange prints it without zeros at the end.',
    'Write prices and sizes as text without zeros at the end and without exponent: "1670.1", not "1670.10" or 1670.1.',
    function* (one) {
      const numbers = (change: (text: string) => unknown): Action => ({
        ...one,
        action: mappedAction(one.action, (value, name) => (isNumber(value, name) ? change(String(value)) : value)),
      })
      yield [{ ...one, action: withNumbers(one.action, one.sent) }, 'as it stands in the body']
      yield [numbers((text) => (text.includes('.') ? text : `${text}.0`)), 'with ".0" behind whole numbers']
      for (const count of [1, 2, 3, 4, 5, 6, 8])
        yield [numbers((text) => Number(text).toFixed(count)), `with ${count} decimals`]
      const asNumbers = numbers(Number)
      yield [
        {
          ...asNumbers,
          packed: (action) =>
            packedWith(action, (value, name) =>
              NUMBERS.includes(name) && typeof value === 'number' ? float64(value) : undefined,
            ),
        },
        'as floats',
      ]
    },
  ),
  ofContent(
    'hyperliquid-network',
    'network',
    1,
    'The action was signed for the other network: "source" is "a" on the main network and "b" on the test network, "hyperliquidChain" likewise.',
    'Sign for the network that the request is sent to.',
    function* (one) {
      const chain = one.chain === 'Mainnet' ? 'Testnet' : 'Mainnet'
      yield [{ ...one, chain, source: chain === 'Mainnet' ? 'a' : 'b' }, `for ${chain}`]
      for (const source of ['Mainnet', 'Testnet', 'mainnet', 'testnet', 'A', 'B', ''])
        yield [{ ...one, source }, `with source "${source}"`]
    },
  ),
  ofContent(
    'hyperliquid-vault',
    'vault',
    1,
    'The vault is not hashed as the exchange does: a 00 where there is none, 01 and its 20 bytes where there is one.',
    'Behind the nonce write 00, or 01 and the 20 bytes of "vaultAddress"; the body has the same "vaultAddress".',
    function* (one) {
      const { vault } = one
      const variants: ReadonlyArray<readonly [string, Action['vaultBytes']]> = [
        ['as if there were none', () => NONE],
        ['without any mark', (value) => (value === undefined ? new Uint8Array() : addressOf(value))],
        ['with a mark of 01 alone', () => bytes(1)],
        ['as an address of zeros', () => concatBytes(bytes(1), new Uint8Array(20))],
        ['with a mark of 00', (value) => concatBytes(NONE, addressOf(value ?? ZERO))],
        ['as text', (value) => concatBytes(bytes(value === undefined ? 0 : 1), utf8(value ?? ''))],
      ]
      for (const [detail, vaultBytes] of variants) yield [{ ...one, vaultBytes }, detail]
      // Acting for a vault that the body does not name, or names in the action.
      const inside = one.sent['vaultAddress']
      if (vault === undefined && isAddress(inside)) yield [{ ...one, vault: inside }, 'with that of the action']
    },
  ),
  ofContent(
    'hyperliquid-expiry',
    'end',
    1,
    'The end (expiresAfter) is not hashed as the exchange does: 00 and eight bytes where it is given, nothing where it is not.',
    'Behind the vault write 00 and "expiresAfter" in eight bytes, most significant first; nothing without one.',
    function* (one) {
      const at = (mark: Uint8Array) => (expires: number | undefined) =>
        expires === undefined ? mark : concatBytes(mark, eightBytes(expires))
      const variants: ReadonlyArray<readonly [string, Action['expiresBytes']]> = [
        ['with a mark of 01', at(bytes(1))],
        ['without a mark', at(new Uint8Array())],
        ['left out', () => new Uint8Array()],
        ['a 00 for none', at(NONE)],
        ['in seconds', (expires) => (expires === undefined ? new Uint8Array() : at(NONE)(Math.floor(expires / 1000)))],
      ]
      for (const [detail, expiresBytes] of variants) yield [{ ...one, expiresBytes }, detail]
    },
  ),
  ofContent(
    'hyperliquid-nonce',
    'nonce',
    1,
    'Another nonce was hashed than the one that was sent.',
    'Take the time in milliseconds once, hash it as eight bytes, most significant first, and send the same number.',
    function* (one) {
      yield [{ ...one, nonce: Math.floor(one.nonce / 1000) }, 'in seconds']
      yield [{ ...one, nonce: one.nonce * 1000 }, 'in microseconds']
      yield [{ ...one, nonceBytes: (nonce) => eightBytes(nonce, true) }, 'with the last byte first']
      yield [{ ...one, nonceBytes: (nonce) => messagePack(nonce, 'nonce') }, 'as MessagePack']
      yield [{ ...one, nonceBytes: (nonce) => utf8(String(nonce)) }, 'as text']
      yield [{ ...one, nonceBytes: () => new Uint8Array() }, 'none']
      for (let away = 1; away <= 20; away++)
        for (const nonce of [one.nonce - away, one.nonce + away])
          yield [{ ...one, nonce }, `taken ${away} ms ${nonce < one.nonce ? 'earlier' : 'later'}`]
    },
  ),
  ofContent(
    'hyperliquid-undefined',
    'members left out',
    2,
    'Members without a value were hashed as null.',
    'Leave out what has no value ("c", "builder") before the action is packed and sent.',
    function* (one) {
      const { orders } = one.action
      if (Array.isArray(orders)) {
        const nulls = orders.map((item) => (isObject(item) && item['c'] === undefined ? { ...item, c: null } : item))
        yield [{ ...one, action: { ...one.action, orders: nulls } }, '"c" of an order']
        yield [{ ...one, action: { ...one.action, orders: nulls, builder: null } }, '"c" and "builder"']
      }
      if (one.action['builder'] === undefined) yield [{ ...one, action: { ...one.action, builder: null } }, '"builder"']
    },
  ),
  ofContent(
    'hyperliquid-address-case',
    'addresses',
    1,
    'An address was signed with upper-case letters: as text it is another one, and the exchange has it in lower case.',
    'Write addresses in lower case before the action is hashed.',
    function* (one) {
      yield [
        {
          ...one,
          action: mappedAction(one.action, (value) => (isAddress(value) ? checksumAddress(addressOf(value)) : value)),
        },
        'with the case of its checksum',
      ]
      yield [
        {
          ...one,
          action: mappedAction(one.action, (value) => (isAddress(value) ? `0x${value.slice(2).toUpperCase()}` : value)),
        },
        'in upper case',
      ]
      yield [
        { ...one, action: mappedAction(one.action, (value) => (isAddress(value) ? value.slice(2) : value)) },
        'without 0x',
      ]
    },
  ),
  ofContent(
    'hyperliquid-pack',
    'packing',
    1,
    'The action was packed otherwise: integers stand in MessagePack in the smallest form, those of 2^32 and more in 64 bits, never as floats.',
    'Use a MessagePack library that writes integers in their smallest form, and no JSON.',
    function* (one) {
      for (const [detail, packed] of OTHER_PACKERS) yield [{ ...one, packed }, detail]
    },
  ),
  ofContent(
    'hyperliquid-whole-body',
    'packing',
    2,
    'More than the action was packed.',
    'Pack "action" alone; nonce, vault and end follow as bytes.',
    function* (one) {
      yield [{ ...one, packed: (action) => messagePack({ action, nonce: one.nonce }, 'action') }, 'action and nonce']
      yield [{ ...one, packed: (action) => messagePack({ action }, 'action') }, '{ action }']
    },
  ),
  {
    id: 'hyperliquid-hash-signed',
    part: 'way to sign',
    rank: 1,
    cause: 'The hash of the action was signed by itself: it belongs into the typed data "Agent" as its connectionId.',
    fix: 'Sign the typed data { source, connectionId } in the domain "Exchange" with chainId 1337.',
    *apply(state) {
      yield [{ ...state, seal: (_, one) => preimage(one) }, 'the hash']
      yield [{ ...state, seal: (_, one) => personalMessageBase(keccak256(preimage(one))) }, 'the hash as a message']
      yield [
        { ...state, seal: (_, one) => personalMessageBase(`0x${hex(keccak256(preimage(one)))}`) },
        'the text of the hash as a message',
      ]
    },
  },
  {
    id: 'hyperliquid-form',
    part: 'types',
    rank: 1,
    cause:
      'The action was signed in the other of the two forms: transfers, withdrawals and approvals member by member, everything else by its hash.',
    fix: 'Sign usdSend, withdraw3, approveAgent and their like as "HyperliquidTransaction:…", and orders as "Agent".',
    *apply(state) {
      yield [{ ...state, shape: () => agent(state.content) }, 'by its hash']
    },
  },
  {
    id: 'hyperliquid-primary-type',
    part: 'types',
    rank: 2,
    cause: 'The type of the action lacks "HyperliquidTransaction:" before its name.',
    fix: 'The colon is part of the name: "HyperliquidTransaction:UsdSend".',
    *apply(state) {
      yield [
        {
          ...state,
          shape: (one: TypedData) => {
            const primaryType = one.primaryType.replace(/^.*:/, '')
            return { ...one, primaryType, types: { [primaryType]: one.types[one.primaryType] ?? [] } }
          },
        },
      ]
    },
  },
  ...(TYPED_MISTAKES as unknown as ReadonlyArray<Mistake<WalletState<Action>>>),
]

/** The members of one value in the order of another one. */
function mappedOrder(value: unknown, like: unknown): Action['action'] {
  const order = (one: unknown, as: unknown): unknown => {
    if (Array.isArray(one)) return one.map((item, at) => order(item, Array.isArray(as) ? as[at] : undefined))
    if (!isObject(one) || !isObject(as)) return one
    return Object.fromEntries(Object.keys(as).map((name) => [name, order(one[name], as[name])]))
  }
  return order(value, like) as Action['action']
}

/** The same with the numbers of another one. */
function withNumbers(value: unknown, like: unknown): Action['action'] {
  const numbers = (one: unknown, as: unknown, name: string): unknown => {
    if (Array.isArray(one)) return one.map((item, at) => numbers(item, Array.isArray(as) ? as[at] : undefined, name))
    if (!isObject(one)) return NUMBERS.includes(name) ? as : one
    return Object.fromEntries(
      Object.entries(one).map(([key, item]) => [key, numbers(item, isObject(as) ? as[key] : undefined, key)]),
    )
  }
  return numbers(value, like, '') as Action['action']
}

/** A request to Hyperliquid, or a message of its socket. */
export function readHyperliquid({ body }: Draft, testnet: boolean): WalletReading<Action> | undefined {
  let whole: unknown
  try {
    whole = readExactJson(body)
  } catch {
    return undefined
  }
  const inner = isObject(whole) && isObject(whole['request']) ? whole['request']['payload'] : whole
  if (!isObject(inner) || !isObject(inner['action'])) return undefined
  const { action, nonce, vaultAddress, expiresAfter, signature } = inner
  const chain = testnet ? 'Testnet' : 'Mainnet'
  return {
    content: {
      action: canonical(action),
      sent: action,
      nonce: Math.trunc(Number(nonce)) || 0,
      vault: isAddress(vaultAddress) ? vaultAddress.toLowerCase() : undefined,
      expires: Number.isSafeInteger(expiresAfter) ? (expiresAfter as number) : undefined,
      chain,
      source: testnet ? 'b' : 'a',
      packed: (one) => messagePack(one, 'action'),
      nonceBytes: (one) => eightBytes(one),
      vaultBytes: (one) => (one === undefined ? NONE : concatBytes(bytes(1), addressOf(one))),
      expiresBytes: (one) => (one === undefined ? new Uint8Array() : concatBytes(NONE, eightBytes(one))),
    },
    typed,
    mistakes: MISTAKES,
    signText: JSON.stringify(signature ?? ''),
    signatures: signaturesIn(signature, true),
  }
}
