import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type ExchangeSocket,
  type ExchangeSocketOptions,
  openExchangeSocket,
  type SocketEnd,
} from '../../../../src/client/socket/websocket.js'
import { CountersignError } from '../../../../src/errors.js'
import { bitmex } from '../../../../src/exchange/catalogue/bitmex.js'
import { kraken } from '../../../../src/exchange/catalogue/kraken.js'
import { krakenFutures } from '../../../../src/exchange/catalogue/kraken-futures.js'
import { kucoin } from '../../../../src/exchange/catalogue/kucoin.js'
import { okx } from '../../../../src/exchange/catalogue/okx.js'
import { codeOf } from '../../../expect-code.js'

/** The far end of one connection. */
interface Peer {
  readonly url: string
  readonly args: readonly unknown[]
  readonly received: string[]
  open(): void
  say(message: string | ArrayBuffer): void
  end(code: number, reason?: string): void
  fail(): void
  /** How this side let go of it; `undefined` while it has not. */
  closed: readonly unknown[] | undefined
}

/** A WebSocket class whose far end is the test. */
function fakeClass({ auto = true, headers = 'second' as 'second' | 'third' | 'none' } = {}) {
  const peers: Peer[] = []
  class Fake {
    binaryType = 'blob'
    onopen: ((event: never) => unknown) | null = null
    onmessage: ((event: never) => unknown) | null = null
    onclose: ((event: never) => unknown) | null = null
    onerror: ((event: never) => unknown) | null = null
    readonly peer: Peer
    constructor(url: string, ...args: readonly unknown[]) {
      if (headers === 'none' && args.length > 0) throw new SyntaxError("The subprotocol '[object Object]' is invalid.")
      const fire = (event: object, handler: ((event: never) => unknown) | null): void => void handler?.(event as never)
      this.peer = {
        url,
        args,
        received: [],
        closed: undefined,
        open: () => fire({}, this.onopen),
        say: (data) => fire({ data }, this.onmessage),
        end: (code, reason = '') => fire({ code, reason }, this.onclose),
        fail: () => fire({}, this.onerror),
      }
      peers.push(this.peer)
      if (auto) queueMicrotask(() => this.peer.open())
    }
    send(message: string): void {
      this.peer.received.push(message)
    }
    close(...how: readonly unknown[]): void {
      this.peer.closed = how
    }
  }
  if (headers === 'third') Object.assign(Fake.prototype, { on: () => {} })
  return { WebSocket: Fake, peers }
}

const sockets: ExchangeSocket[] = []
afterEach(() => {
  for (const one of sockets.splice(0)) one.close()
  vi.useRealTimers()
})

