import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dydx } from '../../src/exchange/catalogue/dydx.js'
import { hyperliquid } from '../../src/exchange/catalogue/hyperliquid.js'
import { cosmosKey, walletKey } from '../../src/exchange/wallet/index.js'
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
