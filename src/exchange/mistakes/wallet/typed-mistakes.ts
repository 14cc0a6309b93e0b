import { keccak256 } from '../../../crypto/backend/secp256k1.js'
import { hex } from '../../../crypto/encoding.js'
import type { Bytes } from '../../../crypto/key.js'
import type { Mistake } from '../../../schemes/scheme/mistakes.js'
import { personalMessageBase } from '../../wallet/personal-message.js'
import { type TypedData, type TypedDataField, typedDataBase } from '../../wallet/typed-data.js'
import type { WalletState } from './reading.js'

/** Networks that a wallet may be set to: Ethereum, Arbitrum, Polygon, BNB Chain, and those that exchanges name for themselves. */
const CHAINS = [
  ...[
    0, 1, 5, 10, 56, 97, 137, 714, 998, 999, 1337, 1666, 5000, 8453, 31337, 42161, 43114, 57073, 80001, 80002, 325000,
  ],
  ...[326000, 421614, 763373, 11155111],
]
const ZERO = `0x${'0'.repeat(40)}`
const DOMAIN = ['name', 'version', 'chainId', 'verifyingContract', 'salt'] as const

// Of the pages of the exchanges here, each with its own for one kind of request.
const NAMES = [
  ...['Exchange', 'HyperliquidSignTransaction', 'ClobAuthDomain', 'Polymarket CTF Exchange', 'AsterSignTransaction'],
  ...['Nado', 'Paradex', 'GRVT Exchange', 'dYdX', 'Vertex', 'EIP712Domain', ''],
]
const SPELT: ReadonlyArray<readonly [change: (name: string) => string, detail: string]> = [
  [(name) => name.toLowerCase(), 'its name in small letters'],
  [(name) => name.toUpperCase(), 'its name in capitals'],
  [(name) => name.replaceAll(' ', ''), 'its name without spaces'],
  [(name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' '), 'its name with spaces'],
  [(name) => `${name} `, 'its name with a space behind it'],
]

type Shape = readonly [shape: (typed: TypedData) => TypedData, detail: string]

const shaped = (
  id: string,
  part: string,
  rank: 1 | 2 | 3,
  cause: string,
  fix: string,
  shapes: Iterable<Shape>,
): Mistake<WalletState<never>> => ({
  ...{ id, part, rank, cause, fix },
  *apply(state) {
    for (const [shape, detail] of shapes) yield [{ ...state, shape: chained(state.shape, shape) }, detail]
  },
})

const chained =
  (first: WalletState<never>['shape'], then: (typed: TypedData) => TypedData) =>
  (typed: TypedData): TypedData =>
    then(first === undefined ? typed : first(typed))

const domain =
  (change: object, ...without: readonly string[]) =>
  (typed: TypedData): TypedData => ({
    ...typed,
    types: Object.fromEntries(Object.entries(typed.types).filter(([name]) => name !== 'EIP712Domain')),
    domain: Object.fromEntries(
      Object.entries({ ...typed.domain, ...change }).filter(([name]) => !without.includes(name)),
    ) as TypedData['domain'],
  })

const fields =
  (change: (all: readonly TypedDataField[], message: TypedData['message']) => readonly TypedDataField[]) =>
  (typed: TypedData): TypedData => {
    const { types, primaryType, message } = typed
    return { ...typed, types: { ...types, [primaryType]: change(types[primaryType] ?? [], message) } }
  }

const typeOf = (from: RegExp, to: string) =>
  fields((all) => all.map((one) => (from.test(one.type) ? { ...one, type: to } : one)))

const seal = (
  id: string,
  rank: 1 | 2 | 3,
  cause: string,
  fix: string,
  ...seals: ReadonlyArray<readonly [seal: (typed: TypedData) => Bytes, detail?: string]>
): Mistake<WalletState<never>> => ({
  ...{ id, part: 'way to sign', rank, cause, fix },
  *apply(state) {
    for (const [one, detail = ''] of seals) yield [{ ...state, seal: one }, detail]
  },
})

const digest = (typed: TypedData): Uint8Array => keccak256(typedDataBase(typed))

