import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { hmacSha256Key } from '../../../src/crypto/hmac-key.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { defineExchange } from '../../../src/exchange/signer/define-exchange.js'
import { hex } from '../../../src/exchange/spec/outputs.js'
import { milliseconds } from '../../../src/exchange/spec/times.js'
import { type AnswerTime, answerTime } from '../../../src/sources/answer-time.js'
import { mockExchange } from '../../../src/testing/mock-exchange.js'
import { answerOf, send, start, talk } from './support.js'

const account = { apiKey: 'bot-1', secret: 'a-secret-for-tests' }
const clientOf = (origin: string) => createSignedFetch(binance({ ...account, origin }))

describe('mockExchange', () => {
  test('answers by its routes, once the signature is right', async () => {
    const mock = await start(binance(), {
      accounts: [account],
      routes: {
        'POST /api/v3/order': ({ params, keyId }) => ({ by: keyId, ...params }),
        'GET /api/v3/orders/*': async ({ path }) => ({ path }),
        'GET /api/v3/busy': () => Response.json({ code: -1003 }, { status: 429, headers: { 'retry-after': '1' } }),
        'GET /api/v3/broken': () => {
          throw new Error('of the test')
        },
      },
    })
    const exchangeFetch = clientOf(mock.origin)
    expect(await answerOf(exchangeFetch('/api/v3/order', { method: 'POST', params: { symbol: 'A' } }))).toEqual([
      200,
      { by: 'bot-1', symbol: 'A' },
    ])
    expect(await answerOf(exchangeFetch('/api/v3/orders/17'))).toEqual([200, { path: '/api/v3/orders/17' }])
    const busy = await exchangeFetch('/api/v3/busy')
    expect([busy.status, busy.headers.get('retry-after'), await busy.json()]).toEqual([429, '1', { code: -1003 }])
    expect(await answerOf(exchangeFetch('/api/v3/broken'))).toEqual([500, { error: 'of the test' }])
    expect((await fetch(`${mock.origin}/api/v3/busy`)).status).toBe(401)
    expect(mock.requests.map(({ status }) => status)).toEqual([200, 200, 429, 200, 401])
  })

  test('answers public routes without a signature', async () => {
    const publicRoutes = { 'GET /api/v3/ticker/price': ({ params }: { params: object }) => ({ price: '1', ...params }) }
    const mock = await start(binance(), { accounts: [], publicRoutes })
    expect(await answerOf(fetch(`${mock.origin}/api/v3/ticker/price?symbol=A`))).toEqual([
      200,
      { price: '1', symbol: 'A' },
    ])
    expect(mock.requests).toMatchObject([{ keyId: undefined, code: undefined, params: { symbol: 'A' } }])
  })

  test('lets a test speak on sockets', async () => {
    const mock = await start(okx(), {
      accounts: [{ ...account, passphrase: 'phrase-1' }],
      onMessage: (message, { keyId }) => (message === 'quiet' ? undefined : { heard: message, keyId: keyId ?? null }),
    })
    const socket = await talk(mock.socketUrl)
    expect(await socket.ask({ op: 'order' })).toEqual({ heard: { op: 'order' }, keyId: null })
    await socket.ask(okx({ ...account, passphrase: 'phrase-1' }).login().messages[0])
    expect(await socket.ask('any text')).toEqual({ heard: 'any text', keyId: 'bot-1' })
  })

  test('closes a socket whose listener throws', async () => {
    const mock = await start(okx(), {
      accounts: [],
      onMessage: () => {
        throw new Error('of the test')
      },
    })
    const socket = await talk(mock.socketUrl)
    socket.say('anything')
    expect(await socket.closed).toBe(1011)
  })

  test('carries its own time in the Date field of every answer', async () => {
    const mock = await start(binance(), { accounts: [], skewMs: -86_400_000 })
    const dateOf = async (): Promise<number> => Date.parse((await fetch(mock.origin)).headers.get('date') ?? '')
    expect(Math.abs((await dateOf()) - Date.now() + 86_400_000)).toBeLessThan(2_000)
    mock.setSkewMs(86_400_000)
    expect(Math.abs((await dateOf()) - Date.now() - 86_400_000)).toBeLessThan(2_000)
    expect(Math.abs(mock.now() - Date.now() - 86_400_000)).toBeLessThan(100)
  })

  test('takes a clock and a window', async () => {
    const clock = { now: () => 1_700_000_000_000 }
    const mock = await start(binance(), { accounts: [account], clock, window: { pastMs: 100, futureMs: 50 } })
    const at = (nowMs: number) =>
      send(binance({ ...account, origin: mock.origin }).sign({ path: '/' }, { clock: { now: () => nowMs } }))
    expect((await at(1_700_000_000_049))[0]).toBe(200)
    expect((await at(1_700_000_000_050))[0]).toBe(400)
    expect((await at(1_699_999_999_900))[0]).toBe(200)
    expect((await at(1_699_999_999_899))[0]).toBe(400)
  })

  test('stands in for an exchange of your own, in general words or in its own', async () => {
    const acme = defineExchange({
      id: 'acme',
      name: 'Acme',
      docs: 'https://docs.acme.example/auth',
      origins: ['https://api.acme.example'],
      keys: { 'hmac-sha256': hex },
      secretKey: hmacSha256Key,
      time: milliseconds,
      headers: [
        ['X-Key', 'key'],
        ['X-Time', 'time'],
        ['X-Sign', 'sign'],
      ],
      base: ({ time, method, path, body }) => time + method + path + body,
      covers: ['method', 'path', 'body'],
      clock: { path: '/time', time: 'data.ts', error: /late/ },
      token: {
        method: 'POST',
        path: '/token',
        token: 'token',
        template: { auth: '$token' },
      },
    })
    const mock = await start(acme(), {
      accounts: [account],
      answers: { refusals: { KEY_UNKNOWN: [404, { who: 'not you' }] } },
    })
    const { origin, socketUrl } = mock
    const signed = acme({ ...account, origin }).sign({ method: 'POST', path: '/orders', json: { size: '1' } })
    expect(await send(signed)).toEqual([200, { id: '1', size: '1' }])
    expect(await send(signed, { body: '{"size":"2"}' })).toEqual([
      401,
      { error: 'SIGNATURE_INVALID', message: 'request refused' },
    ])
    expect(await send(signed, { headers: { 'X-Time': undefined } })).toEqual([
      401,
      { error: 'AUTH_MISSING', message: 'X-Time is missing' },
    ])
    expect(await send(acme({ ...account, apiKey: 'other', origin }).sign({ path: '/' }))).toEqual([
      404,
      { who: 'not you' },
    ])
    const [, told] = await answerOf(fetch(`${origin}/time`))
    expect(answerTime(told, acme().spec.clock as AnswerTime)).toBeGreaterThan(1_700_000_000_000)
    const { request, use } = acme({ ...account, origin }).login()
    const answer = await (await fetch(request?.url ?? '', { ...request, headers: { ...request?.headers } })).json()
    expect(await (await talk(socketUrl)).ask(use?.(answer).messages[0])).toEqual({ event: 'token', ok: true })
    expect(await (await talk(socketUrl)).ask({ auth: 'wrong' })).toMatchObject({
      event: 'token',
      ok: false,
      who: 'not you',
    })
  })

  test('masks a secret that a client sends by mistake', async () => {
    const mock = await start(okx(), { accounts: [{ ...account, passphrase: 'phrase-1' }] })
    const signer = okx({ ...account, passphrase: 'phrase-1', origin: mock.origin })
    const json = { note: account.secret, list: [{ phrase: 'phrase-1' }] }
    const answer = await send(signer.sign({ method: 'POST', path: '/', params: { also: account.secret }, json }))
    expect(answer[0]).toBe(200)
    expect(JSON.stringify([answer, mock.requests])).not.toMatch(/a-secret-for-tests|phrase-1/)
    expect(mock.requests[0]).toMatchObject({ params: { also: '[secret]' }, json: { note: '[secret]' } })
  })

  test('reads no body past its cap', async () => {
    const mock = await start(binance(), { accounts: [account], maxBodyBytes: 64 })
    const [status] = await answerOf(fetch(mock.origin, { method: 'POST', body: 'x'.repeat(65) }))
    expect(status).toBe(413)
    expect(mock.requests).toEqual([])
  })

  test.each([
    ['no JSON', '{"a":', 401],
    ['no UTF-8', new Uint8Array([0xff, 0xfe]), 400],
    ['a list', '[1,2]', 401],
    ['members of Object', '{"__proto__":{"x":1},"constructor":1}', 401],
  ])('survives a body that is %s', async (_, body, status) => {
    const mock = await start(okx(), { accounts: [] })
    const headers = {
      'OK-ACCESS-KEY': 'a',
      'OK-ACCESS-SIGN': 'b',
      'OK-ACCESS-TIMESTAMP': 'c',
      'OK-ACCESS-PASSPHRASE': 'd',
    }
    expect((await fetch(`${mock.origin}/x?__proto__=1&a=1&a=2`, { method: 'POST', body, headers })).status).toBe(status)
    expect(mock.requests).toMatchObject([{ params: { a: ['1', '2'] } }])
  })

  test.each([
    ['two accounts of one key', okx(), [1, 2].map(() => ({ ...account, passphrase: 'p' })), 'CONFIG_INVALID'],
    ['no passphrase where there must be one', okx(), [account], 'CONFIG_INVALID'],
    ['a passphrase where there is none', binance(), [{ ...account, passphrase: 'p' }], 'CONFIG_INVALID'],
    ['an address list that is none', binance(), [{ ...account, allowIp: ['somewhere'] }], 'CONFIG_INVALID'],
    ['a secret that is none', binance(), [{ ...account, secret: ' ' }], 'KEY_MALFORMED'],
  ])('a mock is refused with %s', async (_, exchange, accounts, code) => {
    await expect(mockExchange(exchange, { accounts })).rejects.toMatchObject({ code })
  })

  test('keeps nothing alive, and ends when it is closed', async () => {
    const servers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length
    const before = servers()
    const mock = await mockExchange(binance(), { accounts: [account] })
    expect(servers()).toBe(before)
    const socket = await talk(mock.socketUrl)
    expect((await fetch(mock.origin)).status).toBe(404)
    await mock[Symbol.asyncDispose]()
    await expect(fetch(mock.origin)).rejects.toThrow()
    await mock.close()
    socket.close()
  })

  test('says when its port is taken', async () => {
    const mock = await start(binance(), { accounts: [] })
    const port = Number(new URL(mock.origin).port)
    await expect(mockExchange(binance(), { accounts: [], port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
