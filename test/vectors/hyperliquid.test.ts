import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hex } from '../../src/crypto/encoding.js'
import { connectionId, type HyperliquidCall, hyperliquidBase } from '../../src/exchange/families/hyperliquid-actions.js'
import { signatureMembers, signatureOfMembers } from '../../src/exchange/families/wallet-signature.js'
import { walletKey } from '../../src/exchange/wallet/index.js'

interface Signed extends HyperliquidCall {
  readonly name: string
  readonly testnet?: true
  readonly signature: { readonly r: string; readonly s: string; readonly v: number }
}
const { privateKey, signatures, hashes } = JSON.parse(
  readFileSync(new URL('wallet/hyperliquid.json', import.meta.url), 'utf8'),
) as {
  readonly privateKey: string
  readonly signatures: readonly Signed[]
  readonly hashes: ReadonlyArray<HyperliquidCall & { readonly hash: string }>
}

describe('Hyperliquid, as the official SDK and another client sign', () => {
  test.each(signatures)('the signature is theirs: $name', ({ name: _, testnet, signature, ...call }) => {
    const made = walletKey({ privateKey }).sign(hyperliquidBase(call, testnet ? 'Testnet' : 'Mainnet'))
    // The official SDK prints numbers without their leading zeros.
    expect(`0x${hex(made)}`).toBe(signatureOfMembers(signature))
    expect(signatureMembers(`0x${hex(made)}`).v).toBe(signature.v)
  })

  test.each(hashes)('the hash %# is theirs', ({ hash, ...call }) => expect(hex(connectionId(call))).toBe(hash))
})
