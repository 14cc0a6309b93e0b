import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { bitfinex } from '../../../src/exchange/catalogue/bitfinex.js'
import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { deribit } from '../../../src/exchange/catalogue/deribit.js'
import { gate } from '../../../src/exchange/catalogue/gate.js'
import { gemini } from '../../../src/exchange/catalogue/gemini.js'
import { htx } from '../../../src/exchange/catalogue/htx.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { krakenFutures } from '../../../src/exchange/catalogue/kraken-futures.js'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { start, talk } from './support.js'

const account = { apiKey: 'bot-1', secret: 'c2VjcmV0IQ==' }
const withPhrase = { ...account, passphrase: 'phrase-1' }
const other = { ...account, secret: 'b3RoZXItc2VjcmV0IQ==' }
const stranger = { ...account, apiKey: 'nobody-knows-me' }
const LATE = { clock: { now: () => Date.now() - 86_400_000 } }

describe('the socket of a mock of OKX', () => {
  const ask = async (message: unknown) => {
    const mock = await start(okx(), { accounts: [withPhrase] })
    return (await talk(mock.socketUrl)).ask(message)
  }
  test('answers a login, and what follows', async () => {
    const mock = await start(okx(), { accounts: [withPhrase] })
    const socket = await talk(`${mock.socketUrl}/ws/v5/private`)
    const subscribe = { op: 'subscribe', args: [{ channel: 'account' }] }
    expect(await socket.ask('ping')).toBe('pong')
    expect(await socket.ask(subscribe)).toMatchObject({ event: 'error', code: '60011' })
    expect(await socket.ask(okx(withPhrase).login().messages[0])).toMatchObject({ event: 'login', code: '0' })
    expect(await socket.ask(subscribe)).toMatchObject({ event: 'subscribe', arg: { channel: 'account' } })
    expect(mock.requests.map(({ method, path, code }) => [method, path, code])).toEqual([
      ['upgrade', '/ws/v5/private', undefined],
      ['message', '', undefined],
      ['login', '', undefined],
      ['message', '', undefined],
    ])
  })
  test.each([
    ['another secret', okx({ ...other, passphrase: 'phrase-1' }).login(), '60007'],
    ['an unknown key', okx({ ...stranger, passphrase: 'phrase-1' }).login(), '60005'],
    ['another passphrase', okx({ ...account, passphrase: 'phrase-2' }).login(), '60024'],
    ['an old time', okx(withPhrase).login({}, LATE), '60006'],
  ])('the socket refuses %s', async (_, { messages }, code) => {
    expect(await ask(messages[0])).toMatchObject({ event: 'error', code })
  })
})

test('Bybit answers a login by success or a reason', async () => {
  const mock = await start(bybit(), { accounts: [account] })
  const socket = await talk(mock.socketUrl)
  const say = (credentials: typeof account, when = {}) => socket.ask(bybit(credentials).login({}, when).messages[0])
  expect(await socket.ask({ op: 'subscribe', args: ['order'] })).toMatchObject({ success: false, op: 'subscribe' })
  expect(await say(other)).toMatchObject({ success: false, op: 'auth', ret_msg: expect.stringMatching(/sign/) })
  expect(await say(stranger)).toMatchObject({ success: false, op: 'auth', ret_msg: 'API key is invalid.' })
  expect(await say(account, LATE)).toMatchObject({ success: false, op: 'auth', ret_msg: 'Request expired' })
  expect(await say(account)).toMatchObject({ success: true, op: 'auth', ret_msg: '' })
  expect(await socket.ask({ op: 'subscribe', args: ['order'] })).toMatchObject({ success: true, op: 'subscribe' })
  expect(await socket.ask({ op: 'ping' })).toMatchObject({ ret_msg: 'pong' })
})

test('Bitget refuses a login with a separate event', async () => {
  const mock = await start(bitget(), { accounts: [withPhrase] })
  const socket = await talk(mock.socketUrl)
  const forged = bitget({ ...withPhrase, secret: other.secret }).login()
  expect(await socket.ask(forged.messages[0])).toEqual({ event: 'error', code: 30015, msg: 'Invalid sign' })
  expect(await socket.ask(bitget(withPhrase).login().messages[0])).toMatchObject({ event: 'login', code: 0 })
})

test('Gate verifies a login, a call and every subscription', async () => {
  const mock = await start(gate(), { accounts: [account] })
  const socket = await talk(mock.socketUrl)
  const signer = gate(account)
  expect(await socket.ask(signer.login({ channel: 'spot.login', reqId: 'r1' }).messages[0])).toMatchObject({
    request_id: 'r1',
    header: { status: '200', channel: 'spot.login' },
    data: { result: { api_key: 'bot-1' } },
  })
  expect(await socket.ask(gate(other).login({ channel: 'spot.login', reqId: 'r2' }).messages[0])).toMatchObject({
    header: { status: '401' },
    data: { errs: { label: 'INVALID_SIGNATURE' } },
  })
  const subscription = { channel: 'spot.orders', payload: ['BTC_USDT'] }
  expect(await socket.ask(signer.signMessage('subscribe', subscription))).toMatchObject({
    channel: 'spot.orders',
    error: null,
    result: { status: 'success' },
  })
  expect(await socket.ask(gate(other).signMessage('subscribe', subscription))).toMatchObject({
    error: { message: 'Signature mismatch' },
  })
  const call = { channel: 'spot.order_place', reqId: 'r3', reqParam: { text: 't-1', amount: '1' } }
  expect(await socket.ask(signer.signMessage('call', call))).toMatchObject({ data: { result: { amount: '1' } } })
})

