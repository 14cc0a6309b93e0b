import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SyncVerifyingKey } from '../../../src/crypto/index.js'
import { bitvavo } from '../../../src/exchange/catalogue/bitvavo.js'
import { deribit } from '../../../src/exchange/catalogue/deribit.js'
import { hitbtc } from '../../../src/exchange/catalogue/hitbtc.js'
import { krakenFutures } from '../../../src/exchange/catalogue/kraken-futures.js'
import { weex } from '../../../src/exchange/catalogue/weex.js'
import { exchangeVerifier, readMessage, readUpgrade } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'

const NOW = { clock: { now: () => 1_700_000_000_123 }, nonces: { next: () => 'nonce-1' } }
const account = { apiKey: 'key', secret: 'secret' }
const mac = (text: string) => createHmac('sha256', 'secret').update(text)

describe('Bitvavo', () => {
  test('the login is signed as an upgrade would be', () => {
    const sign = mac('1700000000123GET/v2/websocket').digest('hex')
    const message = `{"action":"authenticate","key":"key","signature":"${sign}","timestamp":1700000000123`
    expect(bitvavo(account).login({}, NOW).messages).toEqual([`${message},"window":10000}`])
    expect(bitvavo({ ...account, recvWindow: 'none' }).login({}, NOW).messages).toEqual([`${message}}`])
  })
})

describe('WEEX', () => {
  test('the login is fields of the upgrade', () => {
    const signer = weex({ ...account, passphrase: 'phrase' })
    const { headers = {}, messages, expiresAtMs } = signer.login({}, NOW)
    expect(messages).toEqual([])
    expect(expiresAtMs).toBe(1_700_000_030_123)
    expect(headers).toEqual({
      'ACCESS-KEY': 'key',
      'ACCESS-SIGN': mac('1700000000123/v3/ws/private').digest('base64'),
      'ACCESS-TIMESTAMP': '1700000000123',
      'ACCESS-PASSPHRASE': 'phrase',
    })
    const found = readUpgrade(signer.spec, 'login', Object.entries(headers).flat())?.signature
    expect(found?.base).toBe('1700000000123/v3/ws/private')
    expect(found?.passphrase).toEqual({ text: 'phrase' })
  })
})

describe('Deribit', () => {
  const signer = deribit(account)

  test('the login signs time, nonce and what the user adds', () => {
    const { messages, expiresAtMs } = signer.login({ id: 1, data: 'more', scope: 'connection' }, NOW)
    const signature = mac('1700000000123\nnonce-1\nmore').digest('hex')
    expect(JSON.parse(messages[0] as string)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'public/auth',
      params: {
        grant_type: 'client_signature',
        client_id: 'key',
        timestamp: 1_700_000_000_123,
        signature,
        nonce: 'nonce-1',
        data: 'more',
        scope: 'connection',
      },
    })
    expect(expiresAtMs).toBe(1_700_000_060_123)
    const found = readMessage(signer.spec, 'login', JSON.parse(messages[0] as string))?.signature
    expect(found?.base).toBe('1700000000123\nnonce-1\nmore')
    expect(signer.login({}, NOW).messages[0]).toContain(mac('1700000000123\nnonce-1\n').digest('hex'))
  })

  test('the header has its members in any order, each once', () => {
    const made = signer.sign({ path: '/api/v2/private/buy', params: { amount: 1 } }, NOW)
    const base = '1700000000123\nnonce-1\nGET\n/api/v2/private/buy?amount=1\n\n'
    const sig = mac(base).digest('hex')
    const parse = (authorization: string) =>
      exchangeVerifier(deribit()).parse(httpRequest({ url: made.url, headers: { authorization } }))
    expect(made.headers).toEqual({
      Authorization: `deri-hmac-sha256 id=key,ts=1700000000123,sig=${sig},nonce=nonce-1`,
    })
    expect(parse(`deri-hmac-sha256 id=key,ts=1700000000123,nonce=nonce-1,sig=${sig}`)[0]?.base).toBe(base)
    for (const other of [
      'Bearer token',
      `deri-hmac-sha256 id=key,ts=1700000000123,sig=${sig}`,
      `deri-hmac-sha256 id=key,ts=1700000000123,sig=${sig},nonce=nonce-1,nonce=nonce-2`,
      `deri-hmac-sha256 id=key,ts=1700000000123,sig=${sig},nonce=nonce-1,`,
    ])
      expect(parse(other)).toEqual([])
    expect(() => parse(`deri-hmac-sha256 id=key,ts=1,sig=${sig},nonce=nonce-1`)).toThrow(
      withCode('TIMESTAMP_MALFORMED'),
    )
    expect(() => parse(`deri-hmac-sha256 id=key,ts=1700000000123,sig=${sig},nonce=!`)).toThrow(
      withCode('NONCE_MALFORMED'),
    )
  })
})

