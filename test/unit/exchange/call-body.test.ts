import { describe, expect, test } from 'vitest'
import { hmacSha256Key } from '../../../src/crypto/index.js'
import { callBody, defineExchange, encoding, exchangeVerifier } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { mockExchange } from '../../../src/testing/index.js'
import { withCode } from '../../expect-code.js'

const call = callBody('/v1/', { id: 1, method: '$call', body: '$params' })
const acme = defineExchange({
  id: 'acme',
  name: 'Acme',
  docs: 'https://docs.acme.example/auth',
  origins: ['https://api.acme.example'],
  keys: { 'hmac-sha256': encoding.hex },
  secretKey: hmacSha256Key,
  headers: [
    ['X-Key', 'key'],
    ['X-Sign', 'sign'],
  ],
  base: ({ path, body }) => JSON.stringify(call.read(path, JSON.parse(body)).params),
  covers: ['parameters'],
  params: { into: 'json', wrap: call },
})
const account = { apiKey: 'key', secret: 'secret' }

describe('callBody', () => {
  test('is written, signed and read by the same table', () => {
    const made = acme(account).sign({ method: 'POST', path: '/v1/private/order', params: { side: 'BUY' } })
    expect(made.body).toBe('{"id":1,"method":"private/order","body":{"side":"BUY"}}')
    const [found] = exchangeVerifier(acme()).parse(httpRequest(made))
    expect(found?.base).toBe('{"side":"BUY"}')
  })

  test('a mock answers with the parameters inside', async () => {
    const mock = await mockExchange(acme(), { accounts: [account] })
    const { method, url, headers, body } = acme({ ...account, baseUrl: mock.origin }).sign({
      ...{ method: 'POST', path: '/v1/private/order', params: { side: 'BUY', method: 'other' } },
    })
    const answer = await fetch(url, { method, headers, body: body ?? null })
    expect(await answer.json()).toMatchObject({ side: 'BUY', method: 'private/order' })
    await mock.close()
  })

  test('reads the name, the parameters and all members', () => {
    const members = { id: '7', method: 'a/b', body: { x: '1' }, sig: 's' }
    expect(call.read('/v1/a/b', members, ['sig'])).toEqual({ name: 'a/b', params: { x: '1' }, members })
    expect(call.read('/v1/a/b', { id: '7', method: 'a/b' }).params).toEqual({})
    expect([call.paramsOf(members), call.paramsOf({}), call.paramsOf([]), call.paramsOf(undefined)]).toEqual([
      { x: '1' },
      ...[undefined, undefined, undefined],
    ])
  })

  test.each([
    ['no object', '/v1/a', []],
    ['nothing', '/v1/a', undefined],
    ['a call without its id', '/v1/a', { method: 'a' }],
    ['parameters that are a list', '/v1/a', { id: 1, method: 'a', body: [] }],
    ['a further member', '/v1/a', { id: 1, method: 'a', more: 1 }],
    ['a call of another path', '/v1/b', { id: 1, method: 'a' }],
    ['a path outside of the prefix', '/v2/a', { id: 1, method: '/v2/a' }],
  ])('the reader of callBody refuses %s', (_, path, body) => {
    expect(() => call.read(path, body)).toThrow(withCode('MESSAGE_MALFORMED'))
  })

  test('a table without a place for the parameters is refused', () => {
    expect(() => callBody('/v1/', { method: '$call' })).toThrow('must have one that is "$params"')
    expect(() => callBody(undefined as never, { p: '$params' })).toThrow('"prefix" must be a path that begins with "/"')
    expect(() => callBody('/v1/', undefined as never)).toThrow(withCode('CONFIG_INVALID'))
  })

  test('defineExchange refuses a function in its place', () => {
    const { spec } = acme()
    const wrap = ((_path: string, params: unknown) => ({ params })) as never
    expect(() => defineExchange({ ...spec, params: { into: 'json', wrap } })).toThrow(
      '"wrap" must be a body around the parameters, such as callBody()',
    )
    const token = { method: 'GET', path: '/token', token: 'token', template: (() => ({})) as never }
    expect(() => defineExchange({ ...spec, token })).toThrow('"template" must be an object with placeholders')
  })
})
