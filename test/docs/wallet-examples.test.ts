import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hyperliquid } from '../../src/exchange/catalogue/hyperliquid.js'
import { walletKey } from '../../src/exchange/wallet/index.js'
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
