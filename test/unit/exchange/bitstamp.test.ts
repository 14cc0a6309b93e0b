import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/index.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { bitstamp, bitstampResponses } from '../../../src/exchange/catalogue/bitstamp.js'
import { httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'

const UUID = '11111111-2222-4333-8444-555555555555'
const now = { clock: { now: () => 1_700_000_000_123 }, nonces: { next: () => UUID } }
const signer = bitstamp({ apiKey: 'key', secret: 'secret' })
const mac = (text: string | Uint8Array): string => createHmac('sha256', 'secret').update(text).digest('hex')

describe('Bitstamp', () => {
  test('signs the content type with a body, and states none without', () => {
    const form = signer.sign({ method: 'POST', path: '/api/v2/buy/btcusd/', params: { amount: '0.1' } }, now)
    const base = `BITSTAMP keyPOSTwww.bitstamp.net/api/v2/buy/btcusd/application/x-www-form-urlencoded${UUID}1700000000123v2amount=0.1`
    expect(form).toEqual({
      method: 'POST',
      url: 'https://www.bitstamp.net/api/v2/buy/btcusd/',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Auth': 'BITSTAMP key',
        'X-Auth-Signature': mac(base),
        'X-Auth-Nonce': UUID,
        'X-Auth-Timestamp': '1700000000123',
        'X-Auth-Version': 'v2',
      },
      body: 'amount=0.1',
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: '*/*' }
    const bare = signer.sign({ method: 'POST', path: '/api/v2/account_balances/', headers }, now)
    expect(bare.headers).toMatchObject({
      accept: '*/*',
      'X-Auth-Signature': mac(`BITSTAMP keyPOSTwww.bitstamp.net/api/v2/account_balances/${UUID}1700000000123v2`),
    })
    expect(Object.keys(bare.headers)).not.toContain('content-type')
  })

  test('signs host and query', () => {
    const url = 'https://sandbox.bitstamp.net/api/v2/x/'
    const made = bitstamp({ apiKey: 'key', secret: 'secret', environment: 'sandbox' }).sign(
      { path: url, params: { limit: 5 } },
      now,
    )
    expect(made.headers['X-Auth-Signature']).toBe(
      mac(`BITSTAMP keyGETsandbox.bitstamp.net/api/v2/x/?limit=5${UUID}1700000000123v2`),
    )
  })

  test('the socket is shown a token', () => {
    const login = signer.login({ channel: 'private-my_orders_btcusd-7' }, now)
    expect(login.request).toMatchObject({ method: 'POST', url: 'https://www.bitstamp.net/api/v2/websockets_token/' })
    expect(login.use?.({ token: 't', valid_sec: 60, user_id: 7 })).toEqual({
      messages: ['{"event":"bts:subscribe","data":{"channel":"private-my_orders_btcusd-7","auth":"t"}}'],
      expiresAtMs: 1_700_000_060_123,
    })
  })
})

describe('what Bitstamp answers', () => {
  const request = httpRequest(signer.sign({ method: 'POST', path: '/api/v2/account_balances/' }, now))
  const json = 'application/json'
  const answer = (body: string | null, sign: string | undefined, status = 200, type = json): Response =>
    new Response(body, { status, headers: { 'content-type': type, ...(sign && { 'x-server-auth-signature': sign }) } })
  const good = mac(`${UUID}1700000000123${json}[{"é":1}]`)
  const { check } = bitstampResponses(signer)

  test('counts with the signature of this account, and can still be read', async () => {
    const response = await check(answer('[{"é":1}]', good), request)
    expect(response).toMatchObject({ status: 200, ok: true })
    expect(response.headers.get('content-type')).toBe(json)
    expect(await response.text()).toBe('[{"é":1}]')
    expect(await (await check(answer('', mac(`${UUID}1700000000123${json}`)), request)).text()).toBe('')
  })

  test.each([
    ['another body', answer('[{"é":2}]', good), 'SIGNATURE_INVALID'],
    ['another type', answer('[{"é":1}]', good, 200, 'text/html'), 'SIGNATURE_INVALID'],
    ['another signature', answer('[{"é":1}]', '00'.repeat(32)), 'SIGNATURE_INVALID'],
    ['half a signature', answer('[{"é":1}]', good.slice(0, 32)), 'SIGNATURE_INVALID'],
    ['a signature in capitals', answer('[{"é":1}]', good.toUpperCase()), 'SIGNATURE_MALFORMED'],
    ['none', answer('[{"é":1}]', undefined), 'AUTH_MISSING'],
    ['none, and an error', answer('{"code":"API0001"}', undefined, 403), 'AUTH_MISSING'],
  ])('is refused with %s', async (_name, response, code) => {
    await expect(check(response, request)).rejects.toMatchObject({
      code: 'RESPONSE_UNVERIFIED',
      message: expect.stringContaining(code),
    })
  })

  test('is bound to its request', async () => {
    const other = httpRequest(signer.sign({ path: '/api/v2/x/' }, { ...now, clock: { now: () => 1_700_000_000_124 } }))
    await expect(check(answer('[{"é":1}]', good), other)).rejects.toEqual(withCode('RESPONSE_UNVERIFIED'))
    const bare = httpRequest({ url: 'https://www.bitstamp.net/' })
    await expect(check(answer('[{"é":1}]', good), bare)).rejects.toMatchObject({
      message: expect.stringContaining('COMPONENT_MISSING'),
    })
  })

  test('may be an error without a signature, where that is wanted', async () => {
    const lax = bitstampResponses(signer, { unsignedErrors: true })
    const refused = answer('{"code":"API0001"}', undefined, 403)
    expect(await (await lax.check(refused, request)).json()).toEqual({ code: 'API0001' })
    await expect(lax.check(answer('[{"é":1}]', undefined), request)).rejects.toEqual(withCode('RESPONSE_UNVERIFIED'))
    await expect(lax.check(answer('x', good, 403), request)).rejects.toEqual(withCode('RESPONSE_UNVERIFIED'))
  })

  test('is read up to a limit', async () => {
    const small = bitstampResponses(signer, { maxBodyBytes: 4 })
    await expect(small.check(answer('[{"é":1}]', good), request)).rejects.toMatchObject({
      code: 'RESPONSE_UNVERIFIED',
      message: expect.stringContaining('BODY_UNREADABLE'),
    })
  })

  test('needs the secret to be judged', () => {
    const key = ed25519PrivateKey({ keyId: 'k', seed: new Uint8Array(32).fill(1) })
    expect(() => bitstampResponses({ key })).toThrow(withCode('CONFIG_INVALID'))
  })

  test('goes through a signed fetch', async () => {
    const exchange = (honest: boolean) => async (_url: unknown, init?: RequestInit) => {
      const headers = new Headers(init?.headers)
      const body = '{"usd":"1"}'
      const sign = mac(`${headers.get('x-auth-nonce')}${headers.get('x-auth-timestamp')}${json}${body}`)
      return answer(honest ? body : '{"usd":"2"}', sign)
    }
    const fetchWith = (honest: boolean) =>
      createSignedFetch(signer, { fetch: exchange(honest) as typeof fetch, response: bitstampResponses(signer) })
    const response = await fetchWith(true)('/api/v2/account_balances/', { method: 'POST' })
    expect(await response.json()).toEqual({ usd: '1' })
    await expect(fetchWith(false)('/api/v2/account_balances/', { method: 'POST' })).rejects.toEqual(
      withCode('RESPONSE_UNVERIFIED'),
    )
  })
})
