import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { type AnswerTime, answerTime } from '../../../src/sources/answer-time.js'
import { answerOf, send, start, talk } from './support.js'

const account = { apiKey: 'bot-1', secret: 'a-secret-for-tests' }
const order = { method: 'POST', path: '/api/v3/order', params: { symbol: 'BTCUSDT', quantity: '1' } } as const
const INVALID = { code: -1022, msg: 'Signature for this request is not valid.' }
const REJECTED = { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }
const LATE = { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' }
const EARLY = { code: -1021, msg: "Timestamp for this request was 1000ms ahead of the server's time." }

describe('a mock of Binance', () => {
  test('accepts an order and answers with what was asked for', async () => {
    const mock = await start(binance(), { accounts: [account] })
    const binanceFetch = createSignedFetch(binance({ ...account, origin: mock.origin }))
    const [status, body] = await answerOf(binanceFetch(order.path, { method: 'POST', params: order.params }))
    expect(status).toBe(200)
    expect(body).toMatchObject({ symbol: 'BTCUSDT', quantity: '1', orderId: 1, status: 'NEW' })
    expect(mock.requests).toMatchObject([
      {
        via: 'http',
        method: 'POST',
        path: order.path,
        keyId: 'bot-1',
        code: undefined,
        status: 200,
        params: order.params,
      },
    ])
  })

  test('the mock answers its time', async () => {
    const mock = await start(binance(), { accounts: [account], skewMs: 7_000 })
    const [, body] = await answerOf(fetch(`${mock.origin}/api/v3/time`))
    const { serverTime } = body as { serverTime: number }
    expect(Math.abs(serverTime - Date.now() - 7_000)).toBeLessThan(500)
    expect(answerTime(body, binance().spec.clock as AnswerTime)).toBe(serverTime)
  })

  test.each([
    ['a form body', { method: 'POST', path: '/api/v3/order', body: 'symbol=BTCUSDT&quantity=1' }],
    ['both', { method: 'POST', path: '/api/v3/order?symbol=BTCUSDT', body: 'quantity=1' }],
  ])('the mock accepts %s', async (_, request) => {
    const mock = await start(binance(), { accounts: [account] })
    expect(await send(binance({ ...account, origin: mock.origin }).sign(request))).toMatchObject([
      200,
      { symbol: 'BTCUSDT', quantity: '1' },
    ])
  })

  test('refuses what is missing, by name', async () => {
    const mock = await start(binance(), { accounts: [account] })
    const signed = binance({ ...account, origin: mock.origin }).sign(order)
    const absent = (name: string) => ({
      code: -1102,
      msg: `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
    })
    const without = (name: string) => signed.url.replace(new RegExp(`[&]${name}=[^&]*`), '')
    expect(await send(signed, { headers: { 'X-MBX-APIKEY': undefined } })).toEqual([
      401,
      { code: -2014, msg: 'API-key format invalid.' },
    ])
    expect(await send(signed, { url: without('signature') })).toEqual([400, absent('signature')])
    expect(await send(signed, { url: without('timestamp') })).toEqual([400, absent('timestamp')])
    expect(await answerOf(fetch(`${mock.origin}/api/v3/account`))).toEqual([
      401,
      { code: -2014, msg: 'API-key format invalid.' },
    ])
  })

  test('refuses another key, another secret and another request', async () => {
    const mock = await start(binance(), { accounts: [account] })
    const { origin } = mock
    expect(await send(binance({ ...account, apiKey: 'bot-2', origin }).sign(order))).toEqual([401, REJECTED])
    expect(await send(binance({ ...account, secret: 'other', origin }).sign(order))).toEqual([400, INVALID])
    const signed = binance({ ...account, origin }).sign(order)
    expect(await send(signed, { url: signed.url.replace('quantity=1', 'quantity=2') })).toEqual([400, INVALID])
    expect(mock.requests.map(({ code }) => code)).toEqual(['KEY_UNKNOWN', 'SIGNATURE_INVALID', 'SIGNATURE_INVALID'])
  })

  test('the mock forgives a second ahead and the receive window behind', async () => {
    const mock = await start(binance(), { accounts: [account] })
    const at = (aheadMs: number, recvWindow?: number) =>
      send(
        binance({ ...account, origin: mock.origin, recvWindow }).sign(order, {
          clock: { now: () => Date.now() + aheadMs },
        }),
      )
    expect((await at(800))[0]).toBe(200)
    expect(await at(1_300)).toEqual([400, EARLY])
    expect((await at(-4_000))[0]).toBe(200)
    expect(await at(-5_500)).toEqual([400, LATE])
    expect((await at(-5_500, 8_000))[0]).toBe(200)
    expect(await at(-2_500, 2_000)).toEqual([400, LATE])
  })

  test('refuses a receive window past the largest', async () => {
    const mock = await start(binance(), { accounts: [account] })
    const signed = binance({ ...account, origin: mock.origin, recvWindow: 60_000 }).sign(order)
    expect(await send(signed, { url: signed.url.replace('60000', '60001') })).toEqual([
      400,
      { code: -1131, msg: 'recvWindow must be less than 60000' },
    ])
  })

  test('holds a key to its addresses, its permissions and its state', async () => {
    const accounts = [
      { ...account, apiKey: 'elsewhere', allowIp: ['203.0.113.9'] },
      { ...account, apiKey: 'here', allowIp: ['127.0.0.0/8'] },
      { ...account, apiKey: 'reader', permissions: ['read'] as const },
      { ...account, apiKey: 'off', status: 'disabled' as const },
      { ...account, apiKey: 'old', expiresAtMs: Date.now() - 1 },
    ]
    const mock = await start(binance(), { accounts })
    const by = (apiKey: string, request: Parameters<ReturnType<typeof binance>['sign']>[0] = order) =>
      send(binance({ ...account, apiKey, origin: mock.origin }).sign(request))
    expect(await by('elsewhere')).toEqual([401, REJECTED])
    expect((await by('here'))[0]).toBe(200)
    expect(await by('reader')).toEqual([401, REJECTED])
    expect((await by('reader', { path: '/api/v3/account' }))[0]).toBe(200)
    expect(await by('off')).toEqual([401, REJECTED])
    expect(await by('old')).toEqual([401, REJECTED])
    expect(
      await by('here', { method: 'POST', path: '/sapi/v1/capital/withdraw/apply', params: { coin: 'BTC' } }),
    ).toEqual([401, REJECTED])
    expect(mock.requests.map(({ code }) => code)).toEqual([
      ...['IP_DENIED', undefined, 'SCOPE_DENIED', undefined, 'KEY_DISABLED', 'KEY_EXPIRED', 'SCOPE_DENIED'],
    ])
  })

  test('the mock describes the key', async () => {
    const createdMs = 1_700_000_000_000
    const mock = await start(binance(), {
      accounts: [{ ...account, permissions: ['read', 'withdraw'], allowIp: ['127.0.0.1'], createdMs }],
    })
    expect(
      await send(binance({ ...account, origin: mock.origin }).sign({ path: '/sapi/v1/account/apiRestrictions' })),
    ).toMatchObject([
      200,
      { ipRestrict: true, createTime: createdMs, enableWithdrawals: true, enableSpotAndMarginTrading: false },
    ])
  })

  test('takes key pairs by their public half', async () => {
    const key = ed25519PrivateKey({ keyId: 'bot-ed', seed: new Uint8Array(32).fill(3) })
    const mock = await start(binance(), { accounts: [{ verifyingKey: key.verifyingKey }] })
    const signer = binance({ key, origin: mock.origin })
    expect((await send(await signer.sign(order)))[0]).toBe(200)
    const socket = await talk(mock.socketUrl)
    const { messages } = await signer.login({ id: 'a' })
    expect(await socket.ask(messages[0])).toMatchObject({ id: 'a', status: 200, result: { apiKey: 'bot-ed' } })
  })

  test('verifies signed calls on its socket', async () => {
    const mock = await start(binance(), { accounts: [account] })
    const socket = await talk(mock.socketUrl)
    const signer = binance(account)
    const call = { id: 7, method: 'order.place', params: { symbol: 'BTCUSDT' } }
    expect(await socket.ask(signer.signMessage('call', call))).toMatchObject({
      id: 7,
      status: 200,
      result: { symbol: 'BTCUSDT' },
    })
    const late = { clock: { now: () => Date.now() - 60_000 } }
    expect(await socket.ask(signer.signMessage('call', call, late))).toEqual({ id: 7, status: 400, error: LATE })
    expect(await socket.ask(binance({ ...account, secret: 'other' }).signMessage('call', call))).toEqual({
      id: 7,
      status: 400,
      error: INVALID,
    })
    expect(await socket.ask(binance({ ...account, apiKey: 'other' }).signMessage('call', call))).toEqual({
      id: 7,
      status: 401,
      error: REJECTED,
    })
    expect(mock.requests.map(({ method, code }) => [method, code])).toEqual([
      ['upgrade', undefined],
      ['call', undefined],
      ['call', 'TIMESTAMP_EXPIRED'],
      ['call', 'SIGNATURE_INVALID'],
      ['call', 'KEY_UNKNOWN'],
    ])
  })
})
