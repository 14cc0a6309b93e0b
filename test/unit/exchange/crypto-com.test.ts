import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { utf8Decode } from '../../../src/crypto/encoding.js'
import { cryptoCom } from '../../../src/exchange/catalogue/crypto-com.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'

const now = { clock: { now: () => 1_700_000_000_123 } }
const signer = cryptoCom({ apiKey: 'key', secret: 'secret' })
const mac = (text: string): string => createHmac('sha256', 'secret').update(text).digest('hex')
const path = '/exchange/v1/private/create-order'
const signed = (body: string): string => {
  const made = signer.sign({ method: 'POST', path, body }, now)
  return JSON.parse(made.body as string).sig
}
const withParams = (params: string): string => signed(`{"id":11,"method":"private/create-order","params":${params}}`)
const expected = (params: string, id = '11'): string => mac(`private/create-order${id}key${params}1700000000123`)

describe('Crypto.com', () => {
  test('parameters become those of a call', () => {
    const params = { side: 'SELL', instrument_name: 'BTC_USDT', price: '1.10' }
    const made = signer.sign({ method: 'POST', path, params }, now)
    const sig = expected('instrument_nameBTC_USDTprice1.10sideSELL', '1')
    expect(made).toEqual({
      method: 'POST',
      url: `https://api.crypto.com${path}`,
      headers: { 'Content-Type': 'application/json' },
      body:
        '{"id":1,"method":"private/create-order","params":{"side":"SELL","instrument_name":"BTC_USDT","price":"1.10"},' +
        `"api_key":"key","nonce":1700000000123,"sig":"${sig}"}`,
    })
    const [found] = exchangeVerifier(cryptoCom()).parse(httpRequest(made))
    expect(found).toMatchObject({ keyId: 'key', createdMs: 1_700_000_000_123 })
  })

  test('a call without parameters has empty ones', () => {
    const made = signer.sign({ method: 'POST', path: '/exchange/v1/private/user-balance' }, now)
    const sig = mac('private/user-balance1key1700000000123')
    expect(made.headers).toEqual({ 'Content-Type': 'application/json' })
    expect(made.body).toBe(
      `{"id":1,"method":"private/user-balance","params":{},"api_key":"key","nonce":1700000000123,"sig":"${sig}"}`,
    )
  })

  test('the fetch of a client writes the same', async () => {
    const built = signer.service.buildRequest(path, { method: 'POST', params: { side: 'BUY' } })
    if (!('request' in built)) throw new Error('left to the platform')
    expect(utf8Decode(built.request.body as Uint8Array)).toBe(
      '{"id":1,"method":"private/create-order","params":{"side":"BUY"}}',
    )
  })

  test.each([
    ['lists item by item', '{"exec_inst":["POST_ONLY","B"],"a":"1"}', 'a1exec_instPOST_ONLYB'],
    ['objects in lists', '{"order_list":[{"b":"2","a":["x","y"]},{"c":"3"}]}', 'order_listaxyb2c3'],
    ['objects in objects', '{"z":{"b":"2","a":{"d":"4"}},"y":"1"}', 'y1zad4b2'],
    [
      'numbers as they are written',
      '{"a":1.10,"b":1E5,"c":-0.0,"d":12345678901234567890}',
      'a1.10b1E5c-0.0d12345678901234567890',
    ],
    ['what is no text', '{"a":true,"b":null,"c":false}', 'atruebnullcfalse'],
    ['texts that look like more', '{"a":"{\\"b\\":1}","é":"币"}', 'a{"b":1}é币'],
    ['capitals first', '{"b":"1","B":"2","_":"3"}', 'B2_3b1'],
    ['nothing', '{}', ''],
  ])('the signed text has %s', (_name, params, text) => {
    expect(withParams(params)).toBe(expected(text))
  })

  test('the id is signed as it is written', () => {
    expect(signed('{"id":9223372036854775807,"method":"private/create-order","params":{}}')).toBe(
      expected('', '9223372036854775807'),
    )
    expect(signed('{"id":"a-1","method":"private/create-order"}')).toBe(expected('', 'a-1'))
  })

  test.each([
    ['a name twice', '{"a":1,"a":2}'],
    ['a name twice, spelled differently', '{"a":1,"\\u0061":2}'],
    ['a name twice further inside', '{"a":[{"b":1,"b":2}]}'],
    ['four levels', '{"a":{"b":{"c":{"d":1}}}}'],
    ['four levels of lists', '{"a":[[[["1"]]]]}'],
    ['more levels than a stack has', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ])('the signer refuses %s', (_name, params) => {
    expect(() => withParams(params)).toThrow(withCode('MESSAGE_MALFORMED'))
  })

  test.each([
    '[]',
    '{"method":"private/create-order"}',
    '{"id":1}',
    '{"id":1,"method":"private/create-order","params":{},"more":1}',
    '{"id":1,"method":"private/create-order","params":[]}',
  ])('refuses a body that is no call: %s', (body) => {
    expect(() => signed(body)).toThrow(withCode('MESSAGE_MALFORMED'))
  })

  test('method and path are one', () => {
    expect(() => signed('{"id":1,"method":"private/cancel-order","params":{}}')).toThrow(withCode('MESSAGE_MALFORMED'))
    const made = signer.sign({ method: 'POST', path, params: { a: '1' } }, now)
    const url = 'https://api.crypto.com/exchange/v1/private/cancel-order'
    expect(() => exchangeVerifier(cryptoCom()).parse(httpRequest({ ...made, url }))[0]?.base).toThrow(
      withCode('MESSAGE_MALFORMED'),
    )
  })

  test('the login message signs method, id, key and nonce, and expires after a minute', () => {
    const { messages, expiresAtMs } = signer.login({}, now)
    const message = { id: 1, method: 'public/auth', api_key: 'key', sig: mac('public/auth1key1700000000123') }
    expect(JSON.parse(messages[0] as string)).toEqual({ ...message, nonce: 1_700_000_000_123 })
    expect(expiresAtMs).toBe(1_700_000_060_123)
    const other = signer.login({ id: 7 }, now).messages[0] as string
    expect(other).toContain(mac('public/auth7key1700000000123'))
    expect(readMessage(cryptoCom().spec, 'login', JSON.parse(other))?.signature.base).toBe(
      'public/auth7key1700000000123',
    )
  })
})
