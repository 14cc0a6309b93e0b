import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SyncVerifyingKey } from '../../../src/crypto/index.js'
import { coinex } from '../../../src/exchange/catalogue/coinex.js'

const NOW = { clock: { now: () => 1_700_000_000_123 } }
const account = { apiKey: 'key', secret: 'secret' }
const hmac = (text: string): string => createHmac('sha256', 'secret').update(text).digest('hex')
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('CoinEx', () => {
  test('an HMAC by default, a hash with the secret behind where that is asked for', () => {
    const request = { path: '/v2/spot/order', params: { market: ['BTCUSDT', '币'] } }
    const text = 'GET/v2/spot/order?market=BTCUSDT,币1700000000123'
    const made = coinex(account).sign(request, NOW)
    expect(made.url).toBe('https://api.coinex.com/v2/spot/order?market=BTCUSDT%2C%E5%B8%81')
    expect(made.headers).toEqual({
      'X-COINEX-KEY': 'key',
      'X-COINEX-SIGN': hmac(text),
      'X-COINEX-TIMESTAMP': '1700000000123',
    })
    const suffix = coinex({ ...account, variant: 'sha256-suffix' }).sign(request, NOW)
    expect(suffix.headers['X-COINEX-SIGN']).toBe(sha256(`${text}secret`))
  })

  test('the appended secret makes a key like any other', () => {
    const { key } = coinex({ ...account, variant: 'sha256-suffix' })
    const verifying = key as unknown as SyncVerifyingKey
    const signature = key.sign('text')
    expect(verifying.verify(new TextEncoder().encode('text'), signature)).toBe(true)
    expect(verifying.verify('texts', signature)).toBe(false)
    expect(verifying.verify('text', signature.slice(1))).toBe(false)
    expect(Object.values(key).join()).not.toContain('secret')
  })

  test('v1 signs its parameters, with the time among them', () => {
    const signer = coinex({ ...account, variant: 'v1', recvWindow: 3000 })
    const text = 'market=BTCUSD&windowtime=3000&timestamp=1700000000123'
    const made = signer.sign(
      { method: 'POST', path: '/perpetual/v1/order/put_limit', params: { market: 'BTCUSD' } },
      NOW,
    )
    expect(made.body).toBe(text)
    expect(made.headers).toMatchObject({ AccessId: 'key', Authorization: sha256(`${text}&secret_key=secret`) })
    const asked = signer.sign({ path: '/perpetual/v1/order/pending', params: { market: 'BTCUSD' } }, NOW)
    expect(asked.url).toBe(`https://api.coinex.com/perpetual/v1/order/pending?${text}`)
    expect(asked.headers).toMatchObject({ Authorization: sha256(`${text}&secret_key=secret`) })
  })

  test('the login signs the time alone', () => {
    expect(coinex(account).login({ id: 1 }, NOW).messages).toEqual([
      `{"method":"server.sign","params":{"access_id":"key","signed_str":"${hmac('1700000000123')}","timestamp":1700000000123},"id":1}`,
    ])
    for (const variant of ['sha256-suffix', 'v1'] as const)
      expect(() => coinex({ ...account, variant }).login()).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
