import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { xt } from '../../../src/exchange/catalogue/xt.js'
import { mockExchange } from '../../../src/testing/index.js'
import { withCode } from '../../expect-code.js'

const when = { clock: { now: () => 1_700_000_000_123 } }
const account = { apiKey: 'key', secret: 'secret' }
const hmac = (text: string): string => createHmac('sha256', 'secret').update(text).digest('hex')
const SPOT =
  'xt-validate-algorithms=HmacSHA256&xt-validate-appkey=key&xt-validate-recvwindow=5000&xt-validate-timestamp=1700000000123'
const FUTURES = 'xt-validate-appkey=key&xt-validate-timestamp=1700000000123'

describe('XT', () => {
  test.each([
    ['neither', {}, `${SPOT}#GET#/v4/order`],
    ['a query', { params: { symbol: 'MØTH,b', a: '1' } }, `${SPOT}#GET#/v4/order#a=1&symbol=MØTH,b`],
    ['JSON', { method: 'POST', json: { b: '1', a: 2 } }, `${SPOT}#POST#/v4/order#{"b":"1","a":2}`],
    ['a form', { method: 'POST', body: 'b=1&a=2' }, `${SPOT}#POST#/v4/order#a=2&b=1`],
    ['both', { method: 'POST', params: { a: '1' }, json: {} }, `${SPOT}#POST#/v4/order#a=1#{}`],
    ['a body of DELETE', { method: 'DELETE', params: { a: '1' } }, `${SPOT}#DELETE#/v4/order#{"a":"1"}`],
  ])('a spot request is signed with %s', (_, request, text) => {
    const { headers } = xt(account).sign({ path: '/v4/order', ...request }, when)
    expect(headers['xt-validate-signature']).toBe(hmac(text))
  })

  test('futures sign no method, and get no window', () => {
    const { url, headers } = xt({ ...account, variant: 'futures' }).sign(
      { path: '/future/trade/v1/order/list', params: { symbol: 'a,b' } },
      when,
    )
    expect(url).toBe('https://fapi.xt.com/future/trade/v1/order/list?symbol=a%2Cb')
    expect(headers).toEqual({
      'xt-validate-appkey': 'key',
      'xt-validate-timestamp': '1700000000123',
      'xt-validate-signature': hmac(`${FUTURES}#/future/trade/v1/order/list#symbol=a,b`),
    })
    const encoded = xt({ ...account, variant: 'futures-encoded' }).sign({ path: '/x', params: { symbol: 'a,b' } }, when)
    expect(encoded.headers['xt-validate-signature']).toBe(hmac(`${FUTURES}#/x#symbol=a%2Cb`))
  })

  test('the names of the page', () => {
    const { headers } = xt({ ...account, variant: 'validate' }).sign({ path: '/v4/balance' }, when)
    const text = `${SPOT.replaceAll('xt-validate', 'validate')}#GET#/v4/balance`
    expect(headers).toMatchObject({ 'validate-appkey': 'key', 'validate-signature': hmac(text) })
  })

  test('a private subscription shows a token', () => {
    const spot = xt(account).login({ params: ['order'], id: '1' }, when)
    expect(spot.request).toMatchObject({ method: 'POST', url: 'https://sapi.xt.com/v4/ws-token' })
    expect(spot.use?.({ result: { accessToken: 't' } }).messages).toEqual([
      '{"method":"subscribe","params":["order"],"listenKey":"t","id":"1"}',
    ])
    const futures = xt({ ...account, variant: 'futures' }).login({ params: ['order', 'balance'] }, when)
    expect(futures.use?.({ result: 't' }).messages).toEqual(['{"method":"SUBSCRIBE","params":["order@t","balance@t"]}'])
    expect(
      xt({ ...account, variant: 'futures' })
        .login({}, when)
        .use?.({ result: 't' }).messages,
    ).toEqual(['{"method":"SUBSCRIBE","params":[]}'])
    expect(futures.request?.url).toBe('https://fapi.xt.com/future/user/v1/user/listen-key')
  })
  test.each([{ params: 'order' }, { params: [1] }, { params: { a: 'order' } }])(
    'a futures subscription to %j is refused by name',
    (args) => {
      const login = (): unknown => xt({ ...account, variant: 'futures' }).login(args, when)
      expect(login).toThrow(withCode('ARGUMENT_INVALID'))
      expect(login).toThrow('"args.params" must be a list of texts, got')
    },
  )

  test('a mock finds the token behind the first name of a subscription, where it is none of its own', async () => {
    const mock = await mockExchange(xt({ variant: 'futures' }), { accounts: [account] })
    const socket = new WebSocket(mock.socketUrl)
    const answered = new Promise((resolve) => socket.addEventListener('message', resolve))
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    socket.send('{"method":"SUBSCRIBE","params":["order@another"]}')
    await answered
    expect(mock.requests.at(-1)).toMatchObject({ method: 'token', code: 'KEY_UNKNOWN' })
    socket.close()
    await mock.close()
  })
})