test('Deribit answers a login in JSON-RPC', async () => {
  const mock = await start(deribit(), { accounts: [account] })
  const socket = await talk(mock.socketUrl)
  const { messages } = deribit(account).login({ id: 5 })
  expect(await socket.ask(messages[0])).toMatchObject({ jsonrpc: '2.0', id: 5, result: { token_type: 'bearer' } })
  expect(await socket.ask(messages[0])).toMatchObject({ id: 5, error: { code: 13009 } })
  expect(await socket.ask(deribit(other).login({ id: 6 }).messages[0])).toMatchObject({ id: 6, error: { code: 13004 } })
})

test('Bitfinex counts the nonces of sockets and of requests together', async () => {
  const mock = await start(bitfinex(), { accounts: [account] })
  const signer = bitfinex({ ...account, origin: mock.origin })
  const { messages } = signer.login()
  const bitfinexFetch = createSignedFetch(signer)
  expect((await bitfinexFetch('/v2/auth/r/wallets', { method: 'POST' })).status).toBe(200)
  const socket = await talk(mock.socketUrl)
  expect(await socket.ask(messages[0])).toMatchObject({ event: 'auth', status: 'FAILED', code: 10114 })
  expect(await socket.ask(signer.login().messages[0])).toMatchObject({ event: 'auth', status: 'OK' })
  expect(await socket.ask(bitfinex(stranger).login().messages[0])).toMatchObject({
    code: 10100,
    msg: 'apikey: invalid',
  })
})

test('Kraken Futures takes its own challenge back, signed', async () => {
  const mock = await start(krakenFutures(), { accounts: [account] })
  const signer = krakenFutures(account)
  const [first, second] = [await talk(mock.socketUrl), await talk(mock.socketUrl)]
  const { message: challenge } = (await first.ask({ event: 'challenge', api_key: 'bot-1' })) as { message: string }
  expect(challenge).toMatch(/^[0-9a-f-]{36}$/)
  const [login] = signer.login({ feed: 'fills', challenge }).messages
  const [forged] = krakenFutures(other).login({ feed: 'fills', challenge }).messages
  expect(await first.ask(forged)).toMatchObject({ event: 'error' })
  expect(await second.ask(login)).toMatchObject({ event: 'error' })
  expect(await first.ask(login)).toEqual({ event: 'subscribed', feed: 'fills' })
})

test('Kraken shows a token that its REST API gave', async () => {
  const mock = await start(kraken(), { accounts: [account] })
  const signer = kraken({ ...account, origin: mock.origin })
  const { request, use } = signer.login({ method: 'subscribe', params: { channel: 'executions' }, id: 3 })
  const answer = await fetch(request?.url ?? '', { ...request, headers: { ...request?.headers } })
  const socket = await talk(mock.socketUrl)
  expect(await socket.ask(use?.(await answer.json()).messages[0])).toMatchObject({
    method: 'subscribe',
    success: true,
    result: { channel: 'executions' },
    req_id: 3,
  })
  const wrong = { method: 'subscribe', params: { channel: 'executions', token: 'an-unknown-token' }, req_id: 4 }
  expect(await socket.ask(wrong)).toMatchObject({ success: false, error: 'ESession:Invalid session', req_id: 4 })
})

test('KuCoin welcomes a connection with a token in the URL, and refuses the others', async () => {
  const mock = await start(kucoin(), { accounts: [withPhrase] })
  const { request, use } = kucoin({ ...withPhrase, origin: mock.origin }).login()
  const answer = await (await fetch(request?.url ?? '', { ...request, headers: { ...request?.headers } })).json()
  expect(answer).toMatchObject({ data: { instanceServers: [{ endpoint: mock.socketUrl }] } })
  const socket = await talk(`${mock.socketUrl}/?${use?.(answer).query}`)
  expect(await socket.next()).toMatchObject({ type: 'welcome' })
  expect(await socket.ask({ id: 1, type: 'ping' })).toEqual({ id: 1, type: 'pong' })
  await expect(talk(`${mock.socketUrl}/?token=another`)).rejects.toThrow('401')
  await expect(talk(mock.socketUrl)).rejects.toThrow('401')
})

test('HTX verifies the host that a login signs', async () => {
  const mock = await start(htx(), { accounts: [account] })
  const socket = await talk(`${mock.socketUrl}/ws/v2`)
  const host = mock.origin.slice('http://'.length)
  const of = (credentials: typeof account) => htx({ ...credentials, origin: mock.origin }).login({ host })
  expect(await socket.ask(of(account).messages[0])).toMatchObject({ action: 'req', ch: 'auth', code: 200 })
  expect(await socket.ask(of(other).messages[0])).toMatchObject({ action: 'req', ch: 'auth', code: 2002 })
})

test('Gemini logs in by the fields of the upgrade', async () => {
  const mock = await start(gemini(), { accounts: [account] })
  const login = gemini({ ...account, origin: mock.origin }).login()
  const socket = await talk(`${mock.socketUrl}/v1/order/events`, login.headers)
  socket.close()
  await expect(talk(`${mock.socketUrl}/v1/order/events`, login.headers)).rejects.toThrow('401')
  await expect(talk(`${mock.socketUrl}/v1/order/events`)).rejects.toThrow('401')
  expect(mock.requests.map(({ keyId, code, status }) => [keyId, code, status])).toEqual([
    ['bot-1', undefined, 101],
    ['bot-1', 'REPLAY', 401],
    [undefined, 'AUTH_MISSING', 401],
  ])
})
