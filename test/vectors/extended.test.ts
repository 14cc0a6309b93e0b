import { readFileSync } from 'node:fs'
import * as starknet from '@scure/starknet'
import { describe, expect, test } from 'vitest'
import { type ExtendedMarket, extendedOrders } from '../../src/exchange/orders/extended.js'
import { starkKey, starkVerifyingKey } from '../../src/exchange/wallet/index.js'

const { privateKey, publicKey, position, market, cases } = JSON.parse(
  readFileSync(new URL('wallet/extended.json', import.meta.url), 'utf8'),
) as {
  readonly privateKey: string
  readonly publicKey: string
  readonly position: number
  readonly market: ExtendedMarket
  readonly cases: ReadonlyArray<{
    readonly name: string
    readonly side: 'BUY' | 'SELL'
    readonly expiryEpochMillis: number
    readonly id: string
    readonly r: string
    readonly s: string
    readonly amounts: object
  }>
}
const hashes: bigint[] = []
const key = starkKey({
  privateKey,
  starknet: {
    ...starknet,
    sign: (hash, scalar) => {
      hashes.push(BigInt(`0x${hash}`))
      return starknet.sign(hash, scalar)
    },
  },
})
const options = { key, position, markets: { 'BTC-USD': market }, environment: 'testnet' } as const
const orders = extendedOrders(options)
const order = { market: 'BTC-USD', qty: '0.00100000', price: '43445.11680000', fee: '0.0005', nonce: '1473459052' }
const verifyingKey = starkVerifyingKey({ publicKey, starknet })

describe.each(cases)('Extended: $name', ({ side, expiryEpochMillis, id, r, s, amounts }) => {
  const one = { ...order, side, expiryEpochMillis }

  test('hash, signature and amounts are those of the official client', () => {
    const signed = orders.sign(one)
    expect(hashes.pop()).toBe(BigInt(id))
    expect(signed).toEqual({
      ...one,
      settlement: { signature: { r, s }, starkKey: publicKey, collateralPosition: String(position) },
      debuggingAmounts: amounts,
    })
    expect(orders.verify(signed, verifyingKey)).toBe(true)
  })
})

test('no other order, account or network has a signature', () => {
  const signed = orders.sign({ ...order, side: 'BUY', expiryEpochMillis: 1_705_626_536_860 })
  const { settlement } = signed
  const { r, s } = settlement.signature
  for (const change of [
    { qty: '0.002' },
    { side: 'SELL' as const },
    { fee: '0.0006' },
    { builderFee: '0.0001' },
    { nonce: 1 },
    { expiryEpochMillis: 1_705_626_537_860 },
    { settlement: { ...settlement, collateralPosition: '10001' } },
    { settlement: { ...settlement, starkKey: '0x1' } },
    { settlement: { ...settlement, signature: { r: s, s: r } } },
    { settlement: { ...settlement, signature: { r: '0x0', s } } },
    { settlement: { ...settlement, signature: { r: BigInt(r), s } } },
    { settlement: undefined },
  ])
    expect(orders.verify({ ...signed, ...change } as never, verifyingKey)).toBe(false)
  expect(extendedOrders({ ...options, environment: 'live' }).verify(signed, verifyingKey)).toBe(false)
})

test.each([
  [{ market: 'ETH-USD' }, '"market" must be one of "markets"'],
  [{ market: 'constructor' }, '"market" must be one of "markets"'],
  [{ side: 'buy' }, '"side"'],
  [{ qty: '1e3' }, '"qty" must be a decimal'],
  [{ qty: '-1' }, '"qty" must be a decimal'],
  [{ qty: '99999999999999' }, '"qty" must be less'],
  [{ price: 1 }, '"price" must be a decimal'],
  [{ fee: undefined }, '"fee" must be a decimal'],
  [{ nonce: 0 }, '"nonce" must be'],
  [{ nonce: '2147483649' }, '"nonce" must be'],
  [{ expiryEpochMillis: '1' }, '"expiryEpochMillis"'],
])('an order with %j is refused', (change, text) => {
  const one = { ...order, side: 'BUY', expiryEpochMillis: 1, ...change }
  expect(() => orders.base(one as never)).toThrow(text)
})

test('options that cannot be meant are refused', () => {
  expect(() => extendedOrders({ ...options, enviroment: 'testnet' } as never)).toThrow('did you mean "environment"?')
  expect(() => extendedOrders({ ...options, environment: 'mainnet' } as never)).toThrow('"environment" must be')
  expect(() => extendedOrders({ ...options, key: { ...key, publicKey: undefined } } as never)).toThrow('"publicKey"')
})