function open(options: Partial<ExchangeSocketOptions> & Pick<ExchangeSocketOptions, 'login'>) {
  const messages: unknown[] = []
  const ends: SocketEnd[] = []
  const socket = openExchangeSocket({
    url: 'wss://socket.example/private',
    onMessage: (message) => messages.push(message),
    onClose: (end) => ends.push(end),
    reconnect: { minMs: 1, maxMs: 5 },
    ...options,
  })
  sockets.push(socket)
  return { socket, messages, ends }
}
const settled = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve()
}
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; !holds(); i++) {
    if (i > 2_000) expect.fail('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
const plain = (...messages: readonly string[]) => ({ messages })

describe('openExchangeSocket', () => {
  it('logs in when the socket is open, with the time of that moment', async () => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    const { WebSocket, peers } = fakeClass({ auto: false })
    const signer = okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase', baseUrl: 'https://socket.example' })
    const { socket } = open({ login: () => signer.login(), WebSocket })
    await settled()
    expect([peers.length, socket.isReady]).toEqual([1, false])
    vi.setSystemTime(1_700_000_005_000)
    peers[0]?.open()
    await settled()
    expect(socket.isReady).toBe(true)
    const login = peers[0]?.received[0]
    expect(JSON.parse(login as string).args[0]).toMatchObject({
      apiKey: 'key',
      passphrase: 'phrase',
      timestamp: '1700000005',
    })
  })

  it('signs anew for every connection', async () => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] })
    const { WebSocket, peers } = fakeClass()
    const signer = bitmex({ apiKey: 'key', secret: 'secret', allowClosed: true })
    const { socket, ends } = open({ url: 'wss://ws.bitmex.com/realtime', login: () => signer.login(), WebSocket })
    for (let i = 0; i < 3; i++) {
      await until(() => socket.isReady && peers.length === i + 1)
      vi.setSystemTime(1_700_000_000_000 + (i + 1) * 60_000)
      peers[i]?.end(1006)
      await settled()
      expect(socket.isReady).toBe(false)
    }
    const logins = peers.slice(0, 3).map(({ received }) => received[0])
    expect(new Set(logins).size).toBe(3)
    expect(ends.map(({ code, error }) => [code, error])).toEqual([
      [1006, undefined],
      [1006, undefined],
      [1006, undefined],
    ])
  })

  it('sends the messages of a login in order, then those of onOpen, then what waited', async () => {
    const { WebSocket, peers } = fakeClass({ auto: false })
    const { socket } = open({
      login: async () => plain('one', 'two'),
      onOpen: ({ send }) => send('subscribe'),
      WebSocket,
    })
    socket.send('early 1')
    socket.send('early 2')
    await settled()
    peers[0]?.open()
    await settled()
    socket.send('late')
    expect(peers[0]?.received).toEqual(['one', 'two', 'subscribe', 'early 1', 'early 2', 'late'])
  })

  it('waits for the word that the login was taken, where it knows that word', async () => {
    const { WebSocket, peers } = fakeClass()
    const { socket, messages } = open({
      login: () => plain('login'),
      loggedIn: (message) => message === 'welcome',
      WebSocket,
    })
    socket.send('order')
    await settled()
    peers[0]?.say('hello')
    await settled()
    expect([socket.isReady, peers[0]?.received]).toEqual([false, ['login']])
    peers[0]?.say('welcome')
    await settled()
    expect([socket.isReady, peers[0]?.received]).toEqual([true, ['login', 'order']])
    expect(messages).toEqual(['hello', 'welcome'])
  })

  it('keeps what waits for the next connection, and sends it once', async () => {
    const { WebSocket, peers } = fakeClass()
    const { socket } = open({ login: () => plain('login'), loggedIn: (message) => message === 'ok', WebSocket })
    socket.send('order')
    await settled()
    peers[0]?.end(1001)
    await until(() => peers.length === 2)
    await settled()
    peers[1]?.say('ok')
    await settled()
    peers[1]?.end(1001)
    await until(() => peers.length === 3)
    await settled()
    peers[2]?.say('ok')
    await settled()
    expect(peers.map(({ received }) => received)).toEqual([['login'], ['login', 'order'], ['login']])
  })

  it('hands on text and bytes', async () => {
    const { WebSocket, peers } = fakeClass()
    const { socket, messages } = open({ login: () => plain(), WebSocket })
    await until(() => socket.isReady)
    const bytes = new ArrayBuffer(3)
    peers[0]?.say('text')
    peers[0]?.say(bytes)
    expect(messages).toEqual(['text', bytes])
  })

  it('fetches a token first, and shows it', async () => {
    const { WebSocket, peers } = fakeClass()
    const asked: Array<[string, RequestInit]> = []
    const signer = kraken({ apiKey: 'key', secret: 'c2VjcmV0IQ==' })
    const { socket } = open({
      url: 'wss://ws-auth.kraken.com/v2',
      login: () => signer.login({ method: 'subscribe', params: { channel: 'executions' } }),
      fetch: async (url, init) => {
        asked.push([url, init])
        return Response.json({ error: [], result: { token: `token-${asked.length}` } })
      },
      WebSocket,
    })
    await until(() => socket.isReady)
    peers[0]?.end(1006)
    await until(() => socket.isReady && peers.length === 2)
    expect(asked.map(([url, { method, redirect }]) => [url, method, redirect])).toEqual(
      Array.from({ length: 2 }, () => ['https://api.kraken.com/0/private/GetWebSocketsToken', 'POST', 'manual']),
    )
    expect(asked[0]?.[1].body).not.toBe(asked[1]?.[1].body)
    expect(peers.map(({ received }) => JSON.parse(received[0] as string).params.token)).toEqual(['token-1', 'token-2'])
  })

  it('connects where the answer says, with what the URL needs', async () => {
    const { WebSocket, peers } = fakeClass()
    const signer = kucoin({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
    const { socket } = open({
      url: (answer) => {
        const [server] = (answer as { data: { instanceServers: Array<{ endpoint: string }> } }).data.instanceServers
        return `${server?.endpoint}?connectId=7`
      },
      login: () => signer.login(),
      fetch: async () =>
        Response.json({ data: { token: 'a/b+c', instanceServers: [{ endpoint: 'wss://ws-api-spot.kucoin.com/' }] } }),
      WebSocket,
    })
    await until(() => socket.isReady)
    expect(peers[0]?.url).toBe('wss://ws-api-spot.kucoin.com/?connectId=7&token=a%2Fb%2Bc')
  })

  it('receives a confirmation that comes along with the upgrade', async () => {
    const { WebSocket, peers } = fakeClass({ auto: false })
    const signer = kucoin({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
    const { socket, messages } = open({
      url: 'wss://ws-api-spot.kucoin.com/',
      login: () => signer.login(),
      fetch: async () => Response.json({ data: { token: 'token' } }),
      loggedIn: (message) => JSON.parse(String(message)).type === 'welcome',
      WebSocket,
    })
    await until(() => peers.length === 1)
    // In one segment with the answer to the upgrade: no other callback runs between the two.
    peers[0]?.open()
    peers[0]?.say('{"type":"welcome"}')
    await until(() => socket.isReady)
    expect(messages).toEqual(['{"type":"welcome"}'])
  })

  it.each([
    ['a=1', 'wss://socket.example/private?a=1'],
    ['/listen-key', 'wss://socket.example/private/listen-key'],
  ])('puts %s on the URL', async (query, url) => {
    const { WebSocket, peers } = fakeClass()
    const { socket } = open({ login: () => ({ ...plain(), query }), WebSocket })
    await until(() => socket.isReady)
    expect(peers[0]?.url).toBe(url)
  })

  it('asks for the exchange’s text, and has it signed', async () => {
    const { WebSocket, peers } = fakeClass()
    const signer = krakenFutures({ apiKey: 'key', secret: 'c2VjcmV0IQ==', baseUrl: 'https://socket.example' })
    const { socket, messages } = open({
      login: (challenge) => signer.login({ challenge, feed: 'open_orders' }),
      challenge: {
        ask: '{"event":"challenge","api_key":"key"}',
        read: (message) => {
          const { event, message: text } = JSON.parse(String(message))
          return event === 'challenge' ? text : undefined
        },
      },
      WebSocket,
    })
    await settled()
    expect(peers[0]?.received).toEqual(['{"event":"challenge","api_key":"key"}'])
    peers[0]?.say('{"event":"info","version":1}')
    await settled()
    expect(peers[0]?.received).toHaveLength(1)
    peers[0]?.say('{"event":"challenge","message":"c100b894-1729-464d-ace1-52dbce11db42"}')
    await settled()
    expect(JSON.parse(peers[0]?.received[1] as string)).toMatchObject({
      feed: 'open_orders',
      original_challenge: 'c100b894-1729-464d-ace1-52dbce11db42',
      signed_challenge: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/),
    })
    expect([socket.isReady, messages.length]).toEqual([true, 2])
  })

  it.each([
    ['second', [{ headers: { 'X-Key': 'k' } }]],
    ['third', [[], { headers: { 'X-Key': 'k' } }]],
  ] as const)('passes fields of the upgrade request in the %s argument', async (headers, args) => {
    const { WebSocket, peers } = fakeClass({ headers })
    const { socket } = open({ login: () => ({ ...plain(), headers: { 'X-Key': 'k' } }), WebSocket })
    await until(() => socket.isReady)
    expect(peers[0]?.args).toEqual(args)
  })

  it('says why a login in such fields cannot work in a browser, and does not try again', async () => {
    const { WebSocket, peers } = fakeClass({ headers: 'none' })
    const { socket, ends } = open({ login: () => ({ ...plain(), headers: { 'X-Key': 'k' } }), WebSocket })
    await expect(socket.closed).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('no browser lets a page set'),
    })
    expect([peers.length, ends.map(({ retryMs }) => retryMs)]).toEqual([0, [undefined]])
  })

  it('comes back after a login that was not answered in time', async () => {
    const { WebSocket, peers } = fakeClass()
    const { socket, ends } = open({ login: () => plain('login'), loggedIn: () => false, loginTimeoutMs: 20, WebSocket })
    await until(() => peers.length === 3)
    expect(peers[0]?.closed).toBeDefined()
    expect(ends[0]?.error).toMatchObject({ code: 'EXCHANGE_REFUSED', message: expect.stringContaining('within 20 ms') })
    expect(socket.isReady).toBe(false)
  })

  it('comes back after a connection that could not be made', async () => {
    const { WebSocket, peers } = fakeClass({ auto: false })
    const { ends } = open({ login: () => plain('login'), WebSocket })
    await settled()
    peers[0]?.fail()
    await until(() => peers.length === 2)
    peers[1]?.fail()
    peers[1]?.end(1006, 'refused')
    await until(() => peers.length === 3)
    expect(ends.map(({ error }) => (error as Error).message)).toEqual([
      expect.stringContaining('the connection failed'),
      expect.stringContaining('1006, refused'),
    ])
  })

  it('comes back where a token is not to be had, and shows nothing of the answer', async () => {
    const { WebSocket, peers } = fakeClass()
    const answers = [
      () => new Response('<html>maintenance of hidden</html>', { status: 503 }),
      () => Response.json({ error: ['EAPI:Invalid nonce hidden'] }),
      () => Promise.reject(new TypeError('network')),
      () => Response.json({ result: { token: 'good' } }),
    ]
    let at = 0
    const signer = kraken({ apiKey: 'key', secret: 'c2VjcmV0IQ==' })
    const { socket, ends } = open({
      url: 'wss://ws-auth.kraken.com/v2',
      login: () => signer.login({ method: 'subscribe' }),
      fetch: async () => (answers[at++] as () => Response)(),
      WebSocket,
    })
    await until(() => socket.isReady)
    expect(ends.map(({ error }) => (error as CountersignError).code ?? (error as Error).message)).toEqual([
      'EXCHANGE_REFUSED',
      'EXCHANGE_REFUSED',
      'network',
    ])
    expect(ends.map(({ error }) => String(error)).join()).not.toContain('hidden')
    expect(peers).toHaveLength(1)
  })

  it('ends for good with what login or loggedIn throw', async () => {
    const { WebSocket, peers } = fakeClass()
    const refuse = (): never => {
      throw new Error('60009 login failed')
    }
    const refused = open({ login: () => plain('login'), loggedIn: refuse, WebSocket })
    await settled()
    peers[0]?.say('{"event":"error"}')
    await expect(refused.socket.closed).rejects.toThrow('60009 login failed')
    expect(refused.ends.map(({ retryMs }) => retryMs)).toEqual([undefined])
    expect(await codeOf(() => refused.socket.send('x'))).toBe('CONFIG_INVALID')
    const invalid = (): never => {
      throw new CountersignError('KEY_ASYNC', 'no')
    }
    expect(await codeOf(() => open({ login: invalid, WebSocket }).socket.closed)).toBe('KEY_ASYNC')
    expect(peers).toHaveLength(1)
  })

  it('tries again after any other failure of the key', async () => {
    const { WebSocket } = fakeClass()
    let fails = 2
    const { socket, ends } = open({
      login: async () => {
        if (fails-- > 0) throw new Error('the HSM is busy')
        return plain('login')
      },
      WebSocket,
    })
    await until(() => socket.isReady)
    expect(ends.map(({ error }) => (error as Error).message)).toEqual(['the HSM is busy', 'the HSM is busy'])
  })

  it('waits longer after each failure, up to a bound, and from the start after a connection that lasted', async () => {
    const { WebSocket, peers } = fakeClass()
    let lasts = false
    const { ends } = open({
      login: () => plain('login'),
      reconnect: { minMs: 8, maxMs: 64 },
      onOpen: () => {
        const peer = peers.at(-1)
        setTimeout(() => peer?.end(1006), lasts ? 80 : 0)
      },
      WebSocket,
    })
    await until(() => ends.length >= 6)
    lasts = true
    await until(() => ends.length >= 8)
    const limits = [8, 16, 32, 64, 64, 64]
    ends.slice(0, 6).forEach(({ retryMs }, i) => {
      expect(retryMs).toBeGreaterThanOrEqual((limits[i] as number) / 2)
      expect(retryMs).toBeLessThanOrEqual(limits[i] as number)
    })
    expect(ends.at(-1)?.retryMs).toBeLessThanOrEqual(8)
  })

  it('gives up after so many attempts in a row', async () => {
    const { WebSocket, peers } = fakeClass()
    const { socket, ends } = open({
      login: () => plain('login'),
      reconnect: { attempts: 2, minMs: 1, maxMs: 1_000 },
      onOpen: () => {
        const peer = peers.at(-1)
        setTimeout(() => peer?.end(4000, 'go away'), 0)
      },
      WebSocket,
    })
    await expect(socket.closed).rejects.toMatchObject({
      code: 'EXCHANGE_REFUSED',
      message: expect.stringContaining('4000'),
    })
    expect([peers.length, ends.map(({ retryMs }) => retryMs === undefined)]).toEqual([3, [false, false, true]])
  })

  it('logs in again on the same socket where configured to', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { WebSocket, peers } = fakeClass()
    let count = 0
    const { socket } = open({ login: () => plain(`login ${count++}`), renewMs: 1_000, WebSocket })
    await settled()
    for (let i = 0; i < 3; i++) {
      vi.advanceTimersByTime(1_000)
      await settled()
    }
    expect(socket.isReady).toBe(true)
    expect(peers[0]?.received.slice(0, 4)).toEqual(['login 0', 'login 1', 'login 2', 'login 3'])
  })

  it.each([
    ['a promise', async () => true],
    ['nothing', () => undefined],
    ['a number', () => 1],
  ])('ends for good when "loggedIn" returns %s', async (what, loggedIn) => {
    const { WebSocket, peers } = fakeClass()
    const { socket } = open({ login: () => plain('login'), loggedIn: loggedIn as never, WebSocket })
    await settled()
    peers[0]?.say('{"event":"error"}')
    await expect(socket.closed).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `"loggedIn" must return true or false, got ${what}`,
    })
    expect([peers.length, socket.isReady]).toEqual([1, false])
  })

  it.each([
    ['nothing', () => undefined],
    ['a string', () => 'login'],
    ['a signed request', () => okx({ apiKey: 'key', secret: 'secret', passphrase: 'p' }).sign({ path: '/x' })],
    ['a function', () => okx],
    ['an object', () => ({ messages: [{}] })],
  ])('ends for good when "login" returns %s', async (what, login) => {
    const { WebSocket, peers } = fakeClass()
    for (const challenge of [undefined, { ask: 'ask', read: String }]) {
      const { socket } = open({ login: login as never, ...(challenge && { challenge }), WebSocket })
      await settled()
      peers.at(-1)?.say('challenge')
      await expect(socket.closed).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(new RegExp(`^"login" must return what signer.login\\(\\) returns.*got ${what}`)),
      })
    }
    expect(peers.length).toBe(1)
  })

  it('comes back when a renewal fails', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { WebSocket, peers } = fakeClass()
    let count = 0
    const { ends } = open({
      login: () => {
        if (count++ === 2) throw new TypeError('the KMS is away')
        return plain('login')
      },
      renewMs: 1_000,
      WebSocket,
    })
    await settled()
    for (let i = 0; i < 2; i++) {
      vi.advanceTimersByTime(1_000)
      await settled()
    }
    await until(() => peers.length >= 2)
    expect(ends[0]).toMatchObject({ error: { message: 'the KMS is away' } })
    expect(peers[0]?.closed).toBeDefined()
  })

  it('closes with the given code, and leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    const { WebSocket, peers } = fakeClass()
    const open1 = open({ login: () => plain('login'), renewMs: 1_000, WebSocket })
    await settled()
    expect(open1.socket.isReady).toBe(true)
    open1.socket.close(1000, 'good night')
    await open1.socket.closed
    expect([peers[0]?.closed, open1.socket.isReady, open1.ends]).toEqual([[1000, 'good night'], false, []])
    // In the middle of everything else.
    const controller = new AbortController()
    const waits = open({ login: () => new Promise(() => {}), signal: controller.signal, WebSocket })
    const connects = open({ login: () => plain('login'), loggedIn: () => false, signal: controller.signal, WebSocket })
    const pauses = open({ login: () => Promise.reject(new Error('x')), signal: controller.signal, WebSocket })
    await settled()
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    controller.abort()
    await Promise.all([waits, connects, pauses].map(({ socket }) => socket.closed))
    expect(vi.getTimerCount()).toBe(0)
    const before = open({ login: () => expect.fail('asked'), signal: controller.signal, WebSocket })
    await before.socket.closed
  })

  it('refuses options that cannot be right', async () => {
    const { WebSocket } = fakeClass()
    const login = () => plain()
    for (const options of [
      { url: 'https://socket.example' },
      { url: 'ws://socket.example' },
      { url: 'wss://user:pass@socket.example' },
      { url: 'wss://socket.example/#x' },
      { url: '/relative' },
      { reconnect: { minMs: 0 } },
      { reconnect: { minMs: 10, maxMs: 5 } },
      { reconnect: { attempts: -1 } },
      { reconnect: { attempts: Number.NaN } },
      { loginTimeoutMs: Number.NaN },
      { renewMs: 0 },
      { renewMs: 1e12 },
      { WebSocket: {} as never },
    ] satisfies Array<Partial<ExchangeSocketOptions>>)
      expect(await codeOf(() => open({ login, WebSocket, ...options }))).toBe('CONFIG_INVALID')
    for (const url of ['ws://127.0.0.1:1/', 'ws://localhost:1/', 'wss://socket.example'])
      expect(() => open({ login, WebSocket, url })).not.toThrow()
    const { socket } = open({ login: () => new Promise(() => {}), WebSocket })
    for (let i = 0; i < 1_000; i++) socket.send('x')
    expect(await codeOf(() => socket.send('x'))).toBe('CONFIG_INVALID')
  })
})

