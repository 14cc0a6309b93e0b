import * as starknet from '@scure/starknet'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createSignedFetch, type SessionLogin, sessionSigner, signRequest } from '../../../src/client/index.js'
import { openExchangeSocket } from '../../../src/client/socket/websocket.js'
import { CountersignError } from '../../../src/errors.js'
import { grvt } from '../../../src/exchange/catalogue/grvt.js'
import { paradex } from '../../../src/exchange/catalogue/paradex.js'
import { grvtLogin } from '../../../src/exchange/logins/grvt.js'
import { paradexLogin, paradexOnboarding } from '../../../src/exchange/logins/paradex.js'
import { starkKey } from '../../../src/exchange/wallet/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { type MockExchange, mockExchange } from '../../../src/testing/index.js'
import { withCode } from '../../expect-code.js'

const ACCOUNT = { apiKey: 'ACCOUNT_ID', secret: '2WYgf9fKibj9wUB1mMb9BpMgFZn' }
const KEY = ACCOUNT.secret
const NOW = 1_790_000_000_000
const open: MockExchange[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** A mock whose clock the test moves, and a session there. */
async function mocked(options: object = {}, apiKey = KEY) {
  let nowMs = NOW
  const clock = { now: () => nowMs }
  const mock = await mockExchange(grvt(), { accounts: [ACCOUNT], clock })
  open.push(mock)
  const session = sessionSigner(grvtLogin({ apiKey, baseUrl: mock.origin }), { clock, ...options })
  const call = createSignedFetch(session)
  const positions = () => call('/full/v1/positions', { method: 'POST', json: { sub_account_id: '1' } })
  const logins = () => mock.requests.filter(({ path }) => path === '/auth/api_key/login').length
  const wait = (ms: number): void => {
    nowMs += ms
  }
  return { mock, session, call, positions, logins, wait }
}

describe('a session', () => {
  test('is opened once for requests that start together, and shown with each', async () => {
    const { mock, positions, logins } = await mocked()
    const answers = await Promise.all([positions(), positions(), positions()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(logins()).toBe(1)
    expect(mock.requests.at(-1)).toMatchObject({ keyId: 'ACCOUNT_ID', code: undefined, json: { sub_account_id: '1' } })
    expect(JSON.stringify(mock.requests)).not.toContain(KEY)
  })

  test('is replaced before it ends', async () => {
    const { positions, logins, wait } = await mocked()
    await positions()
    wait(86_400_000 - 31_000)
    await positions()
    expect(logins()).toBe(1)
    wait(1_500)
    expect((await positions()).status).toBe(200)
    expect(logins()).toBe(2)
  })

  test('is opened anew where a request is refused with 401, and the request is sent once more', async () => {
    let sent = 0
    const { session, logins, wait } = await mocked()
    const fetch = async (url: string, init: object) =>
      ++sent === 2 ? Response.json({ code: 1000 }, { status: 401 }) : globalThis.fetch(url, init)
    const call = createSignedFetch(session, { fetch })
    const order = () => call('/full/v1/create_order', { method: 'POST', json: { order: {} } })
    await order()
    wait(10_000)
    expect((await order()).status).toBe(200)
    expect([sent, logins()]).toEqual([3, 2])
  })

  test('that was just opened is not the reason for a 401', async () => {
    const { session, logins } = await mocked()
    let sent = 0
    const fetch = async () => {
      sent++
      return Response.json({}, { status: 401 })
    }
    const call = createSignedFetch(session, { fetch })
    expect((await call('/full/v1/positions', { method: 'POST' })).status).toBe(401)
    expect([sent, logins()]).toEqual([1, 1])
  })

  test('is forgotten on demand', async () => {
    const { session, positions, logins } = await mocked()
    await positions()
    session.forget()
    await positions()
    expect(logins()).toBe(2)
  })

  test('that is forgotten while it is opened is not shown to later requests', async () => {
    const releases: Array<() => void> = []
    const fetch = async () => {
      const count = releases.length + 1
      await new Promise<void>((resolve) => releases.push(resolve))
      return answered(`gravity=s${count}`)
    }
    const session = sessionSigner(grvtLogin({ apiKey: KEY }), { fetch })
    const show = async () => (await signRequest(httpRequest({ url: 'https://trades.grvt.io/' }), session)).fields
    const first = show()
    await vi.waitFor(() => expect(releases).toHaveLength(1))
    session.forget()
    const second = show()
    await vi.waitFor(() => expect(releases).toHaveLength(2))
    releases[1]?.()
    expect(await second).toContain('gravity=s2')
    // The login that was forgotten ends last.
    releases[0]?.()
    expect(await first).toContain('gravity=s1')
    expect(await show()).toContain('gravity=s2')
    expect(releases).toHaveLength(2)
  })

  test('is opened anew on a 401 after the clock went back', async () => {
    const { session, wait, logins } = await mocked()
    let sent = 0
    const fetch = async (url: string, init: object) =>
      ++sent === 2 ? Response.json({ code: 1000 }, { status: 401 }) : globalThis.fetch(url, init)
    const call = createSignedFetch(session, { fetch })
    const order = () => call('/full/v1/create_order', { method: 'POST', json: { order: {} } })
    await order()
    wait(-3_000_000)
    expect((await order()).status).toBe(200)
    expect([sent, logins()]).toEqual([3, 2])
  })

  test.each(['parms', 'headerz'])('a request with a misspelt member is refused by name: %s', async (name) => {
    const { call, mock } = await mocked()
    const init = { method: 'POST', json: {}, [name]: { reduce_only: 'true' } }
    await expect(call('/full/v1/create_order', init as never)).rejects.toThrow(withCode('ARGUMENT_INVALID', name))
    expect(mock.requests).toEqual([])
  })

  test('a refused login is an error of each request, and none of a later one', async () => {
    const { positions, logins } = await mocked({}, 'another')
    for (let at = 0; at < 2; at++)
      await expect(positions()).rejects.toThrow(
        withCode('EXCHANGE_REFUSED', 'the login at GRVT was refused with status 401'),
      )
    expect(logins()).toBe(2)
  })

  test.each<[name: string, answer: () => Response | Promise<Response>, message: string]>([
    ['no cookie', () => Response.json({}, { headers: { 'x-grvt-account-id': '1' } }), 'the cookie "gravity"'],
    ['another cookie', () => Response.json({}, { headers: { 'set-cookie': 'rm=true' } }), 'the cookie "gravity"'],
    ['no account', () => Response.json({}, { headers: { 'set-cookie': 'gravity=x' } }), 'X-Grvt-Account-Id'],
    ['a redirect', () => Response.redirect('https://elsewhere.example/', 302), 'status 302'],
    ['a session that has ended', () => answered('gravity=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT'), 'and holds none'],
    [
      'a cookie of no age',
      () => answered('gravity=x; Max-Age=0; Expires=Thu, 01 Jan 2099 00:00:00 GMT'),
      'and holds none',
    ],
    ['a cookie below any age', () => answered('gravity=x; Max-Age=-1'), 'and holds none'],
    ['no answer', () => new Promise(() => {}), 'within 20 ms'],
  ])('an answer with %s opens no session', async (_, answer, message) => {
    const session = sessionSigner(grvtLogin({ apiKey: KEY }), { fetch: async () => answer(), loginTimeoutMs: 20 })
    await expect(session.login()).rejects.toThrow(withCode('EXCHANGE_REFUSED', message))
  })

  test.each(['never', 'throws'])('the time of a login is also that of what makes its request: %s', async (how) => {
    let sent = 0
    let release = () => {}
    const made = new Promise<void>((resolve) => {
      release = resolve
    })
    const login = grvtLogin({ apiKey: KEY })
    const request = async () => {
      if (how === 'throws') throw new CountersignError('KEY_ASYNC', 'no device')
      await made
      return login.request()
    }
    const fetch = async () => {
      sent++
      return answered('gravity=x')
    }
    const session = sessionSigner({ ...login, request }, { fetch, loginTimeoutMs: 20 })
    await expect(session.login()).rejects.toThrow(
      how === 'throws' ? withCode('KEY_ASYNC') : withCode('EXCHANGE_REFUSED', 'within 20 ms'),
    )
    // A request that is made after all is not sent.
    release()
    await made
    await new Promise((resolve) => setImmediate(resolve))
    expect(sent).toBe(0)
  })

  test.each<[attributes: string, lifeMs: number]>([
    ['Max-Age=60', 60_000],
    ['max-age = 60 ; Expires=Mon, 21 Sep 2026 01:00:00 GMT', 60_000],
    ['Expires=Mon, 21 Sep 2026 01:00:00 GMT; Max-Age=60', 60_000],
    ['Max-Age=60; Max-Age=120', 120_000],
    ['Max-Age=60; Max-Age=soon; Max-Age=', 60_000],
    ['Max-Age=1e3; Expires=Mon, 21 Sep 2026 01:00:00 GMT', 3_600_000],
    ['Expires=soon', 86_400_000],
    ['X-Max-Age=60; Path="/;Max-Age"', 86_400_000],
    [`Max-Age=${'9'.repeat(400)}`, 400 * 86_400_000],
  ])('a session lives as long as its cookie: %s', async (attributes, lifeMs) => {
    const session = sessionSigner(grvtLogin({ apiKey: KEY }), {
      clock: { now: () => 1_000_000 },
      fetch: async () => answered(`gravity=x; ${attributes}`, { date: 'Mon, 21 Sep 2026 00:00:00 GMT' }),
    })
    expect((await session.login()).expiresAtMs).toBe(1_000_000 + lifeMs)
  })

  test('is found among cookies that arrive as one text', () => {
    const text = 'a=b; Max-Age=1, gravity=x; Expires=Mon, 21 Sep 2026 01:00:00 GMT; Path=/, rm=true; Max-Age=0'
    const headers = new Headers({ 'set-cookie': text, 'x-grvt-account-id': '1' })
    const older = Object.defineProperty(headers, 'getSetCookie', { value: undefined })
    const receivedMs = Date.parse('Mon, 21 Sep 2026 00:00:00 GMT')
    const opened = grvtLogin({ apiKey: KEY }).open({ status: 200, headers: older, body: {}, receivedMs })
    expect(opened).toEqual({ fields: { Cookie: 'gravity=x', 'X-Grvt-Account-Id': '1' }, lifeMs: 3_600_000 })
  })

  test('counts its end by the clock of the server, whatever this machine has', async () => {
    const date = 'Mon, 21 Sep 2026 00:00:00 GMT'
    const session = sessionSigner(grvtLogin({ apiKey: KEY }), {
      clock: { now: () => 1_000_000 },
      fetch: async () => answered('gravity=x; Expires=Mon, 21 Sep 2026 01:00:00 GMT', { date }),
    })
    expect((await session.login()).expiresAtMs).toBe(1_000_000 + 3_600_000)
  })

  test('is shown to the exchange alone, and never twice', async () => {
    const { session, call } = await mocked()
    await expect(call('https://evil.example/full/v1/positions')).rejects.toThrow(withCode('ORIGIN_REFUSED'))
    await expect(call('/full/v1/positions', { headers: { Cookie: 'a=b' } })).rejects.toThrow(
      withCode('MESSAGE_MALFORMED'),
    )
    const request = httpRequest({ url: 'https://trades.grvt.io/' })
    const context = { keyId: '', algorithm: 'hmac-sha256', nowMs: NOW, nonce: '' } as const
    expect(() => session.scheme.prepare(request, context).attach(new Uint8Array(3))).toThrow(withCode('CONFIG_INVALID'))
    expect(() => session.key.sign('text of another scheme')).toThrow(withCode('CONFIG_INVALID', 'it signs nothing'))
    expect(JSON.stringify(session)).not.toContain(KEY)
  })

  test('a session opens the socket', async () => {
    const { mock, session } = await mocked()
    const { WebSocket } = await import('ws')
    const socket = openExchangeSocket({
      url: mock.socketUrl,
      login: () => session.login(),
      onMessage: () => {},
      WebSocket: WebSocket as never,
    })
    await socket.ready
    socket.close()
    expect(mock.requests.at(-1)).toMatchObject({ via: 'socket', keyId: 'ACCOUNT_ID', status: 101 })
    const live = await sessionSigner(grvtLogin({ apiKey: KEY }), { fetch: async () => answered('gravity=x') }).login()
    expect(() => live.assertSocket?.('wss://trades.testnet.grvt.io/ws/full')).toThrow(withCode('ORIGIN_REFUSED'))
    expect(() => live.assertSocket?.('wss://trades.grvt.io/ws/full')).not.toThrow()
    for (const url of [
      'ws://trades.grvt.io/ws/full',
      'wss://a:b@trades.grvt.io/',
      'wss://trades.grvt.io@evil.example/',
    ])
      expect(() => live.assertSocket?.(url)).toThrow(withCode('ORIGIN_REFUSED'))
  })
})

describe('a login of the caller', () => {
  const own = {
    name: 'T',
    service: { origins: ['https://a.example'], buildRequest: (...asked: unknown[]) => asked },
    request: () => ({ method: 'POST', url: 'https://a.example/login', headers: {} }),
    open: () => ({ fields: { Cookie: 'sid=SECRET' }, lifeMs: 60_000 }),
  } as unknown as SessionLogin
  const fetch = async () => Response.json({})

  test('without a separate check is shown to its origins and to no other', async () => {
    let logins = 0
    const session = sessionSigner(own, {
      fetch: async () => {
        logins++
        return Response.json({})
      },
    })
    for (const url of ['https://evil.example/', 'http://a.example/', 'https://a.example:8443/'])
      await expect(signRequest(httpRequest({ url }), session)).rejects.toThrow(withCode('ORIGIN_REFUSED'))
    const away = httpRequest({ url: 'https://a.example/', headers: { host: 'evil.example' } })
    await expect(signRequest(away, session)).rejects.toThrow(withCode('ORIGIN_REFUSED'))
    const call = createSignedFetch(session, { fetch, origins: ['https://evil.example'] })
    await expect(call('https://evil.example/')).rejects.toThrow(withCode('ORIGIN_REFUSED'))
    expect(logins).toBe(0)
    // By the scheme and the key alone, as a client of the caller's own may use them.
    const handle = await session.key.sign('')
    const context = { keyId: '', algorithm: 'hmac-sha256', nowMs: NOW, nonce: '' } as const
    const attach = (url: string) => session.scheme.prepare(httpRequest({ url }), context).attach(handle)
    expect(() => attach('https://evil.example/')).toThrow(withCode('ORIGIN_REFUSED'))
    expect(attach('https://a.example/').fields).toContain('sid=SECRET')
  })

  test('without a check of sockets is shown to none', async () => {
    await expect(sessionSigner(own, { fetch }).login()).rejects.toThrow(withCode('CONFIG_INVALID', '"assertSocket"'))
    const messages = { ...own, open: () => ({ fields: {}, messages: ['auth'], lifeMs: 60_000 }) }
    await expect(sessionSigner(messages, { fetch }).login()).rejects.toThrow(withCode('CONFIG_INVALID'))
    const nothing = { ...own, open: () => ({ fields: {}, lifeMs: 60_000 }) }
    expect(await sessionSigner(nothing, { fetch }).login()).toMatchObject({ messages: [], headers: {} })
  })

  test('a login of the caller must have origins', () => {
    for (const service of [undefined, {}, { origins: [] }])
      expect(() => sessionSigner({ ...own, service } as never)).toThrow(withCode('CONFIG_INVALID', 'origins'))
  })
})

const answered = (cookie: string, headers: object = {}): Response =>
  Response.json({}, { headers: { 'set-cookie': cookie, 'x-grvt-account-id': '1', ...headers } })

test('what cannot be a login is refused when it is made', () => {
  expect(() => grvtLogin({ apiKey: '' })).toThrow(withCode('CONFIG_INVALID', '"apiKey" must be'))
  expect(() => grvtLogin({ apiKey: 5 as never })).toThrow(
    withCode('CONFIG_INVALID', '"apiKey" must be the API key as GRVT showed it, as text or a Secret, got a number'),
  )
  for (const [environment, got] of [
    ['prod', '"prod"'],
    ['x'.repeat(200), `"${'x'.repeat(64)}"`],
    [5, 'a number'],
  ] as const)
    expect(() => grvtLogin({ apiKey: KEY, environment: environment as never })).toThrow(
      withCode('CONFIG_INVALID', `"environment" must be "live" or "testnet", got ${got}`),
    )
  expect(() => grvtLogin({ apiKey: KEY, testnet: true } as never)).toThrow('environment: "testnet"')
  expect(() => grvtLogin(undefined as never)).toThrow(withCode('CONFIG_INVALID'))
  expect(() => sessionSigner(grvt({ ...ACCOUNT }) as never)).toThrow(
    withCode('CONFIG_INVALID', '"login" must be a login'),
  )
  expect(() => sessionSigner(grvtLogin({ apiKey: KEY }), { renewMs: 1 } as never)).toThrow(
    'did you mean "renewBeforeMs"?',
  )
})

describe('Paradex', () => {
  const key = starkKey({ privateKey: '03'.repeat(31), account: '0x1234', starknet })
  const claims = (life: number) =>
    btoa(JSON.stringify({ iat: 1_790_000_000, exp: 1_790_000_000 + life })).replace(/=+$/, '')
  const tokenFor = (life: number) => `e30.${claims(life)}.c2ln`

  test('a token is fetched by a signed request, shown with each, and fetched anew before its end', async () => {
    let nowMs = NOW
    const sent: Array<[string, Headers]> = []
    const fetch = async (url: string, init: object) => {
      const { headers } = init as { headers: HeadersInit }
      sent.push([url, new Headers(headers)])
      return Response.json(url.endsWith('/v1/auth') ? { jwt_token: tokenFor(300) } : {})
    }
    const session = sessionSigner(paradexLogin(paradex({ key, environment: 'testnet' })), {
      fetch,
      clock: { now: () => nowMs },
    })
    const call = createSignedFetch(session, { fetch })
    await call('/v1/positions')
    await call('/v1/positions')
    expect(sent.map(([url]) => new URL(url).pathname)).toEqual(['/v1/auth', '/v1/positions', '/v1/positions'])
    expect(sent[0]?.[1].get('paradex-starknet-account')).toBe('0x1234')
    expect(sent[2]?.[1].get('authorization')).toBe(`Bearer ${tokenFor(300)}`)
    expect(sent[2]?.[1].has('paradex-starknet-signature')).toBe(false)
    nowMs += 270_001
    await call('/v1/positions')
    expect(sent).toHaveLength(5)
    const { messages, assertSocket } = await session.login()
    expect(JSON.parse(messages[0] ?? '').params.bearer).toBe(tokenFor(300))
    expect(() => assertSocket?.('wss://ws.api.prod.paradex.trade/v1')).toThrow(withCode('ORIGIN_REFUSED'))
    expect(() => assertSocket?.('wss://ws.api.testnet.paradex.trade/v1')).not.toThrow()
  })

  test.each([
    'wss://ws.api.prod.paradex.trade@evil.example/v1',
    'wss://a:b@ws.api.prod.paradex.trade/v1',
    'ws://ws.api.prod.paradex.trade/v1',
    'https://ws.api.prod.paradex.trade/v1',
    'wss://ws.api.prod.paradex.trade:8443/v1',
    'wss://ws.api.prod.paradex.trade.evil.example/v1',
    'wss:\\\\evil.example/ws.api.prod.paradex.trade',
    'wss://',
    '',
  ])('no login is said to %j', (url) => {
    expect(() => paradexLogin(paradex({ key })).assertSocket?.(url)).toThrow(withCode('ORIGIN_REFUSED'))
  })

  test('beside a proxy the socket is there', () => {
    const { assertSocket } = paradexLogin(paradex({ key, baseUrl: 'http://127.0.0.1:8080/paradex' }))
    expect(() => assertSocket?.('ws://127.0.0.1:8080/v1')).not.toThrow()
    expect(() => assertSocket?.('ws://127.0.0.1:8081/v1')).toThrow(withCode('ORIGIN_REFUSED'))
    expect(() => assertSocket?.('wss://ws.api.prod.paradex.trade/v1')).toThrow(withCode('ORIGIN_REFUSED'))
  })

  test.each([{}, { jwt_token: 7 }, { jwt_token: 'a b' }, null])('an answer of %j opens no session', async (body) => {
    const session = sessionSigner(paradexLogin(paradex({ key })), { fetch: async () => Response.json(body) })
    await expect(session.login()).rejects.toThrow(withCode('EXCHANGE_REFUSED', 'must hold a token'))
  })

  test('a token without an end, or with an absurd one, is kept for four minutes', async () => {
    for (const token of ['e30.e30.c2ln', tokenFor(-1), tokenFor(1e9)]) {
      const fetch = async () => Response.json({ jwt_token: token })
      const session = sessionSigner(paradexLogin(paradex({ key })), { fetch, clock: { now: () => NOW } })
      expect((await session.login()).expiresAtMs).toBe(NOW + 240_000)
    }
  })

  test('what is no signer of Paradex is refused', () => {
    for (const one of [grvt({ ...ACCOUNT }), paradex(), undefined])
      expect(() => paradexLogin(one as never)).toThrow(withCode('CONFIG_INVALID', '"signer" must be one of Paradex'))
  })

  test('an account is made known once, by its Ethereum account', () => {
    const ethereumAccount = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
    const { path, headers, body } = paradexOnboarding({ key, ethereumAccount, environment: 'testnet' })
    expect([path, body]).toEqual(['/v1/onboarding', JSON.stringify({ public_key: key.publicKey })])
    expect(headers).toMatchObject({ 'PARADEX-ETHEREUM-ACCOUNT': ethereumAccount, 'PARADEX-STARKNET-ACCOUNT': '0x1234' })
    expect(() => paradexOnboarding({ key, ethereumAccount: '0x1' })).toThrow(
      withCode('ARGUMENT_INVALID', '"ethereumAccount"'),
    )
  })
})
