import { describe, expect, test } from 'vitest'
import { hex, utf8 } from '../../../src/crypto/encoding.js'
import { ed25519PrivateKey, type HmacKey } from '../../../src/crypto/index.js'
import { bitbank } from '../../../src/exchange/catalogue/bitbank.js'
import { bitflyer } from '../../../src/exchange/catalogue/bitflyer.js'
import { blofin } from '../../../src/exchange/catalogue/blofin.js'
import { btcMarkets } from '../../../src/exchange/catalogue/btc-markets.js'
import { coincheck } from '../../../src/exchange/catalogue/coincheck.js'
import { foxbit } from '../../../src/exchange/catalogue/foxbit.js'
import { independentReserve } from '../../../src/exchange/catalogue/independent-reserve.js'
import { latoken } from '../../../src/exchange/catalogue/latoken.js'
import { type ExchangeSigner, exchangeVerifier, readMessage, readUpgrade } from '../../../src/exchange/index.js'
import { fieldLines } from '../../../src/message/fields.js'
import { httpRequest } from '../../../src/message/message.js'

const account = { apiKey: 'key-1', secret: 'secret-1' }
const at = (nowMs: number, nonce = 'nonce-of-this-one-request') => ({
  clock: { now: () => nowMs },
  nonces: { next: () => nonce },
})
const NOW = 1_700_000_000_123

/** The text an exchange signs for a request. */
const baseOf = ({ scheme, key }: ExchangeSigner, init: Parameters<typeof httpRequest>[0], nonce = '1700000000123') =>
  scheme.prepare(httpRequest(init), { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce }).base

describe('Independent Reserve', () => {
  const signer = independentReserve({ apiKey: 'api_ey', secret: 'api_secret' })
  const { verify } = signer.key as HmacKey

  test('signs names and values in the order of the body', () => {
    // From an independent client: three numbers, signed as they are written.
    const { body } = signer.sign(
      { method: 'POST', path: '/Private/Test', params: { a: 1, b: 2, c: 3 } },
      at(NOW, '1629192445766'),
    )
    expect(JSON.parse(body as string)).toEqual({
      apiKey: 'api_ey',
      nonce: '1629192445766',
      a: 1,
      b: 2,
      c: 3,
      signature: '750CAACBD0C251B152A76A6DCAA20B7694EA68E89535B0D263BDB1DF04215E03',
    })
  })

  test('takes a nonce that is a number, and members in another order', () => {
    const body =
      '{"apiKey":"api_ey","nonce":1629192445766,"signature":"750CAACBD0C251B152A76A6DCAA20B7694EA68E89535B0D263BDB1DF04215E03","a":1, "b":2, "c":"3"}'
    const request = httpRequest({
      method: 'POST',
      url: 'https://api.independentreserve.com/Private/Test',
      body: utf8(body),
    })
    const [found] = exchangeVerifier(signer).parse(request)
    expect(verify(found?.base as never, found?.signature as never)).toBe(true)
    // What is written in another type is not distinguished; so the body does not count as covered.
    expect(found?.covers.has('body')).toBe(false)
  })

  test('refuses what it would not sign', () => {
    for (const url of ['/Private/Test?a=1', '/Private/Test?'].map((target) => signer.spec.origins[0] + target)) {
      const sign = () => baseOf(signer, { method: 'POST', url, body: utf8('{}') })
      if (url.endsWith('?')) expect(sign()).toContain('/Private/Test,apiKey=')
      else expect(sign).toThrow(expect.objectContaining({ code: 'MESSAGE_MALFORMED' }))
    }
    expect(() =>
      baseOf(signer, { method: 'POST', url: 'https://api.independentreserve.com/', body: utf8('{"a":{"b":1}}') }),
    ).toThrow(expect.objectContaining({ code: 'MESSAGE_MALFORMED' }))
  })

  test('writes a list as its items', () => {
    const url = 'https://api.independentreserve.com/Private/GetTransactions'
    const body = utf8('{"txTypes":["Trade","Brokerage"]}')
    expect(baseOf(signer, { method: 'POST', url, body })).toBe(
      `${url},apiKey=api_ey,nonce=1700000000123,txTypes=Trade,Brokerage`,
    )
  })
})

