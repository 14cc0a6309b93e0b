import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { mexcContract } from '../../../src/exchange/catalogue/mexc-contract.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const when = { clock: { now: () => 1_700_000_000_123 } }
const signer = mexcContract({ apiKey: 'key', secret: 'secret' })
const hmac = (text: string): string => createHmac('sha256', 'secret').update(text).digest('hex')

describe('MEXC contract', () => {
  test('a query is signed by name and in one encoding, whatever the one it is sent in', () => {
    const sign = (path: string) => signer.sign({ path }, when).headers['Signature']
    const expected = hmac('key1700000000123ids=1%2C2&note=a%20b&symbol=BTC_USDT')
    expect(sign('/api/v1/private/order?symbol=BTC_USDT&note=a%20b&ids=1%2C2')).toBe(expected)
    expect(sign('/api/v1/private/order?symbol=BTC_USDT&note=a+b&ids=1,2')).toBe(expected)
  })

  test('the login is signed, with the pushes that follow it or without', () => {
    const param = `"param":{"apiKey":"key","reqTime":"1700000000123","signature":"${hmac('key1700000000123')}"}`
    expect(signer.login({}, when)).toEqual({
      messages: [`{"method":"login",${param}}`],
      expiresAtMs: 1_700_000_010_123,
    })
    expect(signer.login({ subscribe: false }, when).messages).toEqual([`{"subscribe":false,"method":"login",${param}}`])
    const read = readMessage(signer.spec, 'login', JSON.parse(signer.login({}, when).messages[0] as string))
    expect(read?.signature.base).toBe('key1700000000123')
  })

  test('parameters in two places are refused on both sides', () => {
    const code = expect.objectContaining({ code: 'MESSAGE_MALFORMED' })
    expect(() => signer.sign({ method: 'POST', path: '/api/v1/private/x', params: { a: 1 }, json: {} })).toThrow(code)
    const { method, headers, body } = signer.sign({ method: 'POST', path: '/api/v1/private/x', json: {} })
    const url = 'https://contract.mexc.com/api/v1/private/x?a=1'
    const [found] = exchangeVerifier(mexcContract()).parse(httpRequest({ method, url, headers, body: body as string }))
    expect(() => found?.base).toThrow(code)
  })
})
