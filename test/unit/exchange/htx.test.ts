import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ed25519PrivateKey, type SyncVerifyingKey } from '../../../src/crypto/index.js'
import { htx } from '../../../src/exchange/catalogue/htx.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const when = { clock: { now: () => 1_700_000_000_123 } }
const signer = htx({ apiKey: 'key', secret: 'secret' })
const ed = ed25519PrivateKey({ keyId: 'key', seed: new Uint8Array(32).fill(3) })
const hmac = (...lines: string[]): string => createHmac('sha256', 'secret').update(lines.join('\n')).digest('base64')

describe('HTX', () => {
  test('the login of the spot socket is signed', () => {
    const sign = hmac(
      'GET',
      'api.huobi.pro',
      '/ws/v2',
      'accessKey=key&signatureMethod=HmacSHA256&signatureVersion=2.1&timestamp=2023-11-14T22%3A13%3A20',
    )
    expect(JSON.parse(signer.login({}, when).messages[0] as string)).toEqual({
      action: 'req',
      ch: 'auth',
      params: {
        authType: 'api',
        accessKey: 'key',
        signatureMethod: 'HmacSHA256',
        signatureVersion: '2.1',
        timestamp: '2023-11-14T22:13:20',
        signature: sign,
      },
    })
  })

  test('the login of a contract socket is signed, at its usual place or at another one', () => {
    const pairs = 'AccessKeyId=key&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2023-11-14T22%3A13%3A20'
    expect(JSON.parse(signer.signMessage('contract-login', {}, when))).toEqual({
      op: 'auth',
      type: 'api',
      AccessKeyId: 'key',
      SignatureMethod: 'HmacSHA256',
      SignatureVersion: '2',
      Timestamp: '2023-11-14T22:13:20',
      Signature: hmac('GET', 'api.hbdm.com', '/linear-swap-notification', pairs),
    })
    const other = signer.signMessage('contract-login', { host: 'API.hbdm.vn', path: '/notification' }, when)
    expect(JSON.parse(other)).toMatchObject({ Signature: hmac('GET', 'api.hbdm.vn', '/notification', pairs) })
  })

  test.each([
    ['HMAC', signer, signer.key as unknown as SyncVerifyingKey],
    ['Ed25519', htx({ key: ed }), ed.verifyingKey],
  ])('with %s the mock reads what was said', (_, one, key) => {
    for (const [name, said, host] of [
      ['login', one.login({}, when).messages[0] as string, 'api.huobi.pro'],
      ['contract-login', one.signMessage('contract-login', {}, when), 'api.hbdm.com'],
    ] as const) {
      const read = readMessage(htx().spec, name, JSON.parse(said), host)
      expect(key.verify(read?.signature.base as string, read?.signature.signature as Uint8Array)).toBe(true)
    }
  })

  test('a signature may stand before the parameters: all are sorted', () => {
    const { url } = signer.sign({ path: '/v1/order/orders', params: { symbol: 'btcusdt' } }, when)
    const { origin, pathname, search } = new URL(url)
    const pairs = search.slice(1).split('&')
    const moved = `${origin}${pathname}?${[pairs.at(-1), ...pairs.slice(0, -1)].join('&')}`
    const [found] = exchangeVerifier(htx()).parse(httpRequest({ url: moved }))
    const key = signer.key as unknown as SyncVerifyingKey
    expect(key.verify(found?.base as string, found?.signature as Uint8Array)).toBe(true)
    expect(found?.claimedAlgorithm).toBe('hmac-sha256')
  })

  test('capitals come first, also among the parameters', () => {
    const { url } = signer.sign({ path: '/v1/x', params: { zeta: '1', Alpha: '2' } }, when)
    const pairs = 'SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2023-11-14T22%3A13%3A20&zeta=1'
    const sign = hmac('GET', 'api.huobi.pro', '/v1/x', `AccessKeyId=key&Alpha=2&${pairs}`)
    expect(new URL(url).searchParams.get('Signature')).toBe(sign)
  })

  test.each([['SignatureMethod=RSA'], ['SignatureMethod=']])('a request with %s is refused', (method) => {
    const { url } = signer.sign({ path: '/v1/order/orders' }, when)
    const request = httpRequest({ url: url.replace(/SignatureMethod=\w+/, method) })
    expect(() => exchangeVerifier(htx()).parse(request)).toThrow(expect.objectContaining({ code: 'AUTH_MALFORMED' }))
  })

  test('and so is another version', () => {
    const { url } = signer.sign({ path: '/v1/order/orders' }, when)
    const [found] = exchangeVerifier(htx()).parse(httpRequest({ url: url.replace('Version=2', 'Version=1') }))
    expect(() => found?.base).toThrow(expect.objectContaining({ code: 'AUTH_MALFORMED' }))
  })
})
