import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importRsaSigningKey } from '../../../src/crypto/index.js'
import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import { poloniex } from '../../../src/exchange/catalogue/poloniex.js'
import { woo } from '../../../src/exchange/catalogue/woo.js'
import { wooV1 } from '../../../src/exchange/catalogue/woo-v1.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const when = { clock: { now: () => 1_700_000_000_123 } }
const account = { apiKey: 'key', secret: 'secret' }
const hmac = (text: string, form: 'hex' | 'base64'): string => createHmac('sha256', 'secret').update(text).digest(form)

describe('Bitget', () => {
  const signer = bitget({ ...account, passphrase: 'phrase' })

  test('the login states its time in seconds', () => {
    const sign = hmac('1700000000GET/user/verify', 'base64')
    expect(signer.login({}, when)).toEqual({
      messages: [
        `{"op":"login","args":[{"apiKey":"key","passphrase":"phrase","timestamp":"1700000000","sign":"${sign}"}]}`,
      ],
      expiresAtMs: 1_700_000_030_123,
    })
  })

  test('a query is signed by name and not encoded', () => {
    const { headers } = signer.sign({ path: '/api/v2/x?symbol=%E9%BE%99%E8%99%BE&limit=5&ids=a%2Cb' }, when)
    expect(headers['ACCESS-SIGN']).toBe(hmac('1700000000123GET/api/v2/x?ids=a,b&limit=5&symbol=龙虾', 'base64'))
  })

  test('an RSA key signs a request that its verifier accepts', async () => {
    const pem = readFileSync('test/vectors/pkcs8/rsa.pem', 'utf8')
    const key = await importRsaSigningKey(pem, { keyId: 'key', algorithm: 'rsa-v1_5-sha256' })
    const made = await bitget({ key, passphrase: 'phrase' }).sign({ path: '/api/v2/x' }, when)
    const [found] = exchangeVerifier(bitget()).parse(httpRequest(made))
    expect(await key.verifyingKey.verify(found?.base as string, found?.signature as Uint8Array)).toBe(true)
    expect(found?.passphrase).toEqual({ text: 'phrase' })
  })
})

describe('Poloniex', () => {
  const signer = poloniex(account)
  const sign = (request: Parameters<typeof signer.sign>[0]) => signer.sign(request, when).headers['signature']

  test('the login message subscribes to auth with the signature of the socket path', () => {
    const signature = hmac('GET\n/ws\nsignTimestamp=1700000000123', 'base64')
    const [said] = signer.login({}, when).messages
    expect(JSON.parse(said as string)).toEqual({
      event: 'subscribe',
      channel: ['auth'],
      params: {
        key: 'key',
        signTimestamp: '1700000000123',
        signature,
        signatureMethod: 'HmacSHA256',
        signatureVersion: '2',
      },
    })
    expect(readMessage(signer.spec, 'login', JSON.parse(said as string))?.draft.sign).toBe(signature)
  })

  test('the time is one parameter among the others, and so is the body', () => {
    expect(sign({ path: '/orders', params: { symbol: 'BTC_USDT', note: 'a b' } })).toBe(
      hmac('GET\n/orders\nnote=a%20b&signTimestamp=1700000000123&symbol=BTC_USDT', 'base64'),
    )
    expect(sign({ method: 'POST', path: '/orders', params: { symbol: 'BTC_USDT' } })).toBe(
      hmac('POST\n/orders\nrequestBody={"symbol":"BTC_USDT"}&signTimestamp=1700000000123', 'base64'),
    )
    expect(sign({ method: 'DELETE', path: '/orders/1' })).toBe(
      hmac('DELETE\n/orders/1\nsignTimestamp=1700000000123', 'base64'),
    )
  })

  test('parameters in two places are refused', () => {
    expect(() => sign({ method: 'POST', path: '/orders?a=1', json: {} })).toThrow(
      expect.objectContaining({ code: 'MESSAGE_MALFORMED' }),
    )
  })
})

describe('WOO X', () => {
  test('the login is the same for both versions', () => {
    const sign = hmac('|1700000000123', 'hex')
    const expected = `{"id":"1","event":"auth","params":{"apikey":"key","sign":"${sign}","timestamp":"1700000000123"}}`
    for (const exchange of [woo, wooV1]) expect(exchange(account).login({ id: '1' }, when).messages).toEqual([expected])
  })

  test('version 1 signs parameters, version 3 the request', () => {
    const params = { symbol: 'SPOT_BTC_USDT', a: '1' }
    const old = wooV1(account).sign({ method: 'DELETE', path: '/v1/order', params }, when)
    expect(old.body).toBe('a=1&symbol=SPOT_BTC_USDT')
    expect(old.headers['x-api-signature']).toBe(hmac('a=1&symbol=SPOT_BTC_USDT|1700000000123', 'hex'))
    const made = woo(account).sign({ method: 'DELETE', path: '/v3/trade/order', params }, when)
    expect(made.headers['x-api-signature']).toBe(
      hmac('1700000000123DELETE/v3/trade/order?symbol=SPOT_BTC_USDT&a=1', 'hex'),
    )
  })
})
