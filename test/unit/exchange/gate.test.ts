import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SyncVerifyingKey } from '../../../src/crypto/index.js'
import { gate } from '../../../src/exchange/catalogue/gate.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const NOW = { clock: { now: () => 1_700_000_000_123 } }
const signer = gate({ apiKey: 'key', secret: 'secret' })
const hmac = (text: string): string => createHmac('sha512', 'secret').update(text).digest('hex')

describe('messages to the sockets of Gate', () => {
  test('a subscription carries its own signature, and so does its end', () => {
    const sign = hmac('channel=spot.orders&event=subscribe&time=1700000000')
    expect(signer.signMessage('subscribe', { channel: 'spot.orders', payload: ['BTC_USDT'] }, NOW)).toBe(
      `{"time":1700000000,"channel":"spot.orders","event":"subscribe","payload":["BTC_USDT"],"auth":{"method":"api_key","KEY":"key","SIGN":"${sign}"}}`,
    )
    const end = JSON.parse(
      signer.signMessage('subscribe', { channel: 'spot.orders', event: 'unsubscribe', id: 7 }, NOW),
    )
    expect(end).toMatchObject({ id: 7, event: 'unsubscribe' })
    expect(end.auth.SIGN).toBe(hmac('channel=spot.orders&event=unsubscribe&time=1700000000'))
  })

  test('the login of the WebSocket API signs no parameters', () => {
    const { messages, expiresAtMs } = signer.login({ channel: 'spot.login', reqId: 'req-1' }, NOW)
    const sign = hmac('api\nspot.login\n\n1700000000')
    expect(messages).toEqual([
      `{"time":1700000000,"channel":"spot.login","event":"api","payload":{"req_id":"req-1","api_key":"key","signature":"${sign}","timestamp":"1700000000"}}`,
    ])
    expect(expiresAtMs).toBe(1_700_000_060_123)
  })

  test('a call signs the JSON of its parameters, which stands in it to the character', () => {
    const reqParam = { currency_pair: 'BTC_USDT', text: 't-币', amount: '1.0' }
    const call = signer.signMessage('call', { channel: 'spot.order_place', reqId: 'req-2', reqParam }, NOW)
    const json = JSON.stringify(reqParam)
    expect(call).toContain(`"req_param":${json}`)
    expect(call).toContain(hmac(`api\nspot.order_place\n${json}\n1700000000`))
  })

  test('what was said can be read', () => {
    const text = signer.signMessage('call', { channel: 'spot.order_place', reqId: '1', reqParam: { a: [1] } }, NOW)
    const found = readMessage(signer.spec, 'call', JSON.parse(text))?.signature
    expect(found?.createdMs).toBe(1_700_000_000_000)
    expect((signer.key as unknown as SyncVerifyingKey).verify(found?.base ?? '', found?.signature as never)).toBe(true)
  })

  test('without a channel there is nothing to sign, or to verify', () => {
    expect(() => signer.login({ reqId: '1' })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
    const received = JSON.parse(signer.signMessage('subscribe', { channel: 'spot.orders' }, NOW))
    const found = readMessage(signer.spec, 'subscribe', { ...received, channel: 1 })
    expect(() => found?.signature.base).toThrow(expect.objectContaining({ code: 'AUTH_MALFORMED' }))
  })
})

describe('what Gate is sent', () => {
  test('some calls with POST have their parameters in the query', () => {
    const params = { leverage: '10' }
    const path = '/api/v4/futures/usdt/positions/BTC_USDT/leverage'
    const made = signer.sign({ method: 'POST', path, params }, NOW)
    expect(made.url).toBe(`https://api.gateio.ws${path}?leverage=10`)
    expect(made.body).toBeUndefined()
    expect(signer.sign({ method: 'POST', path: '/api/v4/futures/usdt/orders', params }, NOW).body).toBe(
      '{"leverage":"10"}',
    )
  })

  test('the query is encoded on the wire and decoded where it is signed', () => {
    const made = signer.sign({ path: '/api/v4/spot/tickers', params: { currencies: ['BTC', '币'], a: 'b+c d' } }, NOW)
    expect(made.url).toContain('?currencies=BTC%2C%E5%B8%81&a=b%2Bc%20d')
    // SHA-512 of nothing.
    const body =
      'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e'
    expect(made.headers['SIGN']).toBe(hmac(`GET\n/api/v4/spot/tickers\ncurrencies=BTC,币&a=b+c d\n${body}\n1700000000`))
  })

  test('fractions of a second are for those who ask for them', () => {
    const decimal = gate({ apiKey: 'key', secret: 'secret', variant: 'decimal-seconds' })
    const made = decimal.sign({ path: '/api/v4/spot/accounts' }, NOW)
    expect(made.headers['Timestamp']).toBe('1700000000.123')
    const received = httpRequest(made)
    expect(exchangeVerifier(decimal).parse(received)[0]?.createdMs).toBe(1_700_000_000_123)
    expect(() => exchangeVerifier(gate()).parse(received)).toThrow(
      expect.objectContaining({ code: 'TIMESTAMP_MALFORMED' }),
    )
    const whole = httpRequest(signer.sign({ path: '/api/v4/spot/accounts' }, NOW))
    expect(exchangeVerifier(decimal).parse(whole)[0]?.createdMs).toBe(1_700_000_000_000)
  })
})
