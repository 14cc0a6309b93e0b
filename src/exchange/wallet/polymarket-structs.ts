import type { TypedDataField } from './typed-data.js'

/** The contracts of Polymarket's order book. */
export type PolymarketExchange = 'v2' | 'v2-neg-risk' | 'v3'

/** The struct of an order. */
export const POLYMARKET_ORDER: { readonly Order: readonly TypedDataField[] } = {
  Order: [
    { name: 'salt', type: 'uint256' },
    { name: 'maker', type: 'address' },
    { name: 'signer', type: 'address' },
    { name: 'tokenId', type: 'uint256' },
    { name: 'makerAmount', type: 'uint256' },
    { name: 'takerAmount', type: 'uint256' },
    { name: 'side', type: 'uint8' },
    { name: 'signatureType', type: 'uint8' },
    { name: 'timestamp', type: 'uint256' },
    { name: 'metadata', type: 'bytes32' },
    { name: 'builder', type: 'bytes32' },
  ],
}

/** What a deposit wallet verifies: the order inside its own domain (ERC-7739). */
export const POLYMARKET_WRAPPED: Readonly<Record<string, readonly TypedDataField[]>> = {
  ...POLYMARKET_ORDER,
  TypedDataSign: [
    { name: 'contents', type: 'Order' },
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
    { name: 'salt', type: 'bytes32' },
  ],
}

/** Version and contract, by exchange and chain. Polymarket/clob-client-v2, src/config.ts. */
export const POLYMARKET_CONTRACTS: Readonly<
  Record<PolymarketExchange, Readonly<Record<number, readonly [version: string, contract: string]>>>
> = {
  v2: { 137: ['2', '0xe111180000d2663c0091e4f400237545b87b996b'] },
  'v2-neg-risk': { 137: ['2', '0xe2222d279d744050d28e00520010520000310f59'] },
  v3: {
    137: ['3', '0xe3333700ca9d93003f00f0f71f8515005f6c00aa'],
    80002: ['3', '0x9fe6e61422adb6f610d8597f9684b16912d50c3d'],
  },
}
