import { join } from 'node:path'
import * as starknet from '@scure/starknet'
import { expect, test } from 'vitest'
import { ed25519PrivateKey } from '../../src/crypto/index.js'
import { aster } from '../../src/exchange/catalogue/aster.js'
import { dydx } from '../../src/exchange/catalogue/dydx.js'
import { edgex } from '../../src/exchange/catalogue/edgex.js'
import { extended } from '../../src/exchange/catalogue/extended.js'
import { grvt } from '../../src/exchange/catalogue/grvt.js'
import { hyperliquid } from '../../src/exchange/catalogue/hyperliquid.js'
import { nado } from '../../src/exchange/catalogue/nado.js'
import { pacifica } from '../../src/exchange/catalogue/pacifica.js'
import { paradex } from '../../src/exchange/catalogue/paradex.js'
import { polymarket } from '../../src/exchange/catalogue/polymarket.js'
import { robinhood } from '../../src/exchange/catalogue/robinhood.js'
import { edgexNonce } from '../../src/exchange/orders/edgex.js'
import { extendedOrders } from '../../src/exchange/orders/extended.js'
import { grvtOrders } from '../../src/exchange/orders/grvt.js'
import { paradexOrders } from '../../src/exchange/orders/paradex.js'
import { cosmosKey, solanaKey, starkKey, walletKey } from '../../src/exchange/wallet/index.js'
import { mockExchange } from '../../src/testing/index.js'

const robinhoodAccount = (keyId: string, byte: number) =>
  ed25519PrivateKey({ keyId, seed: new Uint8Array(32).fill(byte) })
const load = (name: string) => import(/* @vite-ignore */ join(process.cwd(), 'docs/examples', name))

test.each(['hyperliquid.mjs', 'hyperliquid-action.mjs'])(
  '%s: an order and its cancel reach an exchange that verifies them',
  async (name) => {
    const privateKey = '05'.repeat(32)
    const { verifyingKey } = walletKey({ privateKey })
    await using mock = await mockExchange(hyperliquid(), { accounts: [{ verifyingKey }] })
    const { run } = await load(name)
    expect(await run({ privateKey, origin: mock.origin })).toEqual({ order: expect.any(Number) })
    expect(mock.requests.map(({ code, json }) => [code, Object(json).action.type])).toEqual([
      [undefined, 'order'],
      [undefined, 'cancel'],
    ])
    await expect(run({ privateKey: '06'.repeat(32), origin: mock.origin })).rejects.toThrow('does not exist')
  },
)

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

