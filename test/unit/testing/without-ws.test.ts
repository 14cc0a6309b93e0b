import { expect, test, vi } from 'vitest'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { venueDouble } from '../../../src/testing/double.js'

vi.mock('ws', () => {
  throw new Error("Cannot find package 'ws'")
})

test('a double without the package "ws" has HTTP, and says what a socket needs', async () => {
  const double = await venueDouble(binance(), { accounts: [] })
  expect((await fetch(`${double.origin}/api/v3/time`)).status).toBe(200)
  expect(() => double.socketUrl).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  const { request } = await import('node:http')
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { connection: 'upgrade', upgrade: 'websocket' }
    const asked = request(double.origin, { headers }, ({ statusCode }) => resolve(statusCode))
    asked.on('error', reject).end()
  })
  expect(status).toBe(501)
  await double.close()
})
