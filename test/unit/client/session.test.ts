import { afterEach, describe, expect, test } from 'vitest'
import { createSignedFetch, sessionSigner } from '../../../src/client/index.js'
import { openExchangeSocket } from '../../../src/client/socket/websocket.js'
import { grvt } from '../../../src/exchange/catalogue/grvt.js'
import { grvtLogin } from '../../../src/exchange/logins/grvt.js'
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
    ['no answer', () => new Promise(() => {}), 'within 20 ms'],
  ])('%s opens none', async (_, answer, message) => {
    const session = sessionSigner(grvtLogin({ apiKey: KEY }), { fetch: async () => answer(), loginTimeoutMs: 20 })
    await expect(session.login()).rejects.toThrow(withCode('EXCHANGE_REFUSED', message))
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

  test('opens a socket', async () => {
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
  })
})

const answered = (cookie: string, headers: object = {}): Response =>
  Response.json({}, { headers: { 'set-cookie': cookie, 'x-grvt-account-id': '1', ...headers } })

test('what cannot be a login is refused when it is made', () => {
  expect(() => grvtLogin({ apiKey: '' })).toThrow(withCode('CONFIG_INVALID', '"apiKey" must be'))
  expect(() => grvtLogin({ apiKey: KEY, testnet: true } as never)).toThrow('environment: "testnet"')
  expect(() => grvtLogin(undefined as never)).toThrow(withCode('CONFIG_INVALID'))
  expect(() => sessionSigner(grvt({ ...ACCOUNT }) as never)).toThrow(
    withCode('CONFIG_INVALID', '"login" must be a login'),
  )
  expect(() => sessionSigner(grvtLogin({ apiKey: KEY }), { renewMs: 1 } as never)).toThrow(
    'did you mean "renewBeforeMs"?',
  )
})
