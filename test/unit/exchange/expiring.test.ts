import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { bitmex } from '../../../src/exchange/catalogue/bitmex.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { phemex } from '../../../src/exchange/catalogue/phemex.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const NOW_MS = 1_700_000_000_123
const NOW = { clock: { now: () => NOW_MS } }
const account = { apiKey: 'key', secret: 'secret' }
const hmac = (text: string, secret: string | Uint8Array = 'secret'): string =>
  createHmac('sha256', secret).update(text).digest('hex')

describe('Bybit', () => {
  test('the login ends in ten seconds', () => {
    const login = bybit(account).login({}, NOW)
    expect(login.messages).toEqual([
      `{"op":"auth","args":["key",1700000010123,"${hmac('GET/realtime1700000010123')}"]}`,
    ])
    expect(login.expiresAtMs).toBe(NOW_MS + 10_000)
    expect(bybit(account).login({ reqId: '7' }, NOW).messages[0]).toMatch(/^\{"req_id":"7","op":"auth"/)
    const found = readMessage(bybit().spec, 'login', JSON.parse(login.messages[0] as string))?.signature
    expect([found?.createdMs, found?.expiresMs]).toEqual([NOW_MS, NOW_MS + 10_000])
  })

  test('a window is signed where it is given', () => {
    const path = '/v5/order/realtime?category=linear'
    const usual = bybit(account).sign({ path }, NOW).headers
    expect(usual['X-BAPI-RECV-WINDOW']).toBe('5000')
    expect(usual['X-BAPI-SIGN']).toBe(hmac('1700000000123key5000category=linear'))
    const none = bybit({ ...account, recvWindow: 'none' }).sign({ path }, NOW).headers
    expect(none).not.toHaveProperty('X-BAPI-RECV-WINDOW')
    expect(none['X-BAPI-SIGN']).toBe(hmac('1700000000123keycategory=linear'))
    for (const recvWindow of [60_001, 0, 'all'])
      expect(() => bybit({ ...account, recvWindow })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  test('its refusal of a clock comes with status 200', async () => {
    const { service } = bybit(account)
    const refusal = Response.json({ retCode: 10002, retMsg: 'invalid request, please check your server timestamp' })
    expect(await service.isClockError(refusal)).toBe(true)
    expect(await service.isClockError(Response.json({ retCode: 10001 }))).toBe(false)
  })
})

describe('BitMEX', () => {
  test('requests and the login end in half a minute', () => {
    const signer = bitmex({ ...account, allowClosed: true })
    const { messages, expiresAtMs } = signer.login({}, NOW)
    const sign = hmac('GET/realtime1700000030')
    expect(messages).toEqual([`{"op":"authKeyExpires","args":["key",1700000030,"${sign}"]}`])
    expect(expiresAtMs).toBe(NOW_MS + 30_000)
    const made = signer.sign({ path: '/api/v1/order', params: { filter: { open: true } } }, NOW)
    expect(made.url).toBe('https://www.bitmex.com/api/v1/order?filter=%7B%22open%22%3Atrue%7D')
    expect(made.headers).toEqual({
      'api-expires': '1700000030',
      'api-key': 'key',
      'api-signature': hmac('GET/api/v1/order?filter=%7B%22open%22%3Atrue%7D1700000030'),
    })
    const found = exchangeVerifier(bitmex()).parse(httpRequest(made))[0]
    expect([found?.createdMs, found?.expiresMs]).toEqual([1_700_000_000_000, 1_700_000_030_000])
  })

  test('parameters of DELETE are a body', () => {
    const { url, body } = bitmex({ ...account, allowClosed: true }).sign({
      method: 'DELETE',
      path: '/api/v1/order',
      params: { orderID: '1' },
    })
    expect([url, body]).toEqual(['https://www.bitmex.com/api/v1/order', '{"orderID":"1"}'])
  })
})

describe('Phemex', () => {
  test('the login signs key and expiry', () => {
    const { messages, expiresAtMs } = phemex(account).login({ id: 1 }, NOW)
    const sign = hmac('key1700000060')
    expect(messages).toEqual([`{"id":1,"method":"user.auth","params":["API","key","${sign}",1700000060]}`])
    expect(expiresAtMs).toBe(NOW_MS + 60_000)
  })

  test('parameters of PUT are a query, which is signed without its mark', () => {
    const made = phemex(account).sign({ method: 'PUT', path: '/orders/replace', params: { symbol: 'A' } }, NOW)
    expect(made.url).toBe('https://api.phemex.com/orders/replace?symbol=A')
    expect(made.headers['x-phemex-request-signature']).toBe(hmac('/orders/replacesymbol=A1700000060'))
  })

  test('the secret can be read as the document says', () => {
    const secret = Buffer.from([0xfb, 0xff, 0x01, 0x02]).toString('base64url')
    const signer = phemex({ apiKey: 'key', secret, variant: 'base64url-secret' })
    const sign = hmac('key1700000060', Uint8Array.of(0xfb, 0xff, 0x01, 0x02))
    expect(signer.login({}, NOW).messages[0]).toContain(sign)
    expect(() => phemex({ apiKey: 'key', secret: 'not base64', variant: 'base64url-secret' })).toThrow(
      expect.objectContaining({ code: 'KEY_MALFORMED' }),
    )
  })
})
