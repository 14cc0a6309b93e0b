import type { Draft } from '../spec/draft.js'
import { typedBase } from './wallet-signature.js'

const CLOB_AUTH = [
  { name: 'address', type: 'address' },
  { name: 'timestamp', type: 'string' },
  { name: 'nonce', type: 'uint256' },
  { name: 'message', type: 'string' },
] as const

/** Which of the wallet's API keys is meant; a number in every spelling that is one. */
export const keyNonceOf = ({ nonce, options }: Draft): string =>
  nonce === '' ? String(options['keyNonce'] ?? 0) : nonce

/** What a wallet signs to show that it is its owner's. */
export const clobAuth: (draft: Draft) => Uint8Array = /* @__PURE__ */ typedBase((draft) => ({
  types: { ClobAuth: CLOB_AUTH },
  primaryType: 'ClobAuth',
  domain: {
    name: 'ClobAuthDomain',
    version: '1',
    chainId: (draft.options['chainId'] as number | undefined) ?? 137,
  },
  message: {
    address: draft.key,
    timestamp: draft.time,
    nonce: keyNonceOf(draft),
    message: 'This message attests that I control the given wallet',
  },
}))

/** Libraries print an address with a checksum, and a key is known by it in lower case. */
export function readAddress(draft: Draft): void {
  draft.key = draft.key.toLowerCase()
}
