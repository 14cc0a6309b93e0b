import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const NOW = { clock: { now: () => 1_700_000_000_123 } }
const account = { apiKey: 'key', secret: 'secret', passphrase: 'phrase' }
const hmac = (text: string, key = 'secret'): string => createHmac('sha256', key).update(text).digest('base64')

describe('KuCoin', () => {
  test('the passphrase is sent signed, with the version of the key', () => {
    const { headers } = kucoin(account).sign({ path: '/api/v1/accounts' }, NOW)
    expect(headers).toEqual({
      'KC-API-KEY': 'key',
      'KC-API-SIGN': hmac('1700000000123GET/api/v1/accounts'),
      'KC-API-TIMESTAMP': '1700000000123',
      'KC-API-PASSPHRASE': hmac('phrase'),
      'KC-API-KEY-VERSION': '2',
    })
    const third = kucoin({ ...account, variant: 'v3' }).sign({ path: '/api/v1/accounts' }, NOW)
    expect(third.headers).toEqual({ ...headers, 'KC-API-KEY-VERSION': '3' })
  })

  test('the verifier wants the version it was made for', () => {
    const received = httpRequest(kucoin({ ...account, variant: 'v3' }).sign({ path: '/api/v1/accounts' }, NOW))
    expect(() => exchangeVerifier(kucoin()).parse(received)[0]?.base).toThrow(
      expect.objectContaining({ code: 'AUTH_MALFORMED' }),
    )
    expect(exchangeVerifier(kucoin({ variant: 'v3' })).parse(received)[0]?.base).toBe(
      '1700000000123GET/api/v1/accounts',
    )
  })

  test('the query is encoded on the wire and decoded where it is signed', () => {
    const made = kucoin(account).sign({ path: '/api/v3/withdrawals/quotas', params: { chain: 'BEP20(BSC)' } }, NOW)
    expect(made.url).toBe('https://api.kucoin.com/api/v3/withdrawals/quotas?chain=BEP20%28BSC%29')
    expect(made.headers['KC-API-SIGN']).toBe(hmac('1700000000123GET/api/v3/withdrawals/quotas?chain=BEP20(BSC)'))
  })

  // What sdk/node of Kucoin/kucoin-universal-sdk sends (`encodeQuery`) and signs (`rawQuery`); the first row is the page's own.
  test.each([
    ['abc!@#11', 'abc%21%40%2311'],
    ['50%', '50%25'],
    ['50%25', '50%2525'],
    ['%2B+', '%252B%2B'],
    ['a b', 'a%20b'],
    ['é龙', '%C3%A9%E9%BE%99'],
    ['a&b=c', 'a%26b%3Dc'],
  ])('%j is signed as it is and sent as %s, and the verifier takes it', (value, sent) => {
    const path = '/api/v1/sub/api-key'
    const made = kucoin(account).sign({ path, params: { apiKey: '67b3', passphrase: value } }, NOW)
    expect(made.url).toBe(`https://api.kucoin.com${path}?apiKey=67b3&passphrase=${sent}`)
    const base = `1700000000123GET${path}?apiKey=67b3&passphrase=${value}`
    expect(made.headers['KC-API-SIGN']).toBe(hmac(base))
    expect(exchangeVerifier(kucoin()).parse(httpRequest(made))[0]?.base).toBe(base)
  })

  test('parameters of DELETE are a query', () => {
    const { url, body } = kucoin(account).sign({ method: 'DELETE', path: '/api/v1/orders', params: { symbol: 'A-B' } })
    expect(url).toBe('https://api.kucoin.com/api/v1/orders?symbol=A-B')
    expect(body).toBeUndefined()
  })

  test('a broker’s headers stand beside those of the account', () => {
    const partner = { id: 'partner', key: 'partner-secret', name: 'broker' }
    const signer = kucoin({ ...account, partner })
    const made = signer.sign({ path: '/api/v1/accounts' }, NOW)
    expect(made.headers).toMatchObject({
      'KC-API-PARTNER': 'partner',
      'KC-API-PARTNER-SIGN': hmac('1700000000123partnerkey', 'partner-secret'),
      'KC-API-PARTNER-VERIFY': 'true',
      'KC-BROKER-NAME': 'broker',
    })
    // The account's verifier has no partner's key, so it takes them as they are.
    expect(exchangeVerifier(kucoin()).parse(httpRequest(made))).toHaveLength(1)
    const { name: _, ...nameless } = partner
    const { headers } = kucoin({ ...account, partner: nameless }).sign({ path: '/' }, NOW)
    expect(headers).not.toHaveProperty('KC-BROKER-NAME')
  })

  test('half a partner is refused, without its key', () => {
    for (const partner of [
      { id: 'partner' },
      { key: 'partner-secret' },
      { id: 'a', key: 'partner-secret', name: 1 },
      'a',
    ]) {
      const signer = kucoin({ ...account, partner: partner as never })
      expect(() => signer.sign({ path: '/' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
      expect(() => signer.sign({ path: '/' })).not.toThrow(/partner-secret/)
    }
  })

  test.each([
    ['ARGUMENT_INVALID', { id: 'a\r\nX-Injected: 1', key: 'partner-secret' }],
    ['ARGUMENT_INVALID', { id: '', key: 'partner-secret' }],
    ['ARGUMENT_INVALID', { id: 'a', key: 'partner-secret', name: 'b\r\nX-Injected: 1' }],
    ['KEY_WEAK', { id: 'a', key: '' }],
  ])('%s for what no field or key can be made of: %j', (code, partner) => {
    const signer = kucoin({ ...account, partner })
    expect(() => signer.sign({ path: '/' })).toThrow(expect.objectContaining({ code }))
    expect(() => signer.sign({ path: '/' })).not.toThrow(/partner-secret|Injected/)
  })

  test('the socket shows a token that a signed request fetches', () => {
    const login = kucoin(account).login({}, NOW)
    expect(login.request).toMatchObject({ method: 'POST', url: 'https://api.kucoin.com/api/v1/bullet-private' })
    expect(login.request?.headers['KC-API-SIGN']).toBe(hmac('1700000000123POST/api/v1/bullet-private'))
    const used = login.use?.({ code: '200000', data: { token: '2neA==.WN+/' } })
    expect(used).toEqual({ messages: [], query: 'token=2neA%3D%3D.WN%2B%2F', expiresAtMs: 1_700_086_400_123 })
    expect(() => login.use?.({ code: '400005' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
