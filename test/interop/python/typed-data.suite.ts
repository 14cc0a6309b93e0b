import { expect } from 'vitest'
import { keccak256 } from '../../../src/crypto/backend/secp256k1.js'
import { hex } from '../../../src/crypto/encoding.js'
import { polymarketL1 } from '../../../src/exchange/catalogue/polymarket-l1.js'
import { type TypedData, typedDataBase, walletKey } from '../../../src/exchange/wallet/index.js'
import { clientTest } from './wallet-client.js'

interface Row {
  readonly typed: TypedData
  readonly digest: string
  readonly signature: string
}

/** Both print some with `0x` and some without. */
const digits = (text: string): string => text.replace(/^0x/, '')

clientTest<{ privateKey: string; rows: readonly Row[] }>(
  'eth',
  'random typed data has the digest and the signature of eth-account',
  ({ privateKey, rows }) => {
    const key = walletKey({ privateKey })
    expect(rows.length).toBe(200)
    for (const { typed, digest, signature } of rows) {
      const base = typedDataBase(typed) as Uint8Array
      expect(hex(keccak256(base)), JSON.stringify(typed)).toBe(digits(digest))
      expect(hex(key.sign(base)), JSON.stringify(typed)).toBe(digits(signature))
    }
    // As many kinds as there are, or the draw has become narrow.
    const kinds = new Set(rows.flatMap(({ typed }) => Object.values(typed.types).flat()).map(({ type }) => type))
    expect(kinds.size).toBeGreaterThan(100)
  },
)

const ORDER = [
  ['uint256', 'salt'],
  ['address', 'maker'],
  ['address', 'signer'],
  ['address', 'taker'],
  ['uint256', 'tokenId'],
  ['uint256', 'makerAmount'],
  ['uint256', 'takerAmount'],
  ['uint256', 'expiration'],
  ['uint256', 'nonce'],
  ['uint256', 'feeRateBps'],
  ['uint8', 'side'],
  ['uint8', 'signatureType'],
] as const

interface Clob {
  readonly privateKey: string
  readonly orders: ReadonlyArray<{
    readonly chainId: number
    readonly contract: string
    readonly order: Readonly<Record<string, string>>
  }>
  readonly logins: ReadonlyArray<{
    readonly chainId: 137 | 80002
    readonly time: number
    readonly nonce: number
    readonly signature: string
  }>
}

// The exchange takes these orders no more: they try the typed data alone.
clientTest<Clob>(
  'clob',
  'orders of version 1, and logins, have the signatures of the older official client of Polymarket',
  ({ privateKey, orders, logins }) => {
    const key = walletKey({ privateKey })
    expect(orders.length).toBe(200)
    for (const { chainId, contract, order } of orders) {
      const { signature, ...message } = order
      const base = typedDataBase({
        types: { Order: ORDER.map(([type, name]) => ({ type, name })) },
        primaryType: 'Order',
        domain: { name: 'Polymarket CTF Exchange', version: '1', chainId, verifyingContract: contract },
        message,
      })
      expect(hex(key.sign(base)), JSON.stringify(order)).toBe(digits(signature as string))
    }
    for (const { chainId, time, nonce, signature } of logins) {
      const signer = polymarketL1({ key, chainId, keyNonce: nonce })
      const made = signer.sign({ path: '/auth/derive-api-key' }, { clock: { now: () => time * 1000 } })
      expect(made.headers['POLY_SIGNATURE']).toBe(`0x${digits(signature)}`)
    }
  },
)
