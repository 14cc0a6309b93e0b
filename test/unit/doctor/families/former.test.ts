import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../../src/doctor/index.js'

const SECRET = 'canary-secret-5d41402abc4b2a76'
const TIME = '1700000000123'

const first = async (text: string) => {
  const { scheme, signature, findings } = await diagnose(text, { secret: SECRET, budgetMs: 20_000 })
  return { scheme, signature, id: findings[0]?.id }
}

describe('version 2 of Bybit', () => {
  const sorted = `api_key=key-1&recv_window=5000&symbol=BTCUSD&timestamp=${TIME}`
  const mac = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex')
  const sent = (sign: string) =>
    `GET /v2/private/position/list?api_key=key-1&symbol=BTCUSD&timestamp=${TIME}&recv_window=5000&sign=${sign} HTTP/1.1\nHost: api.bybit.com\n\n`

  test('a signature of the sorted parameters fits', async () => {
    expect(await first(sent(mac(sorted)))).toEqual({ scheme: 'bybit-v2', signature: 'fits', id: undefined })
  })

  test.each([
    [
      'the order of the query',
      mac(`api_key=key-1&symbol=BTCUSD&timestamp=${TIME}&recv_window=5000`),
      'parameters-order',
    ],
    [
      'a window that was added behind the signer',
      mac(sorted.replace('recv_window=5000&', '')),
      'query-parameter-added',
    ],
    ['a body of JSON', mac(JSON.stringify({ api_key: 'key-1' })), 'no-hypothesis'],
  ])('the finding is right for %s', async (_, sign, id) => {
    expect(await first(sent(sign))).toMatchObject({ scheme: 'bybit-v2', id })
  })

  test('parameters in a body of JSON are signed as text', async () => {
    const body = JSON.stringify({ symbol: 'BTCUSD', api_key: 'key-1', timestamp: TIME, reduce_only: false })
    const sign = mac(`api_key=key-1&reduce_only=False&symbol=BTCUSD&timestamp=${TIME}`)
    const whole = `${body.slice(0, -1)},"sign":"${sign}"}`
    const text = `POST /v2/private/order/create HTTP/1.1\nHost: api.bybit.com\nContent-Length: ${whole.length}\n\n${whole}`
    expect(await first(text)).toEqual({ scheme: 'bybit-v2', signature: 'explained', id: 'body-booleans' })
  })

  test('a time in seconds is named without a key', async () => {
    const text = sent(mac(sorted)).replace(TIME, '1700000000')
    expect((await diagnose(text)).findings[0]?.id).toBe('time-form')
  })
})

describe('version 1 of CoinEx', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const sorted = `access_id=key-1&market=BTCUSDT&tonce=${TIME}`
  const sent = (sign: string) =>
    `GET /v1/order/pending?market=BTCUSDT&access_id=key-1&tonce=${TIME} HTTP/1.1\nHost: api.coinex.com\nauthorization: ${sign}\n\n`

  test.each([
    ['a hash in capitals fits', md5(`${sorted}&secret_key=${SECRET}`).toUpperCase(), 'fits', undefined],
    ['a hash in small letters is named', md5(`${sorted}&secret_key=${SECRET}`), 'explained', 'signature-form'],
    [
      'another name of the secret is named',
      md5(`${sorted}&secret=${SECRET}`).toUpperCase(),
      'explained',
      'text-key-name',
    ],
  ])('%s', async (_, sign, signature, id) => {
    expect(await first(sent(sign))).toEqual({ scheme: 'coinex-spot-v1', signature, id })
  })
})