describe('exchanges that sign the query of a GET, else the body', () => {
  test.each([
    ['bitbank', bitbank(account)],
    ['latoken', latoken(account)],
  ])('%s refuses the other place on both sides', (_name, signer) => {
    const verifier = exchangeVerifier(signer)
    const origin = signer.spec.origins[0] as string
    for (const init of [
      { method: 'GET', url: `${origin}/v1/a?b=c`, body: utf8('{"b":"c"}') },
      { method: 'POST', url: `${origin}/v1/a?b=c`, body: utf8('{"b":"c"}') },
      { method: 'POST', url: `${origin}/v1/a?b=c` },
    ]) {
      expect(() => baseOf(signer, init)).toThrow(expect.objectContaining({ code: 'MESSAGE_MALFORMED' }))
      const { headers } = signer.sign({ path: '/v1/a' })
      const [found] = verifier.parse(httpRequest({ ...init, headers }))
      expect(() => found?.base).toThrow(expect.objectContaining({ code: 'MESSAGE_MALFORMED' }))
    }
  })

  test('bitbank proves neither method nor path', () => {
    expect(baseOf(bitbank(account), { method: 'POST', url: 'https://api.bitbank.cc/v1/x', body: utf8('{}') })).toBe(
      '17000000001235000{}',
    )
    expect([...exchangeVerifier(bitbank()).demands.require]).toEqual(['query'])
  })

  test('bitbank takes the nonce in the place of the time', () => {
    const signer = bitbank({ ...account, variant: 'nonce' })
    expect(baseOf(signer, { url: 'https://api.bitbank.cc/v1/x?a=%20' })).toBe('1700000000123/v1/x?a=%20')
    expect(Object.keys(signer.sign({ path: '/v1/x' }).headers)).toEqual([
      'ACCESS-KEY',
      'ACCESS-SIGNATURE',
      'ACCESS-NONCE',
    ])
  })

  test('LATOKEN signs parameters as they are meant, or percent-encoded', () => {
    const get = { url: 'https://api.latoken.com/v2/a?x=%C3%A9%2Fb' }
    const post = { method: 'POST', url: 'https://api.latoken.com/v2/a', body: utf8('{"x":"é/b","n":1.50}') }
    const encoded = latoken({ ...account, variant: 'encoded' })
    expect(baseOf(latoken(account), get)).toBe('GET/v2/ax=é/b')
    expect(baseOf(encoded, get)).toBe('GET/v2/ax=%C3%A9%2Fb')
    expect(baseOf(latoken(account), post)).toBe('POST/v2/ax=é/b&n=1.50')
    expect(baseOf(encoded, post)).toBe('POST/v2/ax=%C3%A9%2Fb&n=1.50')
  })
})

