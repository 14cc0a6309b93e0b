import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket as UndiciWebSocket } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import {
  type ExchangeSocket,
  type ExchangeSocketOptions,
  openExchangeSocket,
  type SocketClass,
} from '../../src/client/socket/websocket.js'
import { gemini } from '../../src/exchange/catalogue/gemini.js'
import { kraken } from '../../src/exchange/catalogue/kraken.js'
import { okx } from '../../src/exchange/catalogue/okx.js'
import { mockExchange } from '../../src/testing/index.js'

const closing: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
function open(options: ExchangeSocketOptions): ExchangeSocket {
  const socket = openExchangeSocket({ reconnect: { minMs: 5, maxMs: 20 }, ...options })
  closing.push(() => socket.close())
  return socket
}
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; !holds(); i++) {
    if (i > 1_000) expect.fail('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const classes: ReadonlyArray<readonly [string, SocketClass]> = [
  ['ws', WebSocket],
  ['undici', UndiciWebSocket],
]
// Newer Nodes have one of their own; that the type of a page's fits, too, is checked by the compiler.
const own: SocketClass | undefined = globalThis.WebSocket

describe.each(own === undefined ? classes : [...classes, ['the global one', own] as const])(
  'a socket of %s',
  (_name, Class) => {
    it('says that a secret is wrong, and does not try it again', async () => {
      const account = { apiKey: 'bot-1', secret: 'secret-1', passphrase: 'phrase' }
      const mock = await mockExchange(okx(), { accounts: [account] })
      closing.push(() => mock.close())
      const signer = okx({ ...account, secret: 'another', origin: mock.origin })
      let logins = 0
      const socket = open({
        url: `${mock.socketUrl}/ws/v5/private`,
        login: () => {
          logins++
          return signer.login()
        },
        loggedIn: (message) => {
          const { event, code } = JSON.parse(String(message)) as { event: string; code: string }
          if (event === 'error') throw new Error(code)
          return event === 'login'
        },
        onMessage: () => {},
        WebSocket: Class,
      })
      await expect(socket.ready).rejects.toThrow(/^60\d\d\d$/)
      await expect(socket.closed).rejects.toThrow(/^60\d\d\d$/)
      expect(logins).toBe(1)
    })

    it('says that nothing listens there, and goes on trying', async () => {
      const free = createServer()
      await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve))
      const { port } = free.address() as AddressInfo
      await new Promise((resolve) => free.close(resolve))
      const socket = open({
        url: `ws://127.0.0.1:${port}`,
        login: () => ({ messages: ['login'] }),
        onMessage: () => {},
        WebSocket: Class,
      })
      const error = await socket.ready.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toMatchObject({ code: 'EXCHANGE_REFUSED' })
      // undici, which is Node's class, does not say why.
      if (Class === (WebSocket as SocketClass)) expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } })
      const later = new WebSocketServer({ port, host: '127.0.0.1' })
      closing.push(() => later.close())
      await until(() => socket.isReady)
    })

    it('is logged in by an exchange that checks it, and again after it was lost', async () => {
      const account = { apiKey: 'bot-1', secret: 'secret-1', passphrase: 'phrase' }
      const mock = await mockExchange(okx(), { accounts: [account] })
      closing.push(() => mock.close())
      const signer = okx({ ...account, origin: mock.origin })
      const messages: string[] = []
      let opened = 0
      const socket = open({
        url: `${mock.socketUrl}/ws/v5/private`,
        login: () => signer.login(),
        loggedIn: (message) => {
          const { event, code } = JSON.parse(String(message)) as { event: string; code: string }
          if (event === 'error') throw new Error(code)
          return event === 'login'
        },
        onOpen: ({ send }) => {
          opened++
          send(JSON.stringify({ op: 'subscribe', args: [{ channel: 'orders' }] }))
        },
        onMessage: (message) => messages.push(String(message)),
        WebSocket: Class,
      })
      await until(() => socket.isReady && messages.length >= 2)
      expect(JSON.parse(messages[0] as string)).toMatchObject({ event: 'login', code: '0' })
      const { port } = new URL(mock.origin)
      await mock.close()
      await until(() => !socket.isReady)
      const again = await mockExchange(okx(), { accounts: [account], port: Number(port) })
      closing.push(() => again.close())
      await until(() => socket.isReady)
      expect([opened, again.requests.map(({ code }) => code).filter((code) => code !== undefined)]).toEqual([2, []])
    })

    it('is refused by it for another secret, and does not knock again', async () => {
      const mock = await mockExchange(okx(), {
        accounts: [{ apiKey: 'bot-1', secret: 'secret-1', passphrase: 'phrase' }],
      })
      closing.push(() => mock.close())
      const signer = okx({ apiKey: 'bot-1', secret: 'another', passphrase: 'phrase', origin: mock.origin })
      const socket = open({
        url: mock.socketUrl,
        login: () => signer.login(),
        loggedIn: (message) => {
          const { event, code } = JSON.parse(String(message)) as { event: string; code: string }
          if (event === 'error') throw new Error(code)
          return event === 'login'
        },
        onMessage: () => {},
        WebSocket: Class,
      })
      await expect(socket.closed).rejects.toThrow(/^60007$/)
    })

    it('shows a token that was fetched with a signed request', async () => {
      const account = { apiKey: 'bot-1', secret: 'c2VjcmV0IQ==' }
      const mock = await mockExchange(kraken(), { accounts: [account] })
      closing.push(() => mock.close())
      const signer = kraken({ ...account, origin: mock.origin })
      const messages: string[] = []
      const socket = open({
        url: mock.socketUrl,
        login: () => signer.login({ method: 'subscribe', params: { channel: 'executions' } }),
        onMessage: (message) => messages.push(String(message)),
        WebSocket: Class,
      })
      await until(() => socket.isReady && messages.length > 0)
      expect(mock.requests[0]).toMatchObject({ path: '/0/private/GetWebSocketsToken', code: undefined })
      expect(messages.join()).not.toMatch(/error/i)
    })

    it('carries a login that stands in the upgrade request', async () => {
      const server = createServer().listen(0, '127.0.0.1')
      const sockets = new WebSocketServer({ server })
      closing.push(
        () => server.close(),
        () => sockets.close(),
      )
      const heads: Array<Record<string, unknown>> = []
      sockets.on('connection', (peer, request) => {
        heads.push(request.headers)
        if (heads.length === 1) setTimeout(() => peer.terminate(), 10)
      })
      await new Promise((resolve) => server.once('listening', resolve))
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
      const signer = gemini({ apiKey: 'account-key', secret: '1234abcd', origin: `http://${host}` })
      const socket = open({
        url: `ws://${host}/v1/order/events`,
        login: () => signer.login(),
        onMessage: () => {},
        WebSocket: Class,
      })
      await until(() => heads.length === 2 && socket.isReady)
      for (const head of heads)
        expect(head).toMatchObject({
          'x-gemini-apikey': 'account-key',
          'x-gemini-signature': expect.stringMatching(/^[0-9a-f]{96}$/),
        })
      expect(heads[0]?.['x-gemini-payload']).not.toBe(heads[1]?.['x-gemini-payload'])
    })

    it('closes with a code and a reason', async () => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
      closing.push(() => server.close())
      await new Promise((resolve) => server.once('listening', resolve))
      const goodbye = new Promise((resolve) => {
        server.on('connection', (peer) => peer.on('close', (code, reason) => resolve([code, String(reason)])))
      })
      const socket = open({
        url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
        login: () => ({ messages: ['login'] }),
        onMessage: () => {},
        WebSocket: Class,
      })
      await until(() => socket.isReady)
      socket.close(4001, 'done')
      expect(await goodbye).toEqual([4001, 'done'])
      await socket.closed
    })

    it('keeps trying where no server listens, without an unhandled error', async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      const { port } = server.address() as AddressInfo
      await new Promise((resolve) => server.close(resolve))
      let failures = 0
      const socket = open({
        url: `ws://127.0.0.1:${port}`,
        login: () => ({ messages: ['login'] }),
        onMessage: () => {},
        onClose: () => failures++,
        WebSocket: Class,
      })
      await until(() => failures >= 3)
      expect(socket.isReady).toBe(false)
    })
  },
)
