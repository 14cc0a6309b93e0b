import { readFileSync } from 'node:fs'
import * as starknet from '@scure/starknet'
import { describe, expect, test } from 'vitest'
import { type ExtendedMarket, extendedOrders } from '../../src/exchange/orders/extended.js'
import { extendedPayments } from '../../src/exchange/orders/extended-payments.js'
import { starkKey, starkVerifyingKey } from '../../src/exchange/wallet/index.js'
import { withCode } from '../expect-code.js'

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

describe('Extended: what moves money', () => {
  // fast-stark-crypto 0.5.0, get_transfer_msg_hash and get_withdrawal_msg_hash of these members.
  const TRANSFER = 0x62a72a92eb947b181d471ccb27094c0670c385a10d47ceb11b64d79d5c32ebdn
  const WITHDRAWAL = 0x59a687cdedc16d348e94cd99030eef3b2fd9cd8136886053c1b12e27a0dfa27n
  const { transfer, withdrawal } = extendedPayments({ key, position, environment: 'testnet' })
  const one = {
    receiverPositionId: 1,
    receiverPublicKey: '0x2',
    assetId: '0x3',
    amount: 4,
    expirationTimestamp: 1_705_626_536,
    nonce: 6,
  }
  const other = { recipient: '0x1', collateralId: '0x3', amount: 4, expiration: { seconds: 1_705_626_536 }, salt: 6 }

  test('hashes are those of the official client', () => {
    transfer.sign(one)
    expect(hashes.pop()).toBe(TRANSFER)
    withdrawal.sign(other)
    expect(hashes.pop()).toBe(WITHDRAWAL)
  })

  test('every signed member is proven, and the account is the one of the key', () => {
    const signed = transfer.sign(one)
    expect(signed).toMatchObject({ senderPositionId: position, senderPublicKey: publicKey })
    expect(transfer.verify(signed, verifyingKey)).toBe(true)
    for (const change of [
      { receiverPositionId: 2 },
      { assetId: '0x4' },
      { amount: 5 },
      { expirationTimestamp: 1_705_626_537 },
      { nonce: 7 },
      { senderPositionId: 1 },
      { signature: { r: '1', s: '2' } },
    ])
      expect(transfer.verify({ ...signed, ...change }, verifyingKey), JSON.stringify(change)).toBe(false)
    const paid = withdrawal.sign(other)
    expect(withdrawal.verify(paid, verifyingKey)).toBe(true)
    for (const change of [
      { recipient: '0x2' },
      { salt: 7 },
      { expiration: { seconds: 1_705_626_537 } },
      { positionId: 1 },
    ])
      expect(withdrawal.verify({ ...paid, ...change }, verifyingKey), JSON.stringify(change)).toBe(false)
    const live = extendedPayments({ key, position })
    expect(live.withdrawal.verify(paid, verifyingKey)).toBe(false)
  })

  test.each<[call: () => unknown, text: string]>([
    [() => transfer.sign({ ...one, amount: 0 }), '"amount" must be a whole number from 1'],
    [() => transfer.sign({ ...one, expirationTimestamp: 1_705_626_536_000 }), '"expirationTimestamp" must be'],
    [() => transfer.sign({ ...one, amout: 1 } as never), 'did you mean "amount"?'],
    [() => transfer.sign(transfer.sign(one)), '"senderPositionId" must not be there yet'],
    [() => withdrawal.sign({ ...other, recipient: '1' }), '"recipient" must be a number of Starknet with "0x"'],
    [() => withdrawal.sign({ ...other, expiration: 1 as never }), '"expiration" must be an object'],
    [() => withdrawal.sign(undefined as never), '"withdrawal" must be an object'],
  ])('what cannot be paid is refused by name (%#)', (call, text) => {
    expect(call).toThrow(withCode('ARGUMENT_INVALID', text))
  })
})
