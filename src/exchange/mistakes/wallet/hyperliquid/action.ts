import { keccak256 } from '../../../../crypto/backend/secp256k1.js'
import { concatBytes, hexDecode } from '../../../../crypto/encoding.js'
import { SIGNATURE_CHAIN_ID, USER_SIGNED } from '../../../families/hyperliquid-actions.js'
import type { TypedData } from '../../../wallet/typed-data.js'

/** What an action's signature is made of, each part in the bytes in which it is hashed. */
export interface Action {
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

export const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)
export const ZERO: string = `0x${'0'.repeat(40)}`
export const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values)
export const NONE: Uint8Array = bytes(0)
export const addressOf = (text: string): Uint8Array => hexDecode(text.slice(2).toLowerCase()) ?? new Uint8Array(20)

/** What is hashed: the action, the nonce, and the marks of vault and end. */
export const preimage = (one: Action): Uint8Array =>
  concatBytes(
    one.packed(one.action),
    one.nonceBytes(one.nonce),
    one.vaultBytes(one.vault),
    one.expiresBytes(one.expires),
  )

export const agent = (one: Action): TypedData => ({
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

export function typed(one: Action): TypedData {
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