describe('what cannot be right in the options of a socket', () => {
  const right = { url: 'wss://socket.example', login: () => plain(), onMessage: () => {} }
  const { WebSocket } = fakeClass()
  const opening = (options: object) => () =>
    openExchangeSocket({ ...right, WebSocket, ...options } as ExchangeSocketOptions)

  it.each([
    ['login', plain('a login that was signed once'), '"login" must be a function'],
    ['login', Promise.resolve(plain()), '"login" must be a function'],
    ['login', undefined, '"login" must be a function'],
    ['url', undefined, '"url" must be'],
    ['url', 'https://socket.example', '"url" must be wss://'],
    ['url', 'ws://socket.example', '"url" must be wss://'],
    ['url', new URL('wss://socket.example'), '"url" must be'],
    ['onMessage', undefined, '"onMessage" must be a function'],
    ['onMessage', console, '"onMessage" must be a function'],
    ['loggedIn', true, '"loggedIn" must be a function'],
    ['onOpen', 'subscribe', '"onOpen" must be a function'],
    ['onClose', 1, '"onClose" must be a function'],
    ['challenge', { ask: 'x' }, '"challenge" must have'],
    ['signal', {}, '"signal" must be an AbortSignal'],
    ['WebSocket', {}, '"WebSocket" must be a class'],
    ['renewMs', 0, '"renewMs" must be'],
    ['renewMs', 999, '"renewMs" must be 1000 to'],
    ['renewMs', '5000', '"renewMs" must be'],
    ['loginTimeout', 5, '"loginTimeoutMs"'],
    ['loginTimeoutMs', '5000', '"loginTimeoutMs" must be'],
    ['reconnect', { attempts: '5' }, '"reconnect.attempts" must be'],
    ['loginTimeoutMs', '5s', '"loginTimeoutMs" must be'],
    ['reconnect', { attempts: -1 }, '"reconnect.attempts" must be'],
    ['reconnect', { retries: 3 }, '"retries"'],
    ['reconnect', 5, '"reconnect"'],
    ['headers', {}, '"headers"'],
    ['onmessage', () => {}, '"onMessage"'],
  ])('%s: %o is refused at once', (name, value, text) => {
    const call = opening({ [name]: value })
    expect(call).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) }))
  })

  it('is nothing at all', () => {
    expect(() => (openExchangeSocket as (options?: unknown) => unknown)()).toThrow(/openExchangeSocket needs options: /)
  })
})

