import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { keccak256 } from '../../src/crypto/backend/secp256k1.js'
import { hex, hexDecode } from '../../src/crypto/encoding.js'
import { polymarketL1 } from '../../src/exchange/catalogue/polymarket-l1.js'
import {
  type PolymarketExchange,
  type PolymarketOrder,
  polymarketOrders,
} from '../../src/exchange/orders/polymarket.js'
import { typedDataBase, walletKey, walletVerifyingKey } from '../../src/exchange/wallet/index.js'
import { domainSeparator, typeHash } from '../../src/exchange/wallet/typed-data.js'
import { withCode } from '../expect-code.js'

const { polymarket } = JSON.parse(readFileSync(new URL('wallet/orders.json', import.meta.url), 'utf8'))
const { address } = polymarket
const key = walletKey({ privateKey: polymarket.privateKey })
const ZERO = `0x${'0'.repeat(64)}`
const order: PolymarketOrder = {
  salt: '479249096354',
  maker: address,
  signer: address,
  tokenId: '1234',
  makerAmount: '100000000',
  takerAmount: '50000000',
  side: 0,
  signatureType: 0,
  timestamp: '1780449126930',
  metadata: ZERO,
  builder: ZERO,
}

describe('Polymarket', () => {
  test.each([
    ['BUY', '"side" must be 0 in an order that is signed, got "BUY"'],
    ['SELL', '"side" must be 1 in an order that is signed, got "SELL"'],
    [2, '"side" must be 0 (buy) or 1 (sell), got a number'],
    ['constructor', '"side" must be 0 (buy) or 1 (sell), got a string'],
    [undefined, '"side" must be 0 (buy) or 1 (sell), got nothing'],
  ])('a side %j is refused with the number that is meant', (side, message) => {
    const { sign } = polymarketOrders({ key, exchange: 'v3' })
    expect(() => sign({ ...order, side: side as 0 })).toThrow(withCode('ARGUMENT_INVALID', message))
  })

  test('level 1 signs as the exchange’s client does', () => {
    const { timestamp, nonce, chainId, signature } = polymarket.level1
    const signer = polymarketL1({ key: walletKey({ privateKey: polymarket.privateKey }), keyNonce: nonce, chainId })
    const { headers } = signer.sign({ path: '/auth/api-key' }, { clock: { now: () => timestamp * 1000 } })
    expect(headers).toEqual({
      POLY_ADDRESS: address.toLowerCase(),
      POLY_SIGNATURE: signature,
      POLY_TIMESTAMP: String(timestamp),
      POLY_NONCE: '23',
    })
  })

  test.each(Object.entries(polymarket.separators as Record<PolymarketExchange, string>))(
    'the type and the domain of %s are those of the contract',
    (exchange, separator) => {
      const typed = polymarketOrders({ key, exchange: exchange as PolymarketExchange }).typedData(order)
      expect(hex(domainSeparator(typed))).toBe(separator)
      expect(hex(typeHash(typed.types, 'Order'))).toBe(polymarket.typeHash)
    },
  )

  test('an order of version 3 is signed for the test network', () => {
    const { typedData, sign } = polymarketOrders({ key, exchange: 'v3', chainId: 80002 })
    expect(hex(keccak256(typedDataBase(typedData(order))))).toBe(polymarket.v3OnTestnet)
    const { signature, ...rest } = sign(order)
    expect(rest).toEqual(order)
    const bytes = hexDecode(signature.slice(2)) as Uint8Array
    expect(walletVerifyingKey({ address }).verify(typedDataBase(typedData(order)), bytes)).toBe(true)
  })

  test.each(polymarket.version1 as ReadonlyArray<{ contract: string; digest?: string; signature: string }>)(
    'the engine makes the client’s orders of version 1 %#',
    ({ contract, digest, signature }) => {
      const uint = (name: string) => ({ name, type: 'uint256' })
      const base = typedDataBase({
        types: {
          Order: [
            uint('salt'),
            ...['maker', 'signer', 'taker'].map((name) => ({ name, type: 'address' })),
            ...['tokenId', 'makerAmount', 'takerAmount', 'expiration', 'nonce', 'feeRateBps'].map(uint),
            { name: 'side', type: 'uint8' },
            { name: 'signatureType', type: 'uint8' },
          ],
        },
        primaryType: 'Order',
        domain: { name: 'Polymarket CTF Exchange', version: '1', chainId: 80002, verifyingContract: contract },
        message: {
          salt: 479249096354,
          maker: address,
          signer: address,
          taker: `0x${'0'.repeat(40)}`,
          tokenId: 1234,
          makerAmount: 100000000,
          takerAmount: 50000000,
          expiration: 0,
          nonce: 0,
          feeRateBps: 100,
          side: 0,
          signatureType: 0,
        },
      })
      if (digest !== undefined) expect(hex(keccak256(base))).toBe(digest)
      expect(hex(key.sign(base))).toBe(signature)
    },
  )

  test('a deposit wallet gets the signature with what it was made for', () => {
    const wallet = `0x${'ab'.repeat(20)}`
    const { sign, typedData } = polymarketOrders({ key, exchange: 'v3' })
    const own: PolymarketOrder = { ...order, maker: wallet, signer: wallet, signatureType: 3 }
    const { signature } = sign(own)
    const bytes = hexDecode(signature.slice(2)) as Uint8Array
    expect(key.verifyingKey.verify(typedDataBase(typedData(own)), bytes.slice(0, 65))).toBe(true)
    expect(hex(bytes.slice(65, 97))).toBe(polymarket.separators.v3)
    const length = ((bytes.at(-2) as number) << 8) | (bytes.at(-1) as number)
    expect(new TextDecoder().decode(bytes.slice(129, -2))).toMatch(
      /^Order\(uint256 salt,address maker,.*bytes32 builder\)$/,
    )
    expect(bytes).toHaveLength(65 + 32 + 32 + length + 2)
    expect(() => sign({ ...own, signer: address })).toThrow(withCode('ARGUMENT_INVALID', '"signer"'))
  })

  test('what does not fit is refused by its path', () => {
    const { sign } = polymarketOrders({ key, exchange: 'v3' })
    expect(() => sign({ ...order, makerAmount: -1 })).toThrow(withCode('ARGUMENT_INVALID', '"message.makerAmount"'))
    expect(() => sign({ ...order, expiration: 0 } as never)).toThrow(withCode('ARGUMENT_INVALID', 'expiration'))
    expect(() => polymarketOrders({ key, exchange: 'v2', chainId: 80002 })).toThrow(withCode('CONFIG_INVALID', '80002'))
  })
})
