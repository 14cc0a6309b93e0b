import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signRequestSync } from '../../../src/client/index.js'
import { bitfinex } from '../../../src/exchange/catalogue/bitfinex.js'
import { bithumbV1 } from '../../../src/exchange/catalogue/bithumb-v1.js'
import { gemini } from '../../../src/exchange/catalogue/gemini.js'
import { p2b } from '../../../src/exchange/catalogue/p2b.js'
import { whitebit } from '../../../src/exchange/catalogue/whitebit.js'
import { exchangeVerifier, readMessage, readUpgrade } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'

const now = { clock: { now: () => 1_700_000_000_123 }, nonces: { next: () => '1700000000123' } }
const account = { apiKey: 'key', secret: 'secret' }
const mac = (hash: string, text: string): string => createHmac(hash, 'secret').update(text).digest('hex')
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const fieldsOf = (headers: Readonly<Record<string, string>> = {}): string[] => Object.entries(headers).flat()

describe('Gemini', () => {
  const order = { method: 'POST', path: '/v1/order/new', json: { symbol: 'btcusd', amount: '1.10', options: ['a'] } }

  test('sends in a header what would be the body', () => {
    const payload = base64(
      '{"request":"/v1/order/new","nonce":1700000000123,"symbol":"btcusd","amount":"1.10","options":["a"]}',
    )
    expect(gemini(account).sign(order, now)).toEqual({
      method: 'POST',
      url: 'https://api.gemini.com/v1/order/new',
      headers: {
        'Content-Type': 'text/plain',
        'Cache-Control': 'no-cache',
        'X-GEMINI-APIKEY': 'key',
        'X-GEMINI-PAYLOAD': payload,
        'X-GEMINI-SIGNATURE': mac('sha384', payload),
      },
    })
    const bare = gemini(account).sign({ method: 'POST', path: '/v1/balances' }, now)
    expect(bare.headers['X-GEMINI-PAYLOAD']).toBe(base64('{"request":"/v1/balances","nonce":1700000000123}'))
  })

  test('takes the body of a request that is there already', () => {
    const request = httpRequest({
      method: 'POST',
      url: 'https://api.gemini.com/v1/order/new',
      headers: { 'content-type': 'application/json', accept: '*/*' },
      body: '{ "symbol" : "btcusd" }',
    })
    const signed = signRequestSync(request, gemini(account), now)
    expect(signed.body).toBeNull()
    expect(signed.fields.slice(0, 6)).toEqual([
      ...['accept', '*/*', 'Content-Type', 'text/plain', 'Cache-Control', 'no-cache'],
    ])
    const payload = signed.fields[signed.fields.indexOf('X-GEMINI-PAYLOAD') + 1] as string
    expect(Buffer.from(payload, 'base64').toString()).toBe(
      '{"request":"/v1/order/new","nonce":1700000000123, "symbol" : "btcusd" }',
    )
    for (const body of ['{"nonce":1}', '[]', 'a=1'])
      expect(() => signRequestSync({ ...request, body: Buffer.from(body) }, gemini(account), now)).toThrow(
        withCode('MESSAGE_MALFORMED'),
      )
  })

  test('takes seconds for a nonce where the key says so', () => {
    const signer = gemini({ ...account, variant: 'time-nonce' })
    const made = signer.sign({ method: 'POST', path: '/v1/balances' }, now)
    expect(made.headers['X-GEMINI-PAYLOAD']).toBe(base64('{"request":"/v1/balances","nonce":1700000000}'))
    const [found] = exchangeVerifier(gemini({ variant: 'time-nonce' })).parse(httpRequest(made))
    expect(found).toMatchObject({ createdMs: 1_700_000_000_000, nonce: undefined })
  })

  test('takes an envelope of any spelling, and holds it to the request', () => {
    const parse = (json: string, more: object = {}) => {
      const payload = base64(json)
      return exchangeVerifier(gemini()).parse(
        httpRequest({
          method: 'POST',
          url: 'https://api.gemini.com/v1/order/status',
          headers: {
            'x-gemini-apikey': 'key',
            'x-gemini-payload': payload,
            'x-gemini-signature': mac('sha384', payload),
          },
          ...more,
        }),
      )
    }
    const json = '{\n "request": "/v1/order/status",\n "nonce": 123456,\n\n "order_id": 18834\n}\n'
    expect(parse(json)[0]).toMatchObject({ keyId: 'key', base: base64(json) })
    expect(parse('{"request":"/v1/order/status","nonce":"1700000000123"}')[0]?.createdMs).toBe(1_700_000_000_123)
    // Clients that send the parameters twice.
    expect(parse(json, { body: '{"order_id":18834}' })).toHaveLength(1)
    expect(() => parse(json, { body: '{"order_id":18835}' })).toThrow(withCode('DIGEST_MISMATCH'))
    const deep = `{"request":"/v1/order/status","nonce":1,"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    expect(() => parse(deep, { body: '{}' })).toThrow(withCode('DIGEST_MISMATCH'))
    expect(() => parse('{"request":"/v1/order/cancel","nonce":1}')).toThrow(withCode('SIGNATURE_INVALID'))
    expect(() => parse('{"request":"/v1/order/status","nonce":-1}')).toThrow(withCode('NONCE_MALFORMED'))
    for (const bad of ['{"request":"/v1/order/status"}', '[]', '{"request":"/v1/order/status","nonce":[]}'])
      expect(() => parse(bad)).toThrow(withCode('AUTH_MALFORMED'))
    for (const bad of ['', '{"request":"/v1/order/status","nonce":1,"nonce":2}'])
      expect(() => parse(bad)).toThrow(withCode('MESSAGE_MALFORMED'))
  })

  test('opens a socket with fields of the upgrade', () => {
    const { headers, messages } = gemini(account).login({}, now)
    const payload = base64('{"request":"/v1/order/events","nonce":1700000000123}')
    expect(messages).toEqual([])
    expect(headers).toEqual({
      'X-GEMINI-APIKEY': 'key',
      'X-GEMINI-PAYLOAD': payload,
      'X-GEMINI-SIGNATURE': mac('sha384', payload),
    })
    expect(readUpgrade(gemini().spec, 'login', fieldsOf(headers))?.signature).toMatchObject({
      keyId: 'key',
      base: payload,
    })
    const timed = gemini({ ...account, variant: 'time-nonce' }).login({}, now)
    expect(Buffer.from(timed.headers?.['X-GEMINI-PAYLOAD'] as string, 'base64').toString()).toContain(
      '"nonce":1700000000}',
    )
    const other = gemini(account).sign({ method: 'POST', path: '/v1/balances' }, now).headers
    expect(() => readUpgrade(gemini().spec, 'login', fieldsOf(other))).toThrow(withCode('SIGNATURE_INVALID'))
  })
})

describe('WhiteBIT and P2B', () => {
  test('sign the body in base64, which they show besides', () => {
    const body = '{"request":"/api/v4/order/new","nonce":"1700000000123","market":"BTC_USDT","amount":"0.1"}'
    const headers = (text: string) => ({
      'Content-Type': 'application/json',
      'X-TXC-APIKEY': 'key',
      'X-TXC-PAYLOAD': base64(text),
      'X-TXC-SIGNATURE': mac('sha512', base64(text)),
    })
    const json = { market: 'BTC_USDT', amount: '0.1' }
    expect(whitebit(account).sign({ method: 'POST', path: '/api/v4/order/new', json }, now)).toEqual({
      method: 'POST',
      url: 'https://whitebit.com/api/v4/order/new',
      headers: headers(body),
      body,
    })
    const bare = '{"request":"/api/v2/account/balances","nonce":"1700000000123"}'
    expect(p2b(account).sign({ method: 'POST', path: '/api/v2/account/balances' }, now)).toMatchObject({
      headers: headers(bare),
      body: bare,
    })
  })

  test('a window for nonces is asked for in the body', () => {
    const signer = whitebit({ ...account, nonceWindow: true })
    const made = signer.sign({ method: 'POST', path: '/api/v4/profile' }, now)
    expect(made.body).toBe('{"request":"/api/v4/profile","nonce":"1700000000123","nonceWindow":true}')
    expect(exchangeVerifier(whitebit()).parse(httpRequest(made))[0]).toMatchObject({ nonce: undefined, keyId: 'key' })
  })

  test('body, payload and path are one', () => {
    const made = whitebit(account).sign({ method: 'POST', path: '/api/v4/a', json: { x: 1 } }, now)
    const judge = (more: object) => exchangeVerifier(whitebit()).parse(httpRequest({ ...made, ...more }))[0]?.base
    expect(() => judge({ body: made.body?.replace('1}', '2}') })).toThrow(withCode('DIGEST_MISMATCH'))
    expect(() => judge({ url: 'https://whitebit.com/api/v4/b' })).toThrow(withCode('SIGNATURE_INVALID'))
    // A body that names no path would be good for every path.
    const body = '{"nonce":"1700000000123"}'
    const unnamed = { ...made.headers, 'X-TXC-PAYLOAD': base64(body), 'X-TXC-SIGNATURE': mac('sha512', base64(body)) }
    expect(() => judge({ body, headers: unnamed })).toThrow(withCode('SIGNATURE_INVALID'))
    const { 'X-TXC-PAYLOAD': _, ...headers } = made.headers
    expect(() => judge({ headers })).toThrow(withCode('DIGEST_MISMATCH'))
  })

  test('the socket is shown a token', () => {
    const login = whitebit(account).login({}, now)
    expect(login.request).toMatchObject({ method: 'POST', url: 'https://whitebit.com/api/v4/profile/websocket_token' })
    expect(login.use?.({ websocket_token: '$2y$10$x' }).messages).toEqual([
      '{"id":0,"method":"authorize","params":["$2y$10$x","public"]}',
    ])
    expect(() => login.use?.({})).toThrow(withCode('CONFIG_INVALID'))
    expect(() => p2b(account).login()).toThrow(withCode('CONFIG_INVALID'))
  })
})

describe('Bitfinex', () => {
  test('a call without parameters has a body', () => {
    const made = bitfinex(account).sign({ method: 'POST', path: '/v2/auth/r/wallets' }, now)
    expect(made).toEqual({
      method: 'POST',
      url: 'https://api.bitfinex.com/v2/auth/r/wallets',
      headers: {
        'Content-Type': 'application/json',
        'bfx-nonce': '1700000000123',
        'bfx-apikey': 'key',
        'bfx-signature': mac('sha384', '/api/v2/auth/r/wallets1700000000123{}'),
      },
      body: '{}',
    })
  })

  test('nonces of its own are microseconds', () => {
    const { headers } = bitfinex(account).sign({ method: 'POST', path: '/v2/auth/r/wallets' })
    expect(headers['bfx-nonce']).toMatch(/^\d{16}$/)
  })

  test('the login signs a word and the nonce, and says what it signed', () => {
    const [message] = bitfinex(account).login({}, now).messages
    const value = JSON.parse(message as string)
    expect(value).toEqual({
      event: 'auth',
      apiKey: 'key',
      authSig: mac('sha384', 'AUTH1700000000123'),
      authNonce: 1_700_000_000_123,
      authPayload: 'AUTH1700000000123',
    })
    expect(readMessage(bitfinex().spec, 'login', value)?.signature.base).toBe('AUTH1700000000123')
    // An old signature under a new nonce.
    expect(() => readMessage(bitfinex().spec, 'login', { ...value, authNonce: 1_700_000_000_124 })).toThrow(
      withCode('AUTH_MALFORMED'),
    )
  })
})

describe('Bithumb 1.2', () => {
  test('the form names its endpoint, and a space is a plus', () => {
    const params = { order_currency: 'BTC', note: 'a b+c' }
    const body = 'endpoint=%2Finfo%2Fbalance&order_currency=BTC&note=a+b%2Bc'
    const made = bithumbV1(account).sign({ method: 'POST', path: '/info/balance', params }, now)
    expect(made.body).toBe(body)
    expect(made.headers).toEqual({
      'Content-Type': 'application/x-www-form-urlencoded',
      'Api-Key': 'key',
      'Api-Sign': base64(mac('sha512', `/info/balance\0${body}\x001700000000123`)),
      'Api-Nonce': '1700000000123',
    })
    const bare = bithumbV1(account).sign({ method: 'POST', path: '/info/account' }, now)
    expect(bare).toMatchObject({
      body: 'endpoint=%2Finfo%2Faccount',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    const judge = (url: string) => exchangeVerifier(bithumbV1()).parse(httpRequest({ ...bare, url }))[0]?.base
    expect(judge(bare.url)).toContain('endpoint=')
    expect(() => judge('https://api.bithumb.com/info/balance')).toThrow(withCode('AUTH_MALFORMED'))
  })
})
