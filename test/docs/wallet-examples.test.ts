import { join } from 'node:path'
import * as starknet from '@scure/starknet'
import { expect, test } from 'vitest'
import { dydx } from '../../src/exchange/catalogue/dydx.js'
import { hyperliquid } from '../../src/exchange/catalogue/hyperliquid.js'
import { pacifica } from '../../src/exchange/catalogue/pacifica.js'
import { paradex } from '../../src/exchange/catalogue/paradex.js'
import { paradexOrders } from '../../src/exchange/orders/paradex.js'
import { cosmosKey, solanaKey, starkKey, walletKey } from '../../src/exchange/wallet/index.js'
import { mockExchange } from '../../src/testing/index.js'

const load = (name: string) => import(/* @vite-ignore */ join(process.cwd(), 'docs/examples', name))

test('Hyperliquid: an order and its cancel reach an exchange that verifies them', async () => {
  const privateKey = '05'.repeat(32)
  const { verifyingKey } = walletKey({ privateKey })
  await using mock = await mockExchange(hyperliquid(), { accounts: [{ verifyingKey }] })
  const { run } = await load('hyperliquid.mjs')
  expect(await run({ privateKey, origin: mock.origin })).toEqual({ order: expect.any(Number) })
  expect(mock.requests.map(({ code, json }) => [code, Object(json).action.type])).toEqual([
    [undefined, 'order'],
    [undefined, 'cancel'],
  ])
  await expect(run({ privateKey: '06'.repeat(32), origin: mock.origin })).rejects.toThrow('does not exist')
})

test('dYdX: an order and its cancel reach a node that verifies them', async () => {
  const privateKey = '05'.repeat(32)
  const { verifyingKey } = cosmosKey({ privateKey })
  await using mock = await mockExchange(dydx({ accountNumber: 5 }), { accounts: [{ verifyingKey }] })
  const { run } = await load('dydx.mjs')
  const hash = expect.stringMatching(/^[0-9A-F]{64}$/)
  const setup = { privateKey, accountNumber: 5, block: 1000, origin: mock.origin }
  expect(await run(setup)).toEqual({ placed: hash, cancelled: hash })
  expect(mock.requests.map(({ code }) => code)).toEqual([undefined, undefined])
  await expect(run({ ...setup, accountNumber: 6 })).rejects.toThrow('please verify account number')
  await expect(run({ ...setup, privateKey: '06'.repeat(32) })).rejects.toThrow('account does not exist')
})

test('Paradex: a login that the exchange verifies, and an order with a signature of its own', async () => {
  const privateKey = '05'.repeat(31)
  const key = starkKey({ privateKey, account: '0x1234', starknet })
  await using mock = await mockExchange(paradex(), {
    accounts: [{ verifyingKey: key.verifyingKey }],
    routes: { 'POST /v1/orders': () => ({ id: '1' }) },
  })
  const { run } = await load('paradex.mjs')
  const { order } = await run({ privateKey, account: '0x1234', origin: mock.origin })
  expect(paradexOrders({ key }).verify(order, key.verifyingKey)).toBe(true)
  expect(mock.requests[0]?.code).toBeUndefined()
  const other = { privateKey: '06'.repeat(31), account: '0x1234', origin: mock.origin }
  await expect(run(other)).rejects.toThrow('STARKNET_SIGNATURE_VERIFICATION_FAILED')
})

test('Pacifica: an order and its cancel, of an agent, reach an exchange that verifies them', async () => {
  const seed = new Uint8Array(32).fill(5)
  const { verifyingKey } = solanaKey({ privateKey: seed })
  await using mock = await mockExchange(pacifica(), { accounts: [{ verifyingKey }] })
  const { run } = await load('pacifica.mjs')
  const place = { account: '1'.repeat(32), origin: mock.origin }
  expect(await run({ privateKey: seed, ...place })).toEqual({ order: expect.any(Number) })
  expect(mock.requests.map(({ code, path }) => [code, path])).toEqual([
    [undefined, '/api/v1/orders/create'],
    [undefined, '/api/v1/orders/cancel'],
  ])
  await expect(run({ privateKey: new Uint8Array(32).fill(6), ...place })).rejects.toThrow('Account not found')
})
