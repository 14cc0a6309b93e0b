import * as starknet from '@scure/starknet'
import { describe, expect, it } from 'vitest'
import { createSignedFetch, sessionSigner } from '../../../src/client/index.js'
import { dydx } from '../../../src/exchange/catalogue/dydx.js'
import { paradex } from '../../../src/exchange/catalogue/paradex.js'
import { paradexLogin } from '../../../src/exchange/logins/paradex.js'
import { type ParadexOrder, paradexOrders } from '../../../src/exchange/orders/paradex.js'
import { starkKey } from '../../../src/exchange/wallet/index.js'
import { mockExchange } from '../../../src/testing/index.js'
import { withCode } from '../../expect-code.js'

const key = starkKey({ privateKey: '05'.repeat(31), account: '0x1234', starknet })
const other = starkKey({ privateKey: '06'.repeat(31), account: '0x1234', starknet })
const order: ParadexOrder = {
  market: 'ETH-USD-PERP',
  side: 'BUY',
  type: 'LIMIT',
  size: '0.1',
  price: '500',
  signature_timestamp: 1_700_000_000_000,
}

it('the mock of dYdX needs the number of the account, and names it', async () => {
  await expect(mockExchange(dydx(), { accounts: [] })).rejects.toThrow(
    withCode('CONFIG_INVALID', 'the exchange must have "accountNumber"'),
  )
})

describe('the mock of Paradex', () => {
  const verifyingKey = key.verifyingKey

  it('takes an order of a session, whose signature it verifies for its network', async () => {
    await using mock = await mockExchange(paradex({ environment: 'testnet' }), { accounts: [{ verifyingKey }] })
    const place = { environment: 'testnet', origin: mock.origin } as const
    const paradexFetch = createSignedFetch(sessionSigner(paradexLogin(paradex({ key, ...place }))))
    const post = async (json: object) => {
      const response = await paradexFetch('/v1/orders', { method: 'POST', json })
      return [response.status, Object(await response.json())] as const
    }
    const { sign } = paradexOrders({ key, environment: 'testnet' })
    const placed = await post(sign(order))
    expect(placed).toEqual([200, expect.objectContaining({ id: '1', status: 'NEW', market: 'ETH-USD-PERP' })])
    const cancelled = await paradexFetch('/v1/orders/1', { method: 'DELETE' })
    expect(cancelled.status).toBe(204)
    const refused = [401, expect.objectContaining({ error: 'STARKNET_SIGNATURE_VERIFICATION_FAILED' })]
    expect(await post(paradexOrders({ key }).sign(order))).toEqual(refused)
    expect(await post(paradexOrders({ key: other, environment: 'testnet' }).sign(order))).toEqual(refused)
    expect(await post({ ...sign(order), size: '0.2' })).toEqual(refused)
    expect(await post({ ...sign(order), side: 'buy' })).toEqual([
      400,
      { error: 'VALIDATION_ERROR', message: '"side" must be "BUY" or "SELL"' },
    ])
  })

  it('refuses an order without a token, also where a route of the test answers orders', async () => {
    await using mock = await mockExchange(paradex(), {
      accounts: [{ verifyingKey }],
      routes: { 'POST /v1/orders': () => ({ id: 'own' }) },
    })
    const signed = paradexOrders({ key }).sign(order)
    const bare = await fetch(new URL('/v1/orders', mock.origin), { method: 'POST', body: JSON.stringify(signed) })
    expect(bare.status).toBe(401)
    const signer = paradex({ key, origin: mock.origin })
    const paradexFetch = createSignedFetch(sessionSigner(paradexLogin(signer)))
    const own = await paradexFetch('/v1/orders', { method: 'POST', json: signed })
    expect(await own.json()).toEqual({ id: 'own' })
  })
})
