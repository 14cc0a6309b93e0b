import * as starknet from '@scure/starknet'
import { describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../../src/client/index.js'
import { aster } from '../../../src/exchange/catalogue/aster.js'
import { dydx } from '../../../src/exchange/catalogue/dydx.js'
import { edgex } from '../../../src/exchange/catalogue/edgex.js'
import { extended } from '../../../src/exchange/catalogue/extended.js'
import { grvt } from '../../../src/exchange/catalogue/grvt.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { nado } from '../../../src/exchange/catalogue/nado.js'
import { pacifica } from '../../../src/exchange/catalogue/pacifica.js'
import { paradex } from '../../../src/exchange/catalogue/paradex.js'
import { polymarket } from '../../../src/exchange/catalogue/polymarket.js'
import type { Exchange, ExchangeSigner } from '../../../src/exchange/spec/signer-types.js'
import { cosmosKey, solanaKey, starkKey, walletKey } from '../../../src/exchange/wallet/index.js'
import type { MockAccount, MockExchangeOptions } from '../../../src/testing/index.js'
import { answerOf, start, talk } from './support.js'

// What has ended is refused by an exchange, so its mock refuses it, too: a request that states its end, a nonce that is a time, and an
// order that could not rest.

const NOW = 1_700_000_000_000
const DAY = 86_400_000
const clock = { now: () => NOW }
const wallet = walletKey({ privateKey: '01'.repeat(32) })
const verifyingKey = wallet.verifyingKey
const nonces = (nonce: number | string) => ({ nonces: { next: () => String(nonce) } })

/** Sends one request to a mock, which stands still, and returns its answer and the code that it logged. */
async function sent(
  exchange: Exchange,
  signer: (origin: string) => ExchangeSigner,
  account: MockAccount,
  [path, init]: readonly [string, Readonly<Record<string, unknown>>],
  options: Partial<MockExchangeOptions> = {},
  sender = clock,
) {
  const mock = await start(exchange, { strict: true, accounts: [account], clock, ...options })
  const answer = await answerOf(createSignedFetch(signer(mock.origin), { clock: sender })(path, init as object))
  return { answer, code: mock.requests.at(-1)?.code }
}

describe('Hyperliquid', () => {
  const action = { type: 'cancel', cancels: [{ a: 4, o: 1 }] }
  const send = (json: object, nonce: number | string = NOW, options = {}) =>
    sent(
      hyperliquid(),
      (origin) => hyperliquid({ key: wallet, origin, ...nonces(nonce) }),
      { verifyingKey },
      ['/exchange', { method: 'POST', json }],
      options,
    )
  const err = (response: string) => [200, { status: 'err', response }]

  it('refuses an action whose expiresAfter has passed, and takes one that has not ended yet', async () => {
    const past = await send({ action, expiresAfter: NOW - 1 })
    expect(past.code).toBe('TIMESTAMP_EXPIRED')
    expect(past.answer).toEqual(err(`Action expired: expiresAfter ${NOW - 1}`))
    expect((await send({ action, expiresAfter: NOW })).code).toBe('TIMESTAMP_EXPIRED')
    expect((await send({ action, expiresAfter: NOW + 1 })).code).toBeUndefined()
  })

  it('refuses it also where a test lets everything pass that is signed rightly', async () => {
    expect((await send({ action, expiresAfter: NOW - 1 }, NOW, { strict: false })).code).toBe('TIMESTAMP_EXPIRED')
  })

  it('refuses it on the socket', async () => {
    const mock = await start(hyperliquid(), { accounts: [{ verifyingKey }], clock })
    const signer = hyperliquid({ key: wallet, ...nonces(NOW) })
    const socket = await talk(mock.socketUrl)
    const answer = await socket.ask(await signer.signMessage('action', { id: 1, action, expiresAfter: NOW - 1 }))
    socket.close()
    const payload = { status: 'err', response: `Action expired: expiresAfter ${NOW - 1}` }
    expect(answer).toMatchObject({ data: { response: { payload } } })
    expect(mock.requests.at(-1)?.code).toBe('TIMESTAMP_EXPIRED')
  })

  it.each([
    ['two days old', NOW - 2 * DAY, undefined],
    ['older than two days', NOW - 2 * DAY - 1, 'TIMESTAMP_EXPIRED'],
    ['a small number', 1, 'TIMESTAMP_EXPIRED'],
    ['a day ahead', NOW + DAY, undefined],
    ['more than a day ahead', NOW + DAY + 1, 'TIMESTAMP_FUTURE'],
  ] as const)('judges a nonce that is %s as the exchange does', async (_, nonce, code) => {
    expect((await send({ action }, nonce)).code).toBe(code)
  })
})

it.each([
  ['now', NOW * 1000, undefined],
  ['10 seconds old', (NOW - 10_000) * 1000, undefined],
  ['older than that', (NOW - 10_001) * 1000, 'TIMESTAMP_EXPIRED'],
  ['a small number', 1, 'TIMESTAMP_EXPIRED'],
  ['11 seconds ahead', (NOW + 11_000) * 1000, 'TIMESTAMP_FUTURE'],
] as const)('Aster: judges a nonce that is %s as the exchange does', async (_, nonce, code) => {
  const { code: found } = await sent(
    aster(),
    (origin) => aster({ key: wallet, user: wallet.address, origin, ...nonces(nonce) }),
    { verifyingKey },
    ['/fapi/v3/order', { method: 'POST', params: { symbol: 'BTCUSDT' } }],
  )
  expect(found).toBe(code)
})

describe('dYdX', () => {
  const key = cosmosKey({ privateKey: '02'.repeat(32) })
  const order = (end: object) => ({
    '@type': '/dydxprotocol.clob.MsgPlaceOrder',
    order: {
      order_id: { subaccount_id: { owner: key.address, number: 0 }, client_id: 1, order_flags: 64, clob_pair_id: 0 },
      side: 'SIDE_BUY',
      quantums: '10000000',
      subticks: '40000000000',
      ...end,
    },
  })
  const send = (end: object, nonce: number | string = NOW) =>
    sent(
      dydx({ accountNumber: 1 }),
      (origin) => dydx({ key, accountNumber: 1, origin, ...nonces(nonce) }),
      { verifyingKey: key.verifyingKey },
      ['/', { method: 'POST', json: { messages: [order(end)] } }],
    )

  it('refuses an order whose time has passed with the code of the chain', async () => {
    const past = await send({ good_til_block_time: NOW / 1000 })
    expect(past.code).toBe('TIMESTAMP_EXPIRED')
    expect(past.answer).toMatchObject([200, { result: { code: 3003, codespace: 'clob' } }])
    expect((await send({ good_til_block_time: NOW / 1000 + 1 })).code).toBeUndefined()
    expect((await send({ good_til_block: 20 })).code).toBeUndefined()
  })

  it.each([
    ['30 seconds old', NOW - 30_000, undefined],
    ['older than that', NOW - 30_001, 'TIMESTAMP_EXPIRED'],
    ['further ahead than 30 seconds', NOW + 30_001, 'TIMESTAMP_FUTURE'],
    ["the account's own sequence", 7, undefined],
  ] as const)('judges a sequence that is %s as the chain does', async (_, nonce, code) => {
    const { code: found } = await send({ good_til_block: 20 }, nonce)
    expect(found).toBe(code)
  })
})

it('Paradex: refuses a login whose end has passed', async () => {
  const key = starkKey({ privateKey: '05'.repeat(31), account: '0x1234', starknet })
  const mock = await start(paradex(), {
    accounts: [{ verifyingKey: key.verifyingKey }],
    clock,
    window: { pastMs: 10 * DAY },
  })
  const signer = paradex({ key, origin: mock.origin })
  const answer = await answerOf(
    createSignedFetch(signer, { clock: { now: () => NOW - DAY } })('/v1/auth', { method: 'POST' }),
  )
  expect([answer[0], mock.requests.at(-1)?.code]).toEqual([400, 'TIMESTAMP_EXPIRED'])
})

it('Pacifica: refuses an operation whose window has passed, however long it was', async () => {
  const key = solanaKey({ privateKey: new Uint8Array(32).fill(3) })
  const at = (ms: number) =>
    sent(
      pacifica(),
      (origin) => pacifica({ key, origin, recvWindow: 60_000 }),
      { verifyingKey: key.verifyingKey },
      ['/api/v1/orders/cancel_all', { method: 'POST', json: { all_symbols: true, exclude_reduce_only: false } }],
      {},
      { now: () => NOW - ms },
    )
  expect((await at(60_000)).code).toBeUndefined()
  expect((await at(60_001)).code).toBe('TIMESTAMP_EXPIRED')
})

// The order's end, by the exchange; each is refused in its own form.
const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ='
const CASES = {
  polymarket: {
    exchange: polymarket({ address: verifyingKey.keyId } as never),
    signer: (origin: string) =>
      polymarket({ apiKey: 'bot', secret, passphrase: 'phrase', address: verifyingKey.keyId, origin }),
    account: { apiKey: 'bot', secret, passphrase: 'phrase' },
    request: (endMs: number) => ['/order', { order: { expiration: String(endMs / 1000) }, orderType: 'GTD' }] as const,
    refused: [400, { error: 'invalid expiration' }],
    endless: ['/order', { order: { expiration: '0' }, orderType: 'GTC' }] as const,
  },
  grvt: {
    exchange: grvt(),
    signer: (origin: string) => grvt({ apiKey: 'account', secret: 'session', origin } as never),
    account: { apiKey: 'account', secret: 'session' },
    request: (endMs: number) =>
      ['/full/v1/create_order', { order: { signature: { expiration: `${endMs}000000` } } }] as const,
    refused: [403, { code: 2001, message: 'Signature has expired', status: 403 }],
    endless: ['/full/v1/cancel_all_orders', { sub_account_id: '1' }] as const,
  },
  nado: {
    exchange: nado(),
    signer: (origin: string) => nado({ key: wallet, origin }),
    account: { verifyingKey },
    request: (endMs: number) =>
      [
        '/v1/execute',
        {
          place_order: {
            product_id: 2,
            order: { priceX18: '1', amount: '1', expiration: String(endMs / 1000), appendix: '1' },
          },
        },
      ] as const,
    refused: [200, { status: 'failure', error: 'The order has expired.' }],
    endless: ['/v1/execute', { cancel_product_orders: { tx: { productIds: [2] } } }] as const,
  },
  edgex: {
    exchange: edgex(),
    signer: (origin: string) => edgex({ apiKey: 'bot', secret: 's3cret', passphrase: 'phrase', origin } as never),
    account: { apiKey: 'bot', secret: 's3cret', passphrase: 'phrase' },
    request: (endMs: number) => ['/api/v2/private/order/createOrder', { expireTime: String(endMs) }] as const,
    refused: [200, { code: 'INVALID_EXPIRE_TIME', data: null, msg: 'expireTime is in the past' }],
    endless: ['/api/v2/private/order/cancelOrderById', { accountId: '1' }] as const,
  },
  extended: {
    exchange: extended(),
    signer: (origin: string) => extended({ apiKey: 'bot', secret: 'the-API-key', origin } as never),
    account: { apiKey: 'bot', secret: 'the-API-key' },
    request: (endMs: number) => ['/api/v1/user/order', { expiryEpochMillis: endMs }] as const,
    refused: [400, { status: 'ERROR', error: { code: 400, message: 'Order expiry is in the past' } }],
    endless: ['/api/v1/user/order/massCancel', { cancelAll: true }] as const,
  },
} satisfies Readonly<Record<string, object>>

describe.each(Object.entries(CASES))('%s', (_, { exchange, signer, account, request, refused, endless }) => {
  const post = ([path, json]: readonly [string, object], options = {}) =>
    sent(
      exchange as Exchange,
      signer as (origin: string) => ExchangeSigner,
      account as MockAccount,
      [path, { method: 'POST', json }],
      options,
    )

  it('refuses an order whose own end has passed, in the form of the exchange', async () => {
    const { answer, code } = await post(request(NOW))
    expect(answer).toEqual(refused)
    expect(code).toBe('TIMESTAMP_EXPIRED')
  })

  it('takes an order that has not ended, and what has no end', async () => {
    expect((await post(request(NOW + 1000))).code).toBeUndefined()
    expect((await post(endless)).code).toBeUndefined()
  })

  it("leaves the order to a route of the test's own", async () => {
    const [path] = request(NOW)
    const routes = { [`POST ${path}`]: () => ({ own: true }) }
    expect((await post(request(NOW), { routes })).answer).toEqual([200, { own: true }])
  })

  it('takes any order where a test lets everything pass that is signed rightly', async () => {
    expect((await post(request(NOW), { strict: false })).code).toBeUndefined()
  })
})