describe('Foxbit', () => {
  const base = (query: string) => baseOf(foxbit(account), { url: `https://api.foxbit.com.br/rest/v3/orders${query}` })
  const start = '1700000000123GET/rest/v3/orders'

  test.each([
    ['', ''],
    ['?a=btc%20brl&b=%E5%B8%81', 'a=btc brl&b=币'],
    ['?a=1+2', 'a=1 2'],
    ['?state=ACTIVE&b=1&state=FILLED', 'state=ACTIVE,FILLED&b=1'],
    ['?a&b=', 'a=&b='],
  ])('signs the query decoded, a repeated name once: %s', (query, signed) => {
    expect(base(query)).toBe(start + signed)
  })

  test('signs with an Ed25519 key in hexadecimal, and not the login of the socket', () => {
    const key = ed25519PrivateKey({ keyId: 'key-1', seed: new Uint8Array(32).fill(3) })
    const signer = foxbit({ key })
    expect(signer.sign({ path: '/rest/v3/me' }).headers['X-FB-ACCESS-SIGNATURE']).toMatch(/^[0-9a-f]{128}$/)
    expect(() => signer.signMessage('socket')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(JSON.parse(foxbit(account).signMessage('socket', {}, at(NOW)))).toEqual({
      key: 'key-1',
      timestamp: String(NOW),
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('the signer states a window unless configured otherwise', () => {
    const window = (recvWindow?: string) => foxbit({ ...account, recvWindow }).sign({ path: '/' }).headers
    expect(window()['X-FB-RECEIVE-WINDOW']).toBe('10000')
    expect(window('none')['X-FB-RECEIVE-WINDOW']).toBeUndefined()
  })
})

describe('bitFlyer', () => {
  test('reads seconds as well as the milliseconds it sends', () => {
    const signer = bitflyer(account)
    const text = '1700000000GET/v1/me/getbalance'
    const sign = hex(signer.key.sign(text))
    const [found] = exchangeVerifier(signer).parse(
      httpRequest({
        url: 'https://api.bitflyer.com/v1/me/getbalance',
        headers: { 'access-key': 'key-1', 'access-timestamp': '1700000000', 'access-sign': sign },
      }),
    )
    expect([found?.base, found?.createdMs]).toEqual([text, 1_700_000_000_000])
    expect(signer.sign({ path: '/v1/me/getbalance' }, at(NOW)).headers['ACCESS-TIMESTAMP']).toBe(String(NOW))
  })

  test('a login has a separate nonce each time, requests have none', () => {
    const signer = bitflyer(account)
    const nonces = [1, 2].map((id) => JSON.parse(signer.login({ id }).messages[0] as string).params.nonce)
    expect(nonces[0]).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(nonces[0]).not.toBe(nonces[1])
    const login = JSON.parse(signer.login({ id: 1 }).messages[0] as string)
    const broken = { ...login, params: { ...login.params, nonce: 'no spaces' } }
    expect(() => readMessage(signer.spec, 'login', broken)).toThrow(
      expect.objectContaining({ code: 'NONCE_MALFORMED' }),
    )
  })
})

describe('what is said on sockets', () => {
  const said: ReadonlyArray<readonly [string, ExchangeSigner, Record<string, unknown>, string, unknown]> = [
    [
      'BloFin',
      blofin({ ...account, passphrase: 'phrase' }),
      {},
      `/users/self/verifyGET${NOW}1700000000123`,
      { op: 'login', args: [{ apiKey: 'key-1', passphrase: 'phrase', timestamp: `${NOW}`, nonce: '1700000000123' }] },
    ],
    [
      'BTC Markets',
      btcMarkets({ apiKey: 'key-1', secret: 'c2VjcmV0LTE=' }),
      { marketIds: ['BTC-AUD'], channels: ['fundChange'] },
      `/users/self/subscribe\n${NOW}`,
      { marketIds: ['BTC-AUD'], channels: ['fundChange'], key: 'key-1', timestamp: NOW, messageType: 'subscribe' },
    ],
    [
      'bitFlyer',
      bitflyer(account),
      { id: 7 },
      `${NOW}1700000000123`,
      { jsonrpc: '2.0', method: 'auth', params: { api_key: 'key-1', timestamp: NOW, nonce: '1700000000123' }, id: 7 },
    ],
    [
      'Coincheck',
      coincheck(account),
      {},
      '1700000000123wss://stream.coincheck.com/private',
      { type: 'login', access_key: 'key-1', access_nonce: '1700000000123' },
    ],
  ]

  test.each(said)('the messages of %s are signed', (_name, signer, args, base, form) => {
    const login = signer.login(args, at(NOW, '1700000000123')) as { messages: readonly string[] }
    const message = JSON.parse(login.messages[0] as string)
    expect(message).toMatchObject(form as object)
    const { signature } = readMessage(signer.spec, 'login', message) ?? {}
    expect(signature?.base).toBe(base)
    expect(signature?.keyId).toBe('key-1')
    expect((signer.key as HmacKey).verify(base, signature?.signature as never)).toBe(true)
  })

  test('LATOKEN gives the headers of the STOMP frame', () => {
    const signer = latoken(account)
    const { messages, headers } = signer.login({}, at(NOW))
    expect(messages).toEqual([])
    expect(headers).toMatchObject({ 'X-LA-APIKEY': 'key-1', 'X-LA-DIGEST': 'HMAC-SHA512', 'X-LA-SIGDATA': `${NOW}` })
    const read = readUpgrade(signer.spec, 'login', fieldLines(headers))
    expect(read?.signature.base).toBe(String(NOW))
    expect((signer.key as HmacKey).verify(String(NOW), read?.signature.signature as never)).toBe(true)
  })

  test('bitbank fetches a token for PubNub', () => {
    const login = bitbank(account).login({}, at(NOW))
    expect(login.request?.url).toBe('https://api.bitbank.cc/v1/user/subscribe')
    expect(login.use?.({ success: 1, data: { pubnub_channel: 'c', pubnub_token: 't+/=' } }).query).toBe(
      'auth=t%2B%2F%3D',
    )
  })
})
