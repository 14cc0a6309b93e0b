import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SyncVerifyingKey } from '../../../src/crypto/index.js'
import { bingx } from '../../../src/exchange/catalogue/bingx.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const when = { clock: { now: () => 1_700_000_000_123 } }
const signer = bingx({ apiKey: 'key', secret: 'secret' })
const key = signer.key as unknown as SyncVerifyingKey
const hmac = (text: string): string => createHmac('sha256', 'secret').update(text).digest('hex')
const malformed = expect.objectContaining({ code: 'MESSAGE_MALFORMED' })

describe('BingX', () => {
  test('time and window stand where sorting puts them', () => {
    const { url } = bingx({ apiKey: 'key', secret: 'secret', recvWindow: 5000 }).sign(
      { method: 'POST', path: '/openApi/spot/v1/trade/order', params: { type: 'MARKET', symbol: 'MØTH', side: 'BUY' } },
      when,
    )
    const sign = hmac('recvWindow=5000&side=BUY&symbol=MØTH&timestamp=1700000000123&type=MARKET')
    expect(new URL(url).search).toBe(
      `?recvWindow=5000&side=BUY&symbol=M%C3%98TH&timestamp=1700000000123&type=MARKET&signature=${sign}`,
    )
  })

  test('a query that is there already keeps its order, which is what is signed', () => {
    const { url } = signer.sign({ path: '/openApi/spot/v1/trade/query?symbol=BTC-USDT&a=1' }, when)
    const text = 'symbol=BTC-USDT&a=1&timestamp=1700000000123'
    expect(new URL(url).search).toBe(`?${text}&signature=${hmac(text)}`)
  })

  test('JSON: the members by name, numbers as the digits that are sent', () => {
    const body = '{"subAccountString":"abc12345","amount":1.10,"ids":["1","2"]}'
    const made = signer.sign({ method: 'POST', path: '/openApi/subAccount/v1/create', body }, when)
    const sign = hmac('amount=1.10&ids=["1","2"]&subAccountString=abc12345&timestamp=1700000000123')
    expect(made.body).toBe(`${body.slice(0, -1)},"timestamp":1700000000123,"signature":"${sign}"}`)
    expect(made.url).toBe('https://open-api.bingx.com/openApi/subAccount/v1/create')
    const [found] = exchangeVerifier(bingx()).parse(httpRequest(made))
    expect(key.verify(found?.base as string, found?.signature as Uint8Array)).toBe(true)
  })

  test.each([
    ['a form', 'a=1'],
    ['a list', '[1]'],
    ['a name twice', '{"a":1,"a":2}'],
  ])('a body that is %s is refused', (_, body) => {
    expect(() => signer.sign({ method: 'POST', path: '/openApi/subAccount/v1/create', body })).toThrow(malformed)
  })

  test('and so are parameters in two places', () => {
    expect(() => signer.sign({ method: 'POST', path: '/openApi/x?a=1', json: { b: 2 } })).toThrow(malformed)
  })
})