describe('whether a socket is ready', () => {
  it('is known when the login is confirmed', async () => {
    const { WebSocket, peers } = fakeClass()
    const { socket } = open({ login: () => plain('login'), loggedIn: (message) => message === 'ok', WebSocket })
    let ready = false
    void socket.ready.then(() => {
      ready = true
    })
    await settled()
    expect([ready, socket.isReady]).toEqual([false, false])
    peers[0]?.say('ok')
    await socket.ready
    expect([ready, socket.isReady]).toEqual([true, true])
  })

  it('is refused with what loggedIn threw, and for good', async () => {
    const { WebSocket, peers } = fakeClass()
    const wrong = new Error('60009 login failed')
    const loggedIn = (): never => {
      throw wrong
    }
    const { socket } = open({ login: () => plain('login'), loggedIn, WebSocket })
    const { ready } = socket
    await settled()
    peers[0]?.say('{"event":"error"}')
    await expect(ready).rejects.toBe(wrong)
    await expect(socket.closed).rejects.toBe(wrong)
    await expect(socket.ready).rejects.toBe(wrong)
  })

  it('is refused for an attempt the exchange ended, and asked anew for the next', async () => {
    const { WebSocket, peers } = fakeClass()
    const { socket } = open({ login: () => plain('login'), loggedIn: (message) => message === 'ok', WebSocket })
    const first = socket.ready
    await settled()
    peers[0]?.end(4001, 'bad signature')
    await expect(first).rejects.toMatchObject({
      code: 'EXCHANGE_REFUSED',
      message: expect.stringContaining('4001, bad signature'),
    })
    const second = socket.ready
    await until(() => peers.length === 2)
    await settled()
    peers[1]?.say('ok')
    await second
    expect(socket.isReady).toBe(true)
    // After a loss it is the next login that is waited for.
    peers[1]?.end(1006)
    await settled()
    const third = socket.ready
    await until(() => peers.length === 3)
    await settled()
    peers[2]?.say('ok')
    await third
  })

  it('is refused when the socket is closed or aborted first', async () => {
    const { WebSocket } = fakeClass({ auto: false })
    const closed = open({ login: () => plain('login'), WebSocket }).socket
    const { ready } = closed
    closed.close()
    await expect(ready).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    const controller = new AbortController()
    const aborted = open({ login: () => plain('login'), signal: controller.signal, WebSocket }).socket
    const waiting = aborted.ready
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('harms nothing where it is not looked at, and a failure for good that is not looked at is printed', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const warnings: string[] = []
    const warn = vi.spyOn(console, 'error').mockImplementation((...text) => void warnings.push(text.join(' ')))
    try {
      const { WebSocket, peers } = fakeClass({ auto: false })
      const quiet = openExchangeSocket({
        url: 'wss://socket.example',
        login: () => plain('login'),
        onMessage: () => {},
        reconnect: { attempts: 1, minMs: 1, maxMs: 1_000 },
        WebSocket,
      })
      sockets.push(quiet)
      await settled()
      peers[0]?.end(1006)
      await until(() => peers.length === 2)
      await settled()
      peers[1]?.end(1006)
      await until(() => warnings.length > 0)
      // Node reports an unhandled rejection after the microtasks of a turn.
      await new Promise((resolve) => setImmediate(resolve))
      expect(unhandled).toEqual([])
      expect(warnings).toEqual([expect.stringContaining('closed before the login was done (1006)')])
    } finally {
      warn.mockRestore()
      process.off('unhandledRejection', listen)
    }
  })

  it('costs one call of login on the first connection, and another one where it took long to connect', async () => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] })
    for (const [lateMs, calls] of [
      [0, 1],
      [999, 1],
      [1_000, 2],
      [-1, 2],
    ] as const) {
      const { WebSocket, peers } = fakeClass({ auto: false })
      let count = 0
      const { socket } = open({ login: () => plain(`login ${++count}`), WebSocket })
      await settled()
      vi.setSystemTime(Date.now() + lateMs)
      peers[0]?.open()
      await socket.ready
      expect([count, peers[0]?.received], String(lateMs)).toEqual([calls, [`login ${calls}`]])
    }
  })

  it('is waited for by what is sent before, up to a thousand messages of text', async () => {
    const { WebSocket, peers } = fakeClass({ auto: false })
    const { socket } = open({ login: () => plain('login'), WebSocket })
    expect(() => socket.send({ op: 'subscribe' } as never)).toThrow(/a message must be text, got an object/)
    for (let i = 0; i < 1_000; i++) socket.send(`subscribe ${i}`)
    expect(() => socket.send('one more')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    await settled()
    peers[0]?.open()
    await socket.ready
    await settled()
    expect(peers[0]?.received).toHaveLength(1_001)
    expect(peers[0]?.received.slice(0, 2)).toEqual(['login', 'subscribe 0'])
  })
})