test('Paradex: a login that the exchange verifies, and an order with a separate signature', async () => {
  const privateKey = '05'.repeat(31)
  const key = starkKey({ privateKey, account: '0x1234', starknet })
  await using mock = await mockExchange(paradex(), { accounts: [{ verifyingKey: key.verifyingKey }] })
  const { run } = await load('paradex.mjs')
  const { status, order } = await run({ privateKey, account: '0x1234', origin: mock.origin })
  expect(status).toBe(200)
  expect(paradexOrders({ key }).verify(order, key.verifyingKey)).toBe(true)
  expect(mock.requests.map(({ code, keyId, path }) => [code, keyId, path])).toEqual([
    [undefined, key.keyId, '/v1/auth'],
    [undefined, key.keyId, '/v1/orders'],
  ])
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

test('Aster: an order and its cancel, of an agent, reach an exchange that verifies them', async () => {
  const { verifyingKey } = walletKey({ privateKey: '05'.repeat(32) })
  await using mock = await mockExchange(aster(), { accounts: [{ verifyingKey }] })
  const { run } = await load('aster.mjs')
  const setup = { privateKey: '05'.repeat(32), user: `0x${'1'.repeat(40)}`, origin: mock.origin }
  expect(await run(setup)).toEqual({ order: expect.any(Number) })
  expect(mock.requests.map(({ code, method }) => [code, method])).toEqual([
    [undefined, 'POST'],
    [undefined, 'DELETE'],
  ])
  await expect(run({ ...setup, privateKey: '06'.repeat(32) })).rejects.toThrow('Invalid API-key')
})

test('Robinhood: an order and its cancel reach an exchange that verifies them', async () => {
  const seed = Buffer.alloc(32, 5).toString('base64')
  const apiKey = 'rh-api-00000000-0000-4000-8000-000000000000'
  const { verifyingKey } = robinhoodAccount(apiKey, 5)
  await using mock = await mockExchange(robinhood(), { accounts: [{ verifyingKey }] })
  const { run } = await load('robinhood.mjs')
  expect(await run({ apiKey, seed, origin: mock.origin })).toEqual({ order: '1' })
  expect(mock.requests.map(({ code, path }) => [code, path])).toEqual([
    [undefined, '/api/v1/crypto/trading/orders/'],
    [undefined, '/api/v1/crypto/trading/orders/1/cancel/'],
  ])
  const other = Buffer.alloc(32, 6).toString('base64')
  await expect(run({ apiKey, seed: other, origin: mock.origin })).rejects.toThrow('Invalid signature')
})

test('the example of GRVT opens a session for an API key, and signs an order with a separate signature', async () => {
  const privateKey = '05'.repeat(32)
  const key = walletKey({ privateKey })
  await using mock = await mockExchange(grvt(), { accounts: [{ apiKey: 'account-1', secret: 'the-api-key' }] })
  const { run } = await load('grvt.mjs')
  const setup = { apiKey: 'the-api-key', privateKey, subAccount: '1', origin: mock.origin }
  const { order } = await run(setup)
  expect(mock.requests.map(({ code, keyId, path }) => [code, keyId, path])).toEqual([
    [undefined, undefined, '/auth/api_key/login'],
    [undefined, 'account-1', '/full/v1/create_order'],
    [undefined, 'account-1', '/full/v1/cancel_order'],
  ])
  const sent = Object(mock.requests[1]?.json).order
  expect(sent.metadata).toEqual({ client_order_id: order })
  const instruments = { BTC_USDT_Perp: { instrument_hash: '0x030501', base_decimals: 9 } }
  expect(grvtOrders({ key, instruments }).order.signerOf(sent)).toBe(key.keyId)
  await expect(run({ ...setup, apiKey: 'another' })).rejects.toThrow()
})

test('edgeX: a request that is signed with the API key, around an order that a wallet signs', async () => {
  const privateKey = '05'.repeat(32)
  const account = { apiKey: 'key-1', secret: 'secret-1', passphrase: 'phrase-1' }
  await using mock = await mockExchange(edgex(), { accounts: [account] })
  const { run } = await load('edgex.mjs')
  const setup = { ...account, privateKey, accountId: '1', origin: mock.origin }
  const { order } = await run(setup)
  expect(mock.requests.map(({ code }) => code)).toEqual([undefined, undefined, undefined])
  expect(mock.requests[1]?.json).toMatchObject({
    clientOrderId: order,
    l2Nonce: edgexNonce(order),
    l2Signature: expect.stringMatching(/^[0-9a-f]{130}$/),
  })
  await expect(run({ ...setup, secret: 'another' })).rejects.toThrow()
})

test('Nado: an order and its cancel, also of a linked signer, reach a gateway that verifies them', async () => {
  const key = walletKey({ privateKey: '05'.repeat(32) })
  await using mock = await mockExchange(nado(), { accounts: [{ verifyingKey: key.verifyingKey }] })
  const { run } = await load('nado.mjs')
  const setup = { privateKey: '05'.repeat(32), origin: mock.origin }
  const order = expect.stringMatching(/^0x[0-9a-f]{64}$/)
  expect(await run(setup)).toEqual({ order })
  const owner = `0x${'1'.repeat(40)}`
  expect(await run({ ...setup, owner })).toEqual({ order })
  const senders = mock.requests.map(({ json }) => Object.values(Object(json))[0] as Record<string, { sender: string }>)
  expect(senders.map(({ order, tx }) => (order ?? tx)?.sender.slice(0, 42))).toEqual([
    ...[key.keyId, key.keyId, owner, owner],
  ])
  expect(mock.requests.map(({ code, keyId }) => [code, keyId])).toEqual(Array(4).fill([undefined, key.keyId]))
  await expect(run({ ...setup, privateKey: '06'.repeat(32) })).rejects.toThrow('does not match')
  await expect(run({ ...setup, environment: 'testnet' })).rejects.toThrow('does not match')
})

test('Extended: an order has the signature of the Stark key, and the requests show the API key', async () => {
  const privateKey = '05'.repeat(31)
  const key = starkKey({ privateKey, starknet })
  const l2Config = {
    ...{ type: 'STARKX', collateralId: '0x1', collateralResolution: 1_000_000 },
    ...{ syntheticId: '0x4254432d3600000000000000000000', syntheticResolution: 1_000_000 },
  }
  const orders = extendedOrders({ key, position: 7, markets: { 'BTC-USD': l2Config } })
  await using mock = await mockExchange(extended(), {
    accounts: [{ apiKey: 'account-1', secret: 'the-api-key' }],
    routes: {
      'POST /api/v1/user/order': ({ json }) =>
        orders.verify(json as never, key.verifyingKey) === true
          ? { status: 'OK', data: { id: 17 } }
          : { status: 'ERROR', error: { code: 1101, message: 'Invalid signature' } },
    },
  })
  const { run } = await load('extended.mjs')
  const setup = { apiKey: 'the-api-key', privateKey, position: '7', origin: mock.origin }
  expect(await run(setup)).toEqual({ order: 17 })
  expect(mock.requests.map(({ code, method, path }) => [code, `${method} ${path}`])).toEqual([
    [undefined, 'GET /api/v1/info/markets'],
    [undefined, 'POST /api/v1/user/order'],
    [undefined, 'DELETE /api/v1/user/order/17'],
  ])
  await expect(run({ ...setup, privateKey: '06'.repeat(31) })).rejects.toThrow('Invalid signature')
  await expect(run({ ...setup, apiKey: 'another' })).rejects.toThrow('Unauthorized')
})

test('Polymarket: a wallet gets its API key, and signs an order that the API key sends', async () => {
  const privateKey = '05'.repeat(32)
  const key = walletKey({ privateKey })
  const account = { apiKey: '00000000-0000-4000-8000-000000000000', secret: 'c2VjcmV0', passphrase: 'phrase' }
  await using mock = await mockExchange(polymarket({ address: key.address }), {
    accounts: [account],
    publicRoutes: { 'GET /auth/derive-api-key': () => account },
  })
  const { run } = await load('polymarket.mjs')
  expect(await run({ privateKey, tokenId: '1234', origin: mock.origin })).toEqual({ order: expect.any(String) })
  expect(mock.requests.map(({ code, path }) => [code, path])).toEqual([
    [undefined, '/auth/derive-api-key'],
    [undefined, '/order'],
    [undefined, '/order'],
  ])
})