describe('Kraken Futures', () => {
  const secret = '7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm'
  const signer = krakenFutures({ apiKey: 'key', secret })
  const challenge = 'c100b894-1729-464d-ace1-52dbce11db42'
  // Kraken, Derivatives WebSocket, "Sign challenge": the example of the page.
  const signed = '4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A=='
  const authent = (text: string): string =>
    createHmac('sha512', Buffer.from(secret, 'base64'))
      .update(createHash('sha256').update(text).digest())
      .digest('base64')

  test('a challenge is answered alone, or with the subscription it is for', () => {
    expect(signer.signMessage('challenge', { challenge })).toBe(signed)
    expect(signer.login({ challenge, feed: 'fills', productIds: ['PI_XBTUSD'] }).messages).toEqual([
      `{"event":"subscribe","feed":"fills","product_ids":["PI_XBTUSD"],"api_key":"key","original_challenge":"${challenge}","signed_challenge":"${signed}"}`,
    ])
    expect(signer.login({ challenge, feed: 'fills' }).expiresAtMs).toBeUndefined()
    expect(() => signer.login()).toThrow(withCode('ARGUMENT_INVALID'))
    const [message] = signer.login({ challenge, feed: 'fills' }).messages
    const found = readMessage(signer.spec, 'login', JSON.parse(message as string))?.signature
    const key = signer.key as unknown as SyncVerifyingKey
    expect(key.verify(found?.base ?? '', found?.signature as Uint8Array)).toBe(true)
  })

  test('the path is signed without its first part, the nonce where there is one', () => {
    const request = { method: 'POST', path: '/derivatives/api/v3/sendorder', params: { symbol: 'PI_XBTUSD', size: 1 } }
    const made = signer.sign(request)
    expect(made.body).toBe('symbol=PI_XBTUSD&size=1')
    expect(made.headers).toEqual({
      'Content-Type': 'application/x-www-form-urlencoded',
      APIKey: 'key',
      Authent: authent('symbol=PI_XBTUSD&size=1/api/v3/sendorder'),
    })
    const nonce = krakenFutures({ apiKey: 'key', secret, variant: 'nonce' })
    const { headers } = nonce.sign(request, { nonces: { next: () => '1700000000123' } })
    expect(headers).toMatchObject({
      Nonce: '1700000000123',
      Authent: authent('symbol=PI_XBTUSD&size=11700000000123/api/v3/sendorder'),
    })
    expect(signer.sign({ path: '/api/history/v3/orders?since=1' }).headers['Authent']).toBe(
      authent('since=1/api/history/v3/orders'),
    )
  })

  test('a nonce is read also by who asks for none, and wanted by who does', () => {
    const path = '/derivatives/api/v3/openorders'
    const nonce = krakenFutures({ apiKey: 'key', secret, variant: 'nonce' })
    const received = httpRequest(nonce.sign({ path }, { nonces: { next: () => '1700000000123' } }))
    const [found] = exchangeVerifier(krakenFutures()).parse(received)
    const key = signer.key as unknown as SyncVerifyingKey
    expect(key.verify(found?.base ?? '', found?.signature as Uint8Array)).toBe(true)
    expect(() => exchangeVerifier(nonce).parse(httpRequest(signer.sign({ path })))).toThrow(withCode('NONCE_MALFORMED'))
  })
})

describe('HitBTC', () => {
  test('the login signs the time, and the window where there is one', () => {
    const message = (rest: string, text: string) =>
      `{"method":"login","params":{"type":"HS256","api_key":"key","timestamp":1700000000123,${rest}"signature":"${mac(text).digest('hex')}"}`
    expect(hitbtc(account).login({}, NOW).messages).toEqual([`${message('', '1700000000123')}}`])
    expect(hitbtc({ ...account, recvWindow: 5000 }).login({ id: 1 }, NOW).messages).toEqual([
      `${message('"window":5000,', '17000000001235000')},"id":1}`,
    ])
  })

  test('one header holds everything, in base64', () => {
    const made = hitbtc({ ...account, recvWindow: 5000 }).sign({ path: '/api/3/spot/order?symbol=A' }, NOW)
    const sign = mac('GET/api/3/spot/order?symbol=A17000000001235000').digest('hex')
    expect(made.headers).toEqual({ Authorization: `HS256 ${btoa(`key:${sign}:1700000000123:5000`)}` })
  })

  test('what is not so is refused, and what is another’s is left alone', () => {
    const sign = '0'.repeat(64)
    const parse = (authorization: string) =>
      exchangeVerifier(hitbtc()).parse(httpRequest({ url: 'https://api.hitbtc.com/', headers: { authorization } }))
    expect(parse(`Basic ${btoa('key:secret')}`)).toEqual([])
    for (const text of [
      '',
      'key',
      `key:${sign}`,
      `key:${sign}:1700000000123:`,
      `key:${sign}:1700000000123:1:2`,
      `:${sign}:1`,
    ])
      expect(() => parse(`HS256 ${btoa(text)}=`)).toThrow(withCode('AUTH_MALFORMED'))
    expect(() => parse('HS256 !')).toThrow(withCode('AUTH_MALFORMED'))
    expect(() => parse(`HS256 ${btoa(`key:${sign}:1`)}`)).toThrow(withCode('TIMESTAMP_MALFORMED'))
    expect(() => parse(`HS256 ${btoa('key:zz:1700000000123')}`)).toThrow(withCode('SIGNATURE_MALFORMED'))
  })
})