/** What goes wrong with any typed data, whatever exchange it is for. */
export const TYPED_MISTAKES: ReadonlyArray<Mistake<WalletState<never>>> = [
  shaped(
    'wallet-chain-id',
    'domain',
    1,
    'The typed data was signed for another network: another chainId stands in its domain.',
    'Put the chainId of the exchange’s page into the domain, whatever network the wallet is connected to.',
    CHAINS.map((chainId) => [domain({ chainId }), `chainId ${chainId}`] as const),
  ),
  seal(
    'wallet-personal-sign',
    1,
    'The hash was signed as a message (personal_sign, signMessage), not as typed data.',
    'Sign with eth_signTypedData_v4 (signTypedData in viem and ethers), or the 32 bytes of the digest without the prefix "Ethereum Signed Message".',
    [(typed) => personalMessageBase(digest(typed)), 'the 32 bytes of the digest'],
    [(typed) => personalMessageBase(`0x${hex(digest(typed))}`), 'the digest as text with 0x'],
    [(typed) => personalMessageBase(hex(digest(typed))), 'the digest as text'],
    [(typed) => personalMessageBase(JSON.stringify(typed.message)), 'the message as JSON'],
  ),
  seal(
    'wallet-hashed-twice',
    2,
    'The digest was hashed once more before it was signed.',
    'Give the library the 32 bytes of the digest and no hash function (prehash: false, sign_hash, signDigest).',
    [digest, 'with Keccak-256'],
    [(typed) => `0x${hex(digest(typed))}`, 'as text with 0x'],
    [(typed) => hex(digest(typed)), 'as text'],
  ),
  seal(
    'wallet-no-prefix',
    2,
    'The bytes 19 01 were left out before domain and message.',
    'Hash 0x19 0x01, the hash of the domain and the hash of the message (EIP-712).',
    [(typed) => typedDataBase(typed).subarray(2)],
  ),
  shaped(
    'wallet-domain-left-out',
    'domain',
    2,
    'The domain of the typed data lacks a member.',
    'Give the domain every member of the exchange’s page: what is there is signed.',
    DOMAIN.map((name) => [domain({}, name), `without ${name}`] as const),
  ),
  shaped(
    'wallet-domain-added',
    'domain',
    2,
    'The domain of the typed data has a member too many.',
    'Give the domain only the members of the exchange’s page: what is there is signed.',
    [
      [domain({ verifyingContract: ZERO }), 'verifyingContract of zeros'],
      [domain({ salt: `0x${'0'.repeat(64)}` }), 'salt of zeros'],
    ],
  ),
  {
    id: 'wallet-domain-name',
    part: 'domain',
    rank: 2,
    cause: 'The domain of the typed data has another name.',
    fix: 'Copy the name of the exchange’s page into the domain, with its case and spaces: it is not the same for every kind of request.',
    *apply(state) {
      for (const name of NAMES) yield [{ ...state, shape: chained(state.shape, domain({ name })) }, `name "${name}"`]
      for (const [change, detail] of SPELT)
        yield [
          {
            ...state,
            shape: chained(state.shape, (typed) => domain({ name: change(String(typed.domain.name ?? '')) })(typed)),
          },
          detail,
        ]
    },
  },
  shaped(
    'wallet-domain-version',
    'domain',
    2,
    'The domain of the typed data has another version.',
    'Put the version of the exchange’s page into the domain, as text.',
    ['0', '1', '2', '3', '1.0', '0.0.1'].map((version) => [domain({ version }), `version "${version}"`] as const),
  ),
  shaped(
    'wallet-types',
    'types',
    2,
    'A member of the typed data was signed with another type.',
    'Copy the types of the exchange’s page: "string" and "address", "uint64" and "uint256" are other hashes.',
    [
      [typeOf(/^address$/, 'string'), 'addresses as string'],
      [typeOf(/^u?int(?!256)/, 'uint256'), 'integers as uint256'],
      [typeOf(/^uint(?!64)/, 'uint64'), 'integers as uint64'],
      [typeOf(/^u?int/, 'string'), 'integers as string'],
      [
        fields((all, message) =>
          all.map((one) => (/^0x[0-9a-fA-F]{40}$/.test(String(message[one.name])) ? { ...one, type: 'address' } : one)),
        ),
        'texts of an address as address',
      ],
      [
        fields((all, message) =>
          all.map((one) =>
            one.type === 'string' && /^\d+$/.test(String(message[one.name])) ? { ...one, type: 'uint256' } : one,
          ),
        ),
        'texts of digits as uint256',
      ],
    ],
  ),
  shaped(
    'wallet-fields-order',
    'types',
    2,
    'The members of the type stand in another order.',
    'Keep the order of the exchange’s page in "types"; the order of the message does not matter.',
    [
      [fields((all) => [...all].sort((a, b) => (a.name < b.name ? -1 : 1))), 'by name'],
      [
        fields((all, message) => {
          const names = Object.keys(message)
          return [...all].sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
        }),
        'in the order of the message',
      ],
    ],
  ),
]
