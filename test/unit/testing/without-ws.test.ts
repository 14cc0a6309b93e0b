import { expect, test, vi } from 'vitest'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { mockExchange } from '../../../src/testing/mock-exchange.js'

vi.mock('ws', () => {
  throw new Error("Cannot find package 'ws'")
})

test('a mock without the package "ws" has HTTP, and says what a socket needs', async () => {
  const mock = await mockExchange(binance(), { accounts: [] })
  expect((await fetch(`${mock.origin}/api/v3/time`)).status).toBe(200)
  expect(() => mock.socketUrl).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  const { request } = await import('node:http')
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { connection: 'upgrade', upgrade: 'websocket' }
    const asked = request(mock.origin, { headers }, ({ statusCode }) => resolve(statusCode))
    asked.on('error', reject).end()
  })
  expect(status).toBe(501)
  await mock.close()
})
