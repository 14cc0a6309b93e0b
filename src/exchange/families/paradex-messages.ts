import type { SigningKey } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import type { Draft } from '../spec/draft.js'
import type { Output } from '../spec/outputs.js'
import { hex } from '../spec/outputs.js'
import { feltBase, feltOf, shortString, starknetKeccak } from '../wallet/felts.js'
import { feltAddress } from '../wallet/stark-key.js'

/** Names of Paradex's chains, by environment. */
export const PARADEX_CHAINS = {
  live: 'PRIVATE_SN_PARACLEAR_MAINNET',
  testnet: 'PRIVATE_SN_POTC_SEPOLIA',
} as const

export type ParadexEnvironment = keyof typeof PARADEX_CHAINS

/** A struct of felts: its members, in their order. */
type Struct = Readonly<Record<string, unknown>>

/** The type as text: revision 0 of Starknet's typed data, where every member is a felt. */
const typeOf = (name: string, struct: Struct): bigint =>
  starknetKeccak(
    `${name}(${Object.keys(struct)
      .map((member) => `${member}:felt`)
      .join()})`,
  )

/**
 * What a Stark key signs for a message of one account: typed data of revision 0, in the domain of the exchange.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what is no felt.
 * @see {@link https://github.com/starknet-io/SNIPs/blob/main/SNIPS/snip-12.md | SNIP-12}
 */
export function paradexBase(environment: ParadexEnvironment, account: string, name: string, message: Struct): string {
  const felts = (type: string, struct: Struct): bigint[] => [
    typeOf(type, struct),
    ...Object.entries(struct).map(([member, value]) => feltOf(value, member)),
  ]
  // A short string, written as the number that it is.
  const chainId = shortString(PARADEX_CHAINS[environment], 'chainId')
  return feltBase('pedersen', [
    shortString('StarkNet Message', 'prefix'),
    felts('StarkNetDomain', { name: 'Paradex', chainId, version: '1' }),
    BigInt(feltAddress(account, 'account')),
    felts(name, message),
  ])
}

/**
 * A Stark key is called by its public key where no account was given, as Extended takes it. At Paradex that is no account: what it
 * signs would be refused, or meant for another.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertAccount(key: SigningKey): void {
  if (key.keyId === (key as { readonly publicKey?: unknown }).publicKey)
    fail('CONFIG_INVALID', 'Paradex needs the account that "key" signs for: state "account" of starkKey()')
}

/** `["r","s"]` in decimal digits. */
export const starkSignature: Output = {
  ...hex,
  id: 'r,s',
  keyCall: 'starkKey({ privateKey, account, starknet })',
  assertKey: assertAccount,
  finish: (text) => `["${BigInt(`0x${text.slice(0, 64)}`)}","${BigInt(`0x${text.slice(64)}`)}"]`,
}

/** The one environment that a draft is for. */
export const environmentOf = ({ options }: Draft): ParadexEnvironment =>
  options['chain'] === 'testnet' ? 'testnet' : 'live'

const DECIMALS = 8

/**
 * A decimal number as a whole number of 10^-8. More digits than that would be cut off by the exchange's clients: they are refused.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function quantumsOf(text: unknown, path: string): bigint {
  const found = typeof text === 'string' ? /^(\d{1,24})(?:\.(\d{1,24}))?$/.exec(text) : null
  if (found === null) return fail('ARGUMENT_INVALID', `"${path}" must be a decimal number as text, such as "0.1"`)
  const [, whole = '', fraction = ''] = found
  const digits = fraction.replace(/0+$/, '')
  if (digits.length > DECIMALS) fail('ARGUMENT_INVALID', `"${path}" must have at most ${DECIMALS} decimals`)
  return BigInt(whole + digits.padEnd(DECIMALS, '0'))
}
